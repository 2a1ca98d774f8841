#include "progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "text.hpp"

namespace program {
namespace {

/// The longest line that fits the terminal.
std::size_t columns(int terminal) {
  winsize size{};
  const bool known = ioctl(terminal, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  return known ? std::size_t(size.ws_col - 1) : 79;
}

}  // namespace

Progress::Progress(std::string what, long total, long begun)
    : what_(std::move(what)),
      total_(std::max(1L, total)),
      begun_(begun),
      terminal_(isatty(STDOUT_FILENO) == 1) {}

void Progress::show(long done, const std::string& text) {
  if (!terminal_ || (clock_.seconds() - last_ < 0.1 && done < total_)) return;
  last_ = clock_.seconds();
  constexpr long width = 20;
  const long filled = std::min(width, done * width / total_);
  const std::string bar = std::string(std::size_t(filled), '=') + (filled < width ? ">" : "") +
                          std::string(std::size_t(std::max(0L, width - filled - 1)), ' ');
  // What must not be cut off comes first: a line that wraps could not be overwritten.
  const std::string line = what_ + " [" + bar + "] " + std::to_string(done * 100 / total_) + " %  ETA " +
                           duration(left(double(done))) + "  " + text;
  std::printf("\r\033[K%s", line.substr(0, columns(STDOUT_FILENO)).c_str());
  std::fflush(stdout);
  shown_ = true;
}

void Progress::clear() {
  if (shown_) std::printf("\r\033[K");
  std::fflush(stdout);
  shown_ = false;
}

Stages::Stages(std::string what) : what_(std::move(what)), terminal_(isatty(STDERR_FILENO) == 1) {}

void Stages::begin(const std::string& stage) {
  if (!terminal_ && clock_.seconds() - last_ < 10) return;
  last_ = clock_.seconds();
  const std::string line = "dim " + what_ + ": " + stage + ", after " + duration(last_);
  if (terminal_)
    std::fprintf(stderr, "\r\033[K%s", line.substr(0, columns(STDERR_FILENO)).c_str());
  else
    std::fprintf(stderr, "%s\n", line.c_str());
  shown_ = terminal_;
}

void Stages::clear() {
  if (shown_) std::fputs("\r\033[K", stderr);
  shown_ = false;
}

}  // namespace program
