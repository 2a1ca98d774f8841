// How far a long loop has come: a bar on a terminal, nothing elsewhere.
#pragma once
#include <chrono>
#include <string>

namespace program {

/// Seconds since it was made.
class Clock {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// A line that is written over ten times a second: what, a bar, a share, some text, the time that is left.
class Progress {
 public:
  /// `what` stands before the bar; the loop has `total` parts, of which `begun` were done before.
  Progress(std::string what, long total, long begun = 0);
  ~Progress() { clear(); }

  /// `done` parts are done; `text` says what there is to say.
  void show(long done, const std::string& text);
  /// Seconds that the rest will take, if it is like what was done.
  double left(double done) const {
    const double since = done - double(begun_);
    return since > 0 ? clock_.seconds() / since * (double(total_) - done) : 0;
  }
  /// Takes the line away.
  void clear();

 private:
  std::string what_;
  long total_, begun_;
  bool terminal_, shown_ = false;
  Clock clock_;
  double last_ = -1;
};

/// What a command of a minute or so is at, on standard error: on a terminal a line that is written over, elsewhere a line
/// now and then, ten seconds apart or more.
class Stages {
 public:
  /// `what` begins each line: "report".
  explicit Stages(std::string what);
  ~Stages() { clear(); }
  Stages(const Stages&) = delete;
  Stages& operator=(const Stages&) = delete;

  /// What is done from now on, as in "map of y".
  void begin(const std::string& stage);
  /// Takes the line away.
  void clear();

 private:
  std::string what_;
  bool terminal_, shown_ = false;
  Clock clock_;
  double last_ = 0;
};

}  // namespace program
