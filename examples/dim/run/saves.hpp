// The results of long work, until they are in files.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "run_folder.hpp"

namespace program {

/// Keeps what is to be written until it has been. If something can't be written, as on a full disk, hours of work do
/// not end: the failure is reported on standard error, and the write is tried again together with the next one.
class Saves {
 public:
  /// `work` names what continues meanwhile: "training".
  explicit Saves(std::string work) : work_(std::move(work)) {}
  Saves(const Saves&) = delete;
  /// If the work ended with an exception, tries a last time to write what has not been written.
  ~Saves();

  /// The file at `path` is to be written by `write`, which throws if it can't and owns all that it needs. It replaces
  /// whatever is still waiting to be written there.
  void replace(const std::string& path, std::function<void()> write);
  /// A line is to be added to the run's metrics.
  void record(const RunFolder& run, dim::Json::Object line);
  /// Writes everything that is waiting. Says if something can't be written, and when it could be later. As there is
  /// then something to lose, signals are deferred from that moment on.
  void write();
  /// The same, when nothing more is to come. Throws dim::Error if something can't be written.
  void finish();

 private:
  struct Save {
    std::string path;
    std::function<void()> write;
  };

  /// Writes what can be written. Returns the first error message; empty if there was none.
  std::string failure();

  std::string work_;
  std::vector<Save> saves_;
  bool failed_ = false;  // at the last attempt
};

}  // namespace program
