#include "signals.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <initializer_list>

namespace program {
namespace {

// The one mutable global: a signal handler can reach nothing else.
volatile std::sig_atomic_t first = 0;

// A closed terminal and a broken pipe send more than one signal, together with others.
extern "C" void on_signal(int number) {
  if (first == 0) first = number;
  if (number == SIGINT || number == SIGTERM) std::signal(number, SIG_DFL);
}

extern "C" void on_lost_file(int) {
  constexpr char text[] =
      "dim: images.cache in the run's folder was cut short while it was used, or its disk failed: delete it, "
      "and give the same command again\n";
  std::signal(SIGBUS, SIG_DFL);  // which ends the program as soon as this returns
  if (::write(STDERR_FILENO, text, sizeof text - 1) < 0) return;
}

}  // namespace

void defer_signals() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  for (const int number : {SIGHUP, SIGPIPE, SIGXCPU})
    if (std::signal(number, on_signal) == SIG_IGN) std::signal(number, SIG_IGN);
}

bool stop_requested() {
  return first != 0;
}

void stop_if_requested() {
  if (stop_requested()) throw Stopped{};
}

void explain_lost_files() {
  std::signal(SIGBUS, on_lost_file);
}

void end_if_requested() {
  if (first == 0) return;
  std::fflush(stdout);
  std::signal(first, SIG_DFL);
  std::raise(first);
}

}  // namespace program
