// The recorded values of a run, as its metrics.jsonl has them.
#pragma once
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "run_folder.hpp"

namespace program {

/// A line of metrics.jsonl: what was measured, by which protocol, and when. Text that a line lacks is empty, a
/// number is 0.
struct Metric {
  std::string split, protocol, feature, name, baseline, data;
  long epoch, step, train_images, test_images;
  double value;

  /// Do they agree in what was measured, and how, apart from the number of images?
  bool same_measure(const Metric& other) const;
};

/// One measure during a run's training, at one step or another: each step once, in order.
using Curve = std::vector<Metric>;

/// All lines of a run's metrics.jsonl. For each measure the value on the most images counts, and of several such
/// values the last; for a baseline's, the value on as many images as the run's own, if there is one.
class Metrics {
 public:
  /// Reads the file. If it is missing there are no values; lines whose value is null are left out. Throws dim::Error,
  /// with file and line, for a damaged one.
  explicit Metrics(const RunFolder& run);

  /// The measures on that data set, or on data that the line does not name, of the encoder trained for `step` steps
  /// and of all baselines, in the order in which they were first recorded; those of single epochs are left out.
  std::vector<Metric> at(long step, const std::string& data) const;
  /// The data sets on which something was measured, in the order in which they were first recorded; an empty name for
  /// lines that name none.
  std::vector<std::string> data() const;
  /// What was measured over epochs and parts of them, in the order in which it was first recorded.
  std::vector<Curve> curves() const;

 private:
  std::vector<Metric> lines_;
};

/// Drops from a run's metrics the lines of epochs that end after `step`: a killed process had recorded but not saved
/// them, and they will be recorded again. Throws dim::Error as Metrics does, and if the file cannot be replaced.
void forget_epochs_after(const RunFolder& run, long step);

/// The end of a protocol's name if its probe was fitted on so many labelled images of each class; empty for 0, all.
inline std::string labels_end(long per_class) {
  return per_class > 0 ? "-" + std::to_string(per_class) + "-labels-per-class" : "";
}

/// Whether that is the end of the name.
inline bool is_of_few_labels(const std::string& protocol) {
  return protocol.ends_with("-labels-per-class");
}

/// The fraction of the labels, in (0, 1], and the number of steps.
struct FinetuneProtocol {
  double part;
  long steps;

  /// The fraction in percent, as in the name.
  std::string percent() const {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%g", 100 * part);
    return buffer;
  }
  /// "labels-1-percent-mlp-200-on-conv-2000-steps".
  std::string name() const {
    return "labels-" + percent() + "-percent-mlp-200-on-conv-" + std::to_string(steps) + "-steps";
  }
  /// The protocol with that name; nothing if the name is of another kind.
  static std::optional<FinetuneProtocol> of(const std::string& name) {
    FinetuneProtocol found{};
    if (std::sscanf(name.c_str(), "labels-%lg-percent-mlp-200-on-conv-%ld-", &found.part, &found.steps) != 2)
      return {};
    found.part /= 100;
    return found.name() == name ? std::optional(found) : std::nullopt;
  }
};

}  // namespace program
