// The progress of long loops: a bar on a terminal, nothing elsewhere.
#pragma once
#include <chrono>
#include <string>

namespace program {

/// The seconds since it was made.
class Clock {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// A line overwritten up to ten times a second: a title, a bar, a percentage, the time left and some text.
class Progress {
 public:
  /// `what` is the title; the loop has `total` parts, of which `begun` had been done before.
  Progress(std::string what, long total, long begun = 0);
  ~Progress() { clear(); }

  /// `done` parts are done; `text` is shown behind the bar.
  void show(long done, const std::string& text);
  /// The seconds that the rest will take at the speed so far.
  double left(double done) const {
    const double since = done - double(begun_);
    return since > 0 ? clock_.seconds() / since * (double(total_) - done) : 0;
  }
  /// Removes the line.
  void clear();

 private:
  std::string what_;
  long total_, begun_;
  bool terminal_, shown_ = false;
  Clock clock_;
  double last_ = -1;
};

/// What a command that takes a minute or so is doing, on standard error: on a terminal a line that is overwritten,
/// elsewhere a line now and then, at least ten seconds apart.
class Stages {
 public:
  /// `what` begins each line: "report".
  explicit Stages(std::string what);
  ~Stages() { clear(); }
  Stages(const Stages&) = delete;
  Stages& operator=(const Stages&) = delete;

  /// The stage that begins now, as in "map of y".
  void begin(const std::string& stage);
  /// Removes the line.
  void clear();

 private:
  std::string what_;
  bool terminal_, shown_ = false;
  Clock clock_;
  double last_ = 0;
};

}  // namespace program
