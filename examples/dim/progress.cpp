#include "progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>

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

std::string duration(double seconds) {
  const long all = std::max(0L, long(seconds + 0.5));
  char text[32];
  if (all < 3600)
    std::snprintf(text, sizeof text, "%ld:%02ld", all / 60, all % 60);
  else
    std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", all / 3600, all / 60 % 60, all % 60);
  return text;
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
