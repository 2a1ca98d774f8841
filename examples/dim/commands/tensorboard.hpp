// What TensorBoard shows of a run during its training.
#pragma once
#include <string>

#include "../run/run_folder.hpp"
#include "../run/saves.hpp"
#include "epoch_log.hpp"

namespace program {

/// Writes the values of each epoch to RUN/events.out.tfevents.TIME.dim, with the number of the epoch's last step. A run
/// that is resumed begins another such file.
class TensorBoardLog {
 public:
  /// For a run that has made so many steps.
  TensorBoardLog(const RunFolder& run, long steps) : run_(run.path()), steps_(steps) {}

  /// Adds the values of an epoch. The first one makes the file.
  void add(const EpochRecord& epoch, Saves& saves);

 private:
  std::string run_;
  long steps_;
  std::string path_, bytes_;  // all that the file is to hold
};

}  // namespace program
