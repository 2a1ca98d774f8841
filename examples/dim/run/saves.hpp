// What long work has brought, on its way into files.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "run_folder.hpp"

namespace program {

/// Keeps what is to be written until it is. Where something can't be written, on a full disk say, the work of hours
/// does not end: that is said on standard error, and it is tried again with what comes next.
class Saves {
 public:
  /// `work` is what goes on meanwhile: "training".
  explicit Saves(std::string work) : work_(std::move(work)) {}
  Saves(const Saves&) = delete;
  /// Where the work ended by an exception, what is still to be written is tried a last time.
  ~Saves();

  /// The file at `path` is to be written by `write`, which throws where it can't, keeps all that it needs, and takes the
  /// place of what is still to be written there.
  void replace(const std::string& path, std::function<void()> write);
  /// A line is to be added to the run's metrics.
  void record(const RunFolder& run, dim::Json::Object line);
  /// Writes all that is still to be written. Says if something can't be, and when it could. Since there is something to
  /// lose then, signals are deferred from there on.
  void write();
  /// The same when there is nothing more to come. Throws dim::Error if something can't be written.
  void finish();

 private:
  struct Save {
    std::string path;
    std::function<void()> write;
  };

  /// Writes what can be written. Returns what the first of the others has to say; empty where there is none.
  std::string failure();

  std::string work_;
  std::vector<Save> saves_;
  bool failed_ = false;  // the last time
};

}  // namespace program
