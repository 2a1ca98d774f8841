// What `dim evaluate` can measure of a representation.
#pragma once
#include <dim/cpu/cpu.hpp>
#include <dim/data/images.hpp>
#include <dim/evaluate/features.hpp>
#include <functional>
#include <string>
#include <vector>

namespace program {

/// The pictures and labels of one split.
struct SplitPictures {
  explicit SplitPictures(const dim::Images& split) : images(split), labels(split.labels()) {}

  dim::Images images;
  std::vector<int> labels;
};

/// A representation of both splits, (N, D), and what it represents.
struct Represented {
  const SplitPictures &train_pictures, &test_pictures;
  std::vector<float> train{}, test{};

  long size() const { return long(test.size()) / test_pictures.images.size(); }
  dim::Features<float> train_features() const {
    return {train.data(), train_pictures.images.size(), size(), train_pictures.labels.data()};
  }
  dim::Features<float> test_features() const {
    return {test.data(), test_pictures.images.size(), size(), test_pictures.labels.data()};
  }
};

/// One number that a probe gives: its name in metrics.jsonl, and its value.
struct Number {
  std::string name;
  double value;
};
/// The name of the number that is 0 where a probe's other numbers cannot be trusted, and 1 where they can.
inline const char* const trusted = "trusted";
/// The name of the number that is a probe's first one, but measured on what it was fitted on.
inline const char* const on_training = "training";
/// The name of the number beside NDM: the total correlation of normal numbers that are correlated as the codes are.
inline const char* const gaussian = "gaussian_total_correlation";

/// What a probe is given: where to compute, what to measure, whom to tell the part that is done, in [0, 1], and what
/// speaks against a number.
struct Task {
  const dim::Cpu& cpu;
  const Represented& data;
  bool paper = false;  // the published lengths
  std::function<void(double part)> on_part;
  std::function<void(const std::string& text)> on_warning;
  /// Takes the pictures that a probe makes.
  std::function<void(std::vector<float> pictures, std::vector<long> shape)> on_pictures;

  int classes() const { return data.train_pictures.images.classes(); }
};

/// A probe in one of its lengths.
struct Protocol {
  std::string name;            // says exactly what is measured
  double per_row, per_number;  // roughly, in microseconds of one core a training picture, and a number of its
};

/// A measure of a representation. Its numbers have names; the first one is what tables show, and there may be more
/// that it can't always give.
struct Probe {
  std::string name, unit;  // the latter of the first number: %, nats or nothing
  std::vector<std::string> numbers;
  Protocol quick, paper;
  std::vector<Number> (*measure)(const Task&);
  /// What it measures: in words, and whether a feature of pictures of some shape is such. Empty: everything.
  std::string measured{};
  bool (*measures)(const std::string& feature, dim::Shape pictures) = nullptr;
  /// On which pictures its numbers are measured.
  std::string split = "test";
  /// Whether it makes pictures, too.
  bool makes_pictures = false;

  const Protocol& protocol(const std::string& length) const { return length == "paper" ? paper : quick; }
};

/// All probes, in the order in which they are run.
const std::vector<Probe>& probes();
/// The one of that name, which there must be.
const Probe& probe_named(const std::string& name);

/// Of the weights in logistic regression.
constexpr double linear_decay = 1e-3;

}  // namespace program
