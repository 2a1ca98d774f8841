// Whole training steps: images a second, and what part of the machine's peak their products reach.
#include <benchmark/benchmark.h>

#include "peak.hpp"
#include "steps/steps.hpp"

int main(int argc, char** argv) {
  for (const int threads : {1, 2})
    for (const std::string& what : benchmarks::step_names)
      for (const int batch : {64, 128, 256})
        benchmark::RegisterBenchmark(
            ("step/" + what + "/f32/batch:" + std::to_string(batch) + "/threads:" + std::to_string(threads))
                .c_str(),
            [=](benchmark::State& state) {
              const double peak = benchmarks::peak(threads);
              const auto step = benchmarks::make_step(what, batch, threads);
              step->run();
              for (auto _ : state) step->run();
              using benchmark::Counter;
              state.counters["images_per_second"] = Counter(batch, Counter::kIsIterationInvariantRate);
              state.counters["fraction_of_peak"] =
                  Counter(step->operations() / peak, Counter::kIsIterationInvariantRate);
            })
            ->UseRealTime()
            ->Unit(benchmark::kMillisecond);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
