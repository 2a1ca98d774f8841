// The measures that `dim evaluate` can take of a representation.
#pragma once
#include <dim/cpu/cpu.hpp>
#include <dim/data/images.hpp>
#include <dim/evaluate/features.hpp>
#include <functional>
#include <string>
#include <vector>

namespace program {

/// The images and labels of one split.
struct SplitImages {
  explicit SplitImages(const dim::Images& split) : images(split), labels(split.labels()) {}

  dim::Images images;
  std::vector<int> labels;
};

/// A representation of both splits, (N, D), and the images it represents.
struct Represented {
  const SplitImages &train_split, &test_split;
  std::vector<float> train{}, test{};
  std::vector<float> views{};  // of second views of some test images, if a probe needs them

  long size() const { return long(test.size()) / test_split.images.size(); }
  dim::Features<float> train_features() const {
    return {train.data(), train_split.images.size(), size(), train_split.labels.data()};
  }
  dim::Features<float> test_features() const {
    return {test.data(), test_split.images.size(), size(), test_split.labels.data()};
  }
  dim::Features<float> view_features() const { return {views.data(), long(views.size()) / size(), size()}; }
};

/// One result of a probe: its name in metrics.jsonl, and its value.
struct Number {
  std::string name;
  double value;
};
/// The name of the result that is 1 if a probe's other results can be trusted, and 0 if they cannot.
inline const char* const trusted = "trusted";
/// The name of the result that is a probe's first one, but measured on the data it was fitted on.
inline const char* const on_training = "training";
/// The name of the result beside NDM: the total correlation of normal variables with the correlations of the codes.
inline const char* const gaussian = "gaussian_total_correlation";

/// What a probe is given: where to compute, what to measure, and callbacks for progress in [0, 1] and for warnings
/// about a result.
struct Task {
  const dim::Cpu& cpu;
  const Represented& data;
  bool paper = false;  // the published lengths
  std::function<void(double part)> on_part;
  std::function<void(const std::string& text)> on_warning;
  /// Takes the images that a probe makes.
  std::function<void(std::vector<float> images, std::vector<long> shape)> on_images;

  int classes() const { return data.train_split.images.classes(); }
};

/// A probe with training of one length.
struct Protocol {
  std::string name;  // says exactly what is measured
  double per_row,
      per_number;  // rough cost in microseconds of one core, per training image and per value of it
};

/// A measure of a representation. Its results have names; tables show the first one, and there may be more that it cannot
/// always give.
struct Probe {
  std::string name, unit;  // the unit is that of the first result: %, nats or nothing
  std::vector<std::string> numbers;
  Protocol quick, paper;
  std::vector<Number> (*measure)(const Task&);
  /// What it can measure: in words, and as a test of a feature of so many numbers an image of some shape. Empty:
  /// everything.
  std::string measured{};
  bool (*measures)(const std::string& feature, long size, dim::Shape image) = nullptr;
  /// The split on which its results are measured.
  std::string split = "test";
  /// Whether it measures how well labels are told.
  bool needs_labels = false;
  /// Whether it also makes images.
  bool makes_images = false;
  /// Whether it needs second views of the test images.
  bool needs_views = false;

  const Protocol& protocol(const std::string& length) const { return length == "paper" ? paper : quick; }
};

/// All probes, in the order in which they are run.
const std::vector<Probe>& probes();
/// The probe of that name, which must exist.
const Probe& probe_named(const std::string& name);

/// Weight decay of logistic regression.
constexpr double linear_decay = 1e-3;

}  // namespace program
