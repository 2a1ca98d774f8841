// The epochs of a run as a table for spreadsheets.
#pragma once
#include <string>
#include <vector>

#include "../run/run_folder.hpp"
#include "../run/saves.hpp"
#include "epoch_log.hpp"

namespace program {

/// The run's metrics.csv (RFC 4180): a row for each whole epoch, with its number and last step, the seconds it took, and
/// the values that metrics.jsonl has of it, digit for digit. What is not known is empty.
class EpochCsv {
 public:
  /// Writes the rows of all epochs in the run's metrics.jsonl, and no others; their seconds are those of the file that is
  /// there. Throws dim::Error if that is not such a file, and if it cannot be replaced.
  explicit EpochCsv(const RunFolder& run);

  /// Adds the row of an epoch.
  void add(const EpochRecord& epoch, Saves& saves);

 private:
  /// The row of these lines of metrics.jsonl. The first one determines the columns.
  void append(const std::vector<dim::Json>& lines, const std::string& seconds);

  std::string path_;
  std::vector<std::string> columns_;
  std::string text_;
};

}  // namespace program
