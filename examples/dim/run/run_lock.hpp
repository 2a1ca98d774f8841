// Which command writes in a run's folder.
#pragma once
#include <dim/io/file.hpp>
#include <optional>
#include <string>

#include "run_folder.hpp"

namespace program {

/// Keeps a run's folder for one command, by RUN/lock: while it exists, any other that wants to write there is refused.
/// The system lets go of it however the command ends; a file that a killed one leaves behind holds nothing.
class RunLock {
 public:
  /// For `command`, "dim train". Throws dim::Error, with the holder, where another one has the folder. Where there can't
  /// be a lock, as on some network file systems, that is said on standard error, and the command goes on without.
  RunLock(const RunFolder& run, const std::string& command);
  RunLock(const RunLock&) = delete;
  ~RunLock();

 private:
  std::string path_;
  std::optional<dim::File> file_;
};

}  // namespace program
