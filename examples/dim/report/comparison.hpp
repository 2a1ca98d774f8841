// What several runs have in common, and in what they differ.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "../run/metrics.hpp"
#include "../run/run_folder.hpp"

namespace program {

/// One of the runs compared, with its encoder's length of training.
struct ComparedRun {
  std::string letter;  // "A"
  RunFolder folder;
  TrainSettings settings;
  Metrics metrics;
  long steps, steps_per_epoch;  // the latter 0: no epoch was recorded

  /// Whether both have the same images to train on and to be judged by.
  bool has_images_of(const ComparedRun& other) const;
};

/// A setting, with the text of its value in each run.
struct SettingRow {
  std::string name;
  std::vector<std::string> values;
};

/// A value of a measure and its standard error, 0 where that is not known. A doubtful one is spoken against by held-out
/// samples.
struct ComparedValue {
  double value, error = 0;
  bool doubtful = false;
};

/// A measure, taken in the same way, of the same data and as many images, with its value in each run that has one.
/// Values of accuracies and their errors are in percent.
struct MeasureRow {
  std::string name, unit;  // "knn of y", "%"
  std::size_t way;         // in Comparison::ways()
  long test_images;        // 0: not known
  std::vector<std::optional<ComparedValue>> values;
};

/// Runs, read from their folders.
class Comparison {
 public:
  /// `best`: of the encoders that were best on held-out images, instead of the last. Throws dim::Error for a folder that
  /// is none of a run or is damaged, and for one that is named twice.
  Comparison(const std::vector<std::string>& folders, bool best);

  const std::vector<ComparedRun>& runs() const { return runs_; }
  /// How long each was trained, and the settings that are not the same in all runs.
  std::vector<SettingRow> settings() const;
  /// The measures of the runs' encoders.
  const std::vector<MeasureRow>& measures() const { return measures_; }
  /// The protocols of measures, each with the data and the numbers of images it was used on.
  const std::vector<std::string>& ways() const { return ways_; }
  /// Sentences that say which values may not be compared, and why; empty if all may.
  std::vector<std::string> warnings() const;

 private:
  void add(std::size_t run, const std::string& name, const std::string& unit, const std::string& way,
           long test_images, const ComparedValue& value);
  void add_held_out(std::size_t run);
  void add_measures(std::size_t run);

  std::vector<ComparedRun> runs_;
  std::vector<MeasureRow> measures_;
  std::vector<std::string> ways_;
};

}  // namespace program
