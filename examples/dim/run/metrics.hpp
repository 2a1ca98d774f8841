// The numbers of a run, as its metrics.jsonl has them.
#pragma once
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "run_folder.hpp"

namespace program {

/// A line of metrics.jsonl: what was measured, by which protocol, and when. Text that a line lacks is empty, a
/// number 0.
struct Metric {
  std::string split, protocol, feature, name, baseline, data;
  long epoch, step, train_pictures, test_pictures;
  double value;

  /// Do they agree in what was measured, and how, but for the number of pictures?
  bool same_measure(const Metric& other) const;
};

/// What was measured while a run was trained, after one step or another, each once, in their order.
using Curve = std::vector<Metric>;

/// All lines of a run's metrics.jsonl. Of the same measure that of the most pictures counts, and of those the last one;
/// of a baseline's that of as many pictures as the run's own, where there is one.
class Metrics {
 public:
  /// Reads the file; where there is none there are no numbers, and lines whose value is null are left out. Throws
  /// dim::Error with file and line for one that is damaged.
  explicit Metrics(const RunFolder& run);

  /// The measures on that data set, or on one that a line does not name, of the encoder that was trained for `step`
  /// steps and of all baselines, in the order in which they were first recorded; those of single epochs are left out.
  std::vector<Metric> at(long step, const std::string& data) const;
  /// What was measured of epochs and parts of them, in the order in which it was first recorded.
  std::vector<Curve> curves() const;

 private:
  std::vector<Metric> lines_;
};

/// Drops from a run's metrics what was recorded of epochs that end after `step`: those that a killed process had recorded
/// and not saved, which come again. Throws dim::Error as Metrics does, and where the file cannot be replaced.
void forget_epochs_after(const RunFolder& run, long step);

/// With which part of the labels, in (0, 1], and for how many steps.
struct FinetuneProtocol {
  double part;
  long steps;

  /// The part in percent, as the name has it.
  std::string percent() const {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%g", 100 * part);
    return buffer;
  }
  /// "labels-1-percent-mlp-200-on-conv-2000-steps".
  std::string name() const {
    return "labels-" + percent() + "-percent-mlp-200-on-conv-" + std::to_string(steps) + "-steps";
  }
  /// What has that name; nothing for a name of another kind.
  static std::optional<FinetuneProtocol> of(const std::string& name) {
    FinetuneProtocol found{};
    if (std::sscanf(name.c_str(), "labels-%lg-percent-mlp-200-on-conv-%ld-", &found.part, &found.steps) != 2)
      return {};
    found.part /= 100;
    return found.name() == name ? std::optional(found) : std::nullopt;
  }
};

}  // namespace program
