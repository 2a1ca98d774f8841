// A search for the 9 codes nearest to one, among codes of 64 numbers in 100 clusters, as `dim neighbours` does it once it
// has them: the checks and norms of all codes and the search, on one thread and on all.
#include <benchmark/benchmark.h>

#include <dim/core/random.hpp>
#include <dim/cpu/backend.hpp>
#include <dim/evaluate/neighbours.hpp>

namespace {

constexpr long size = 64, nearest = 9;

std::vector<float> codes(long count, std::uint64_t first) {
  const dim::Random random{1}, centres{2};
  std::vector<float> x;
  for (long i = 0; i < count; ++i)
    for (long j = 0; j < size; ++j)
      x.push_back(float(centres.normal(std::uint64_t(i % 100 * size + j)) +
                        random.normal(first + std::uint64_t(i * size + j))));
  return x;
}

void search_once(benchmark::State& state) {
  const dim::Cpu cpu{int(state.range(1))};
  const long count = state.range(0);
  const std::vector<float> among = codes(count, 0), query = codes(1, std::uint64_t(count * size));
  for (auto _ : state) {
    const dim::NeighbourSearch<float> search(cpu, {among.data(), count, size});
    benchmark::DoNotOptimize(search.nearest(cpu, {query.data(), 1, size}, nearest));
  }
}

}  // namespace

int main(int argc, char** argv) {
  for (const int threads : {1, dim::Cpu().threads()})
    for (const long count : {60'000, 200'000})
      benchmark::RegisterBenchmark("search", search_once)
          ->ArgNames({"codes", "threads"})
          ->Args({count, threads})
          ->Unit(benchmark::kMillisecond)
          ->UseRealTime();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
