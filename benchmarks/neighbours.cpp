// A search for the 9 codes nearest to one or to each of 256, among codes of 64 numbers in 100 clusters, as `dim
// neighbours` does it once it has them: the checks and norms of all codes and the search.
#include <benchmark/benchmark.h>

#include <dim/core/random.hpp>
#include <dim/cpu/backend.hpp>
#include <dim/evaluate/neighbours.hpp>

namespace {

constexpr long size = 64, nearest = 9;

std::vector<float> codes(long count, std::uint64_t seed) {
  const dim::Random centres{1}, random{seed};
  std::vector<float> x;
  for (long i = 0; i < count; ++i)
    for (long j = 0; j < size; ++j)
      x.push_back(float(centres.normal(std::uint64_t(i % 100 * size + j)) +
                        random.normal(std::uint64_t(i * size + j))));
  return x;
}

void search_once(benchmark::State& state) {
  const dim::Cpu cpu{int(state.range(2))};
  const long queries = state.range(0), count = state.range(1);
  const std::vector<float> asked = codes(queries, 2), among = codes(count, 3);
  for (auto _ : state) {
    const dim::NeighbourSearch<float> search(cpu, {among.data(), count, size});
    benchmark::DoNotOptimize(search.nearest(cpu, {asked.data(), queries, size}, nearest));
  }
}

}  // namespace

int main(int argc, char** argv) {
  for (const int threads : {1, dim::Cpu().threads()})
    for (const long queries : {1, 256})
      for (const long count : {60'000, 200'000})
        benchmark::RegisterBenchmark("neighbours", search_once)
            ->ArgNames({"queries", "codes", "threads"})
            ->Args({queries, count, threads})
            ->Unit(benchmark::kMillisecond)
            ->UseRealTime();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
