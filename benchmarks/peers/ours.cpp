// Our side of the comparison: a line "STEP BATCH THREADS" chooses what is timed, a line "run N" makes N steps and
// prints the seconds of each.
#include <chrono>
#include <cstdio>
#include <iostream>
#include <sstream>

#include "../steps/steps.hpp"

int main() {
  std::unique_ptr<benchmarks::TimedStep> step;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string what;
    int first = 0, second = 1;
    words >> what >> first >> second;
    if (what == "run") {
      for (int i = 0; i < first; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        step->run();
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
        std::printf("%.6f ", spent.count());
      }
    } else {
      step = benchmarks::make_step(what, first, second);
      step->run();
      std::printf("ready");
    }
    std::printf("\n");
    std::fflush(stdout);
  }
}
