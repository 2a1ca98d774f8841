#include "progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>

#include "text.hpp"

namespace program {
namespace {

// The one global that may change: a signal handler can reach nothing else.
volatile std::sig_atomic_t stop = 0;

extern "C" void on_signal(int number) {
  stop = 1;
  std::signal(number, SIG_DFL);
}

}  // namespace

bool stop_requested() {
  static const bool caught = [] {
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    return true;
  }();
  return caught && stop != 0;
}

Progress::Progress(std::string what, long total)
    : what_(std::move(what)), total_(std::max(1L, total)), terminal_(isatty(STDOUT_FILENO) == 1) {}

void Progress::show(long done, const std::string& text) {
  if (!terminal_ || (clock_.seconds() - last_ < 0.1 && done < total_)) return;
  last_ = clock_.seconds();
  constexpr long width = 30;
  const long filled = std::min(width, done * width / total_);
  const std::string bar = std::string(std::size_t(filled), '=') + (filled < width ? ">" : "") +
                          std::string(std::size_t(std::max(0L, width - filled - 1)), ' ');
  std::printf("\r\033[K%s [%s] %3ld%%  %s  ETA %s", what_.c_str(), bar.c_str(), done * 100 / total_,
              text.c_str(), duration(left(double(done))).c_str());
  std::fflush(stdout);
  shown_ = true;
}

void Progress::clear() {
  if (shown_) std::printf("\r\033[K");
  std::fflush(stdout);
  shown_ = false;
}

}  // namespace program
