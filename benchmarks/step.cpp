// Whole training steps: images a second, and the sums of products as they are defined, as a part of the machine's peak
// in float. What algebra saves, and brain floats, count as speed.
#include "peak.hpp"
#include "steps/steps.hpp"

int main(int argc, char** argv) {
  for (const int threads : {1, 2})
    for (const std::string& what : benchmarks::step_names)
      for (const std::string& precision : benchmarks::precisions)
        for (const int batch : {64, 128, 256}) {
          const std::string name = "step/" + what + "/" + precision + "/batch:" + std::to_string(batch) +
                                   "/threads:" + std::to_string(threads);
          const auto run = [=](benchmark::State& state) {
            const auto step = benchmarks::make_step(what, precision, batch, threads);
            benchmarks::run_at_peak(state, threads, step->operations(), [&] { step->run(); });
            state.counters["images_per_second"] =
                benchmark::Counter(batch, benchmark::Counter::kIsIterationInvariantRate);
          };
          benchmark::RegisterBenchmark(name.c_str(), run)->UseRealTime()->Unit(benchmark::kMillisecond);
        }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
