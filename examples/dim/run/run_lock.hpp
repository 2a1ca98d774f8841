// The command that is writing to a run's folder.
#pragma once
#include <dim/io/file.hpp>
#include <optional>
#include <string>

#include "run_folder.hpp"

namespace program {

/// Reserves a run's folder for one command, by RUN/lock: while it is held, any other command that wants to write
/// there is refused. The system releases it however the command ends; a file left behind by a killed command locks
/// nothing.
class RunLock {
 public:
  /// For `command`, "dim train". Throws dim::Error, naming the holder, if another command has the folder. If a lock
  /// is impossible, as on some network file systems, it says so on standard error, and the command continues without
  /// one.
  RunLock(const RunFolder& run, const std::string& command);
  RunLock(const RunLock&) = delete;
  ~RunLock();

 private:
  std::string path_;
  std::optional<dim::File> file_;
};

}  // namespace program
