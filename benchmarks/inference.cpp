// Encoding pictures with basic32x32: a pass of a frozen encoder, without reading pictures.
#include <dim/cpu/backend.hpp>
#include <dim/model/basic.hpp>
#include <dim/model/encoder_pass.hpp>

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
    memory = dim::lay_out(cpu, *this);
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
    }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
