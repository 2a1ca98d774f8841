// Kernels alone, on the shapes of basic32x32 and its scorers with a batch of 64, and Eigen's product beside ours.
#define EIGEN_DONT_PARALLELIZE
#include <Eigen/Core>
#include <dim/cpu/backend.hpp>
#include <functional>

#include "peak.hpp"

namespace {

using namespace dim;
using namespace dim::cpu;
using benchmarks::run_at_peak;

std::vector<float> numbers(long count) {
  std::vector<float> result;
  for (long i = 0; i < count; ++i) result.push_back(float(i * 37 % 101) / 101 - 0.5F);
  return result;
}

/// C (M, N) = A (M, K) B (K, N), either of which may be stored by columns.
struct Product {
  const char* name;
  long m, n, k;
  bool turned_a = false, turned_b = false;
};
const Product products[] = {{"dot_head", 4096, 2048, 2048},
                            {"dot_head_dx", 4096, 2048, 2048, false, true},
                            {"dot_head_dw", 2048, 2048, 4096, true},
                            {"concat_hidden", 8192, 512, 512},
                            {"concat_hidden_dw", 512, 512, 8192, true},
                            {"fc", 64, 1024, 4096},
                            {"fc_dw", 4096, 1024, 64, true},
                            {"scores", 64, 4096, 2048, false, true}};

void multiply_once(benchmark::State& state, const Product& p, int threads) {
  const auto a = numbers(p.m * p.k), b = numbers(p.k * p.n);
  std::vector<float> c(std::size_t(p.m * p.n));
  const Cpu cpu{threads};
  const Memory<Cpu> scratch(cpu, multiply_scratch<float>().at({.threads = threads}));
  const auto matrix = [](const std::vector<float>& x, long rows, long columns, bool turned) {
    return turned ? MatrixView<float>{x.data(), columns, rows, rows}.transposed()
                  : MatrixView<float>{x.data(), rows, columns, columns};
  };
  run_at_peak(state, threads, 2.0 * double(p.m * p.n) * double(p.k), [&] {
    multiply(cpu, matrix(a, p.m, p.k, p.turned_a), matrix(b, p.k, p.n, p.turned_b), scratch.data(),
             Store<float>{c.data(), p.n});
  });
}

/// The same product by Eigen, on the thread that calls it.
void multiply_by_eigen(benchmark::State& state, const Product& p) {
  using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  using Columns = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor>;
  const auto a = numbers(p.m * p.k), b = numbers(p.k * p.n);
  Rows c(p.m, p.n);
  const Eigen::Map<const Rows> rows_a(a.data(), p.m, p.k), rows_b(b.data(), p.k, p.n);
  const Eigen::Map<const Columns> columns_a(a.data(), p.m, p.k), columns_b(b.data(), p.k, p.n);
  run_at_peak(state, 1, 2.0 * double(p.m * p.n) * double(p.k), [&] {
    if (p.turned_a)
      c.noalias() = columns_a * rows_b;
    else if (p.turned_b)
      c.noalias() = rows_a * columns_b;
    else
      c.noalias() = rows_a * rows_b;
    benchmark::DoNotOptimize(c.data());
  });
}

/// The three passes of Conv<outputs, 4, 2, 1> on 64 images (channels, side, side), as sums of products or by minimal
/// filtering.
struct Convolution {
  const char* name;
  long channels, outputs, side;
};
const Convolution convolutions[] = {{"conv1", 3, 64, 32}, {"conv2", 64, 128, 16}, {"conv3", 128, 256, 8}};
enum class Pass { forward, to_data, to_weight };
enum class Form { direct, winograd };

void convolve_once(benchmark::State& state, const Convolution& conv, Pass pass, Form form, int threads) {
  constexpr long images = 64;
  constexpr Window window{4, 4, 2, 1};
  const auto [name, C, O, side] = conv;
  const long half = side / 2;
  const auto w = numbers(16 * C * O);
  auto x = numbers(images * (side + 2) * (side + 2) * C), y = numbers(images * (half + 2) * (half + 2) * O);
  std::vector<float> dw(w.size());
  const Shape in{int(C), int(side), int(side)}, out{int(O), int(half), int(half)};
  const Batch<float> of_x{x.data(), images, in, 1}, of_y{y.data(), images, out, 1};
  const Cpu cpu{threads};
  const Extent direct = larger(
      larger(convolve_scratch<float>(window, C, O), convolve_backward_data_scratch<float>(window, C, O)),
      convolve_backward_weight_scratch<float>(window, C, O, half));
  const Extent minimal =
      larger(winograd_scratch<float>(window, C, O), winograd_backward_weight_scratch<float>(window, O));
  const Memory<Cpu> memory(cpu, larger(direct, minimal).at({.threads = threads}));
  std::byte* const scratch = memory.data();
  run_at_peak(state, threads, 2.0 * double(images * half * half * O * 16 * C), [&] {
    const auto x_in = constant(of_x), y_in = constant(of_y);
    switch (pass) {
      case Pass::forward:
        if (form == Form::direct)
          return convolve(cpu, x_in, w.data(), window, of_y, scratch, store_pixels(of_y));
        return winograd(cpu, x_in, w.data(), window, of_y, scratch, store_pixels(of_y));
      case Pass::to_data:
        if (form == Form::direct)
          return convolve_backward_data(cpu, y_in, w.data(), window, of_x, scratch, store_pixels(of_x));
        return winograd_backward_data(cpu, y_in, w.data(), window, of_x, scratch, store_pixels(of_x));
      case Pass::to_weight:
        if (form == Form::direct)
          return convolve_backward_weight(cpu, x_in, y_in, window, dw.data(), false, scratch);
        return winograd_backward_weight(cpu, x_in, y_in, window, dw.data(), false, scratch);
    }
  });
}

/// One pass of Adam over the parameters of basic32x32.
void adam_once(benchmark::State& state, int threads) {
  constexpr long count = 4'921'280;
  auto w = numbers(count), moments = std::vector<float>(2 * count, 1e-3F);
  const auto dw = numbers(count);
  StepState tenth;
  prepare(Adam{}, 10, tenth);
  for (auto _ : state) update(Cpu{threads}, Adam{}, w.data(), dw.data(), moments.data(), count, &tenth);
  state.counters["bytes_per_second"] =
      benchmark::Counter(28.0 * count, benchmark::Counter::kIsIterationInvariantRate);
}

void add(const std::string& name, int threads, const std::function<void(benchmark::State&)>& run) {
  benchmark::RegisterBenchmark(("kernels/" + name + "/f32/threads:" + std::to_string(threads)).c_str(), run)
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond);
}

}  // namespace

int main(int argc, char** argv) {
  for (const int threads : {1, 2}) {
    for (const Product& product : products)
      add(std::string("multiply/") + product.name, threads,
          [=](benchmark::State& state) { multiply_once(state, product, threads); });
    if (threads == 1)
      for (const Product& product : products)
        add(std::string("multiply_by_eigen/") + product.name, threads,
            [=](benchmark::State& state) { multiply_by_eigen(state, product); });
    for (const Convolution& conv : convolutions)
      for (const auto& [pass, what] :
           {std::pair{Pass::forward, "/forward"}, std::pair{Pass::to_data, "/to_data"},
            std::pair{Pass::to_weight, "/to_weight"}})
        for (const auto& [form, how] : {std::pair{Form::direct, ""}, std::pair{Form::winograd, "/winograd"}})
          add(std::string(conv.name) + what + how, threads, [=, p = pass, f = form](benchmark::State& state) {
            convolve_once(state, conv, p, f, threads);
          });
    add("adam", threads, [=](benchmark::State& state) { adam_once(state, threads); });
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
