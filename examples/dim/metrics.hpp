// The numbers of a run, as its metrics.jsonl has them.
#pragma once
#include <string>
#include <vector>

#include "run_folder.hpp"

namespace program {

/// A line of metrics.jsonl: what was measured, by which protocol, and when. Text that a line lacks is empty, a
/// number 0.
struct Metric {
  std::string split, protocol, feature, name, baseline;
  long epoch, step, train_pictures, test_pictures;
  double value;

  /// Do they agree in what was measured, and how?
  bool same_measure(const Metric& other) const;
};

/// What was measured after one epoch after the other, each once, in their order.
using Curve = std::vector<Metric>;

/// All lines of a run's metrics.jsonl. Of lines that agree in all but the value the last one counts.
class Metrics {
 public:
  /// Reads the file; where there is none there are no numbers, and lines whose value is null are left out. Throws
  /// dim::Error with file and line for one that is damaged.
  explicit Metrics(const RunFolder& run);

  /// The measures of the encoder that was trained for `step` steps and of all baselines, in the order in which they
  /// were first recorded; those of single epochs are left out.
  std::vector<Metric> at(long step) const;
  /// What was measured after epochs, in the order in which it was first recorded.
  std::vector<Curve> curves() const;

 private:
  std::vector<Metric> lines_;
};

}  // namespace program
