// Encoding images with basic32x32: a pass of a frozen encoder, without reading images; and what a session's call
// and encode() cost beside it.
#include <algorithm>
#include <dim/cpu/backend.hpp>
#include <dim/model/basic.hpp>
#include <dim/model/encoder_session.hpp>
#include <dim/xtensor/arrays.hpp>

#include "../tests/train/allocations.hpp"
#include "peak.hpp"
#include "steps/products.hpp"

namespace {

using namespace dim;
using Net = encoders::Basic32x32;

/// A pass with weights and memory of its own.
struct Encode {
  Cpu cpu;
  int images;
  EncoderPass<Net, Cpu, float> pass{};
  Weights<float> weights{};
  std::byte* scratch = nullptr;
  Memory<Cpu> memory{};

  Encode(int threads, int count) : cpu{threads}, images(count) {
    memory = dim::lay_out(cpu, [this](Arena& arena) { lay_out(arena); });
    pass.initialise(cpu, 1, weights);
    pass.set_count(images);
  }
  void lay_out(Arena& arena) {
    weights.parameters = arena.take<float>(pass.counts().parameters);
    weights.statistics = arena.take<float>(pass.counts().statistics);
    pass.lay_out(cpu, arena, {images, cpu.threads()}, false);
    scratch = arena.take_bytes(pass.scratch_bytes());
    pass.bind(weights);
  }
};

/// The program's allocations so far, where they are counted.
long allocations() {
#if defined(DIM_OTHER_ALLOCATOR)
  return 0;
#else
  return tests::allocations;
#endif
}

double median(std::vector<double> numbers) {
  const auto middle = numbers.begin() + std::ssize(numbers) / 2;
  std::nth_element(numbers.begin(), middle, numbers.end());
  return *middle;
}

/// Three ways to codes in turns, so that a busy machine slows all of them: medians of milliseconds, and
/// of the ratios to the pass that ran next to each.
void run_beside(benchmark::State& state, int threads, int images) {
  Encode pass(threads, images);
  const auto encoder =
      untrained<Cpu, float>(Cpu{threads}, std::make_unique<EncoderPass<Net, Cpu, float>>(), 1);
  EncoderSession session(encoder, {.batch = images, .threads = threads});
  const Shape image = session.image();
  const xt::xtensor<std::uint8_t, 4> pixels =
      77 * xt::ones<std::uint8_t>({std::size_t(images), std::size_t(image.channels),
                                   std::size_t(image.height), std::size_t(image.width)});
  std::vector<float> codes(std::size_t(images * session.code().size()));
  long allocated = 0;
  std::vector<double> of_pass, of_session, of_encode, session_ratio, encode_ratio;
  const auto timed = [](const auto& function) {
    const double begin = benchmarks::seconds();
    function();
    return benchmarks::seconds() - begin;
  };
  std::array<int, 3> order{0, 1, 2};  // each as often behind each other one
  const auto turn = [&] {
    for (const int which : order)
      if (which == 0) {
        of_pass.push_back(timed([&] { pass.pass.forward(pass.cpu, Step{}, pass.scratch); }));
      } else if (which == 1) {
        of_session.push_back(timed([&] {
          const long before = allocations();
          if (!session.encode(std::span<const std::uint8_t>(pixels.data(), pixels.size()), codes))
            std::abort();
          allocated += allocations() - before;
        }));
      } else {
        of_encode.push_back(timed([&] { benchmark::DoNotOptimize(encoder.encode(pixels)); }));
      }
    std::next_permutation(order.begin(), order.end());
    session_ratio.push_back(of_session.back() / of_pass.back());
    encode_ratio.push_back(of_encode.back() / of_pass.back());
  };
  for (int warm = 0; warm < 10; ++warm) turn();
  for (auto* numbers : {&of_pass, &of_session, &of_encode, &session_ratio, &encode_ratio}) numbers->clear();
  allocated = 0;
  for (auto _ : state) turn();
  state.counters["pass_ms"] = 1e3 * median(of_pass);
  state.counters["session_ms"] = 1e3 * median(of_session);
  state.counters["encode_ms"] = 1e3 * median(of_encode);
  state.counters["session_to_pass"] = median(session_ratio);
  state.counters["encode_to_pass"] = median(encode_ratio);
  state.counters["session_allocations"] = double(allocated);
}

}  // namespace

int main(int argc, char** argv) {
  for (const int threads : {1, 2})
    for (const int images : {1, 64}) {
      const std::string name =
          "inference/basic32x32/f32/images:" + std::to_string(images) + "/threads:" + std::to_string(threads);
      const auto run = [=](benchmark::State& state) {
        Encode encode(threads, images);
        const double products =
            benchmarks::products_of<Net::Maps>(Net::image) + benchmarks::products_of<Net::Summary>(Net::map);
        benchmarks::run_at_peak(state, threads, 2 * products * images,
                                [&] { encode.pass.forward(encode.cpu, Step{}, encode.scratch); });
      };
      benchmark::RegisterBenchmark(name.c_str(), run)->UseRealTime()->Unit(benchmark::kMillisecond);
      const auto beside = [=](benchmark::State& state) { run_beside(state, threads, images); };
      benchmark::RegisterBenchmark(("session/" + name).c_str(), beside)
          ->Iterations(images == 1 ? 1000 : 50)
          ->Unit(benchmark::kMillisecond);
    }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
