// One side of the comparison, as compare.py talks to it: a line in, a line out.
#pragma once
#include <chrono>
#include <cstdio>
#include <exception>
#include <functional>
#include <iostream>
#include <sstream>
#include <string>

namespace benchmarks {

/// What is to be timed. `mode` is one of the peer's own, such as "channels_last"; ours has none.
struct Request {
  std::string step, precision;
  int batch = 0, threads = 0;
  std::string mode;
};

/// A training step, and how many parameters it trains: two sides that train the same have as many.
struct Chosen {
  std::function<void()> run;
  long parameters = 0;
};

/// Answers "STEP PRECISION BATCH THREADS MODE" by "ready PARAMETERS", after a first step, or by "none WHY" where
/// make(request) throws; and "run N" by the seconds of each of N steps.
template <class Make>
void serve(const Make& make) {
  Chosen chosen;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    Request request;
    words >> request.step;
    if (request.step == "run") {
      int count = 0;
      words >> count;
      for (int i = 0; i < count; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        chosen.run();
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
        std::printf("%.6f ", spent.count());
      }
    } else {
      words >> request.precision >> request.batch >> request.threads >> request.mode;
      try {
        chosen = {};  // the last one's memory goes before the next one's comes
        chosen = make(request);
        chosen.run();
        std::printf("ready %ld", chosen.parameters);
      } catch (const std::exception& error) {
        std::printf("none %s", error.what());
      }
    }
    std::printf("\n");
    std::fflush(stdout);
  }
}

}  // namespace benchmarks
