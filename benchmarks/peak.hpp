// The machine's peak, multiply-adds on registers alone, and what part of it something reaches.
#pragma once
#include <benchmark/benchmark.h>

#include <chrono>
#include <dim/cpu/cpu.hpp>
#include <dim/cpu/simd.hpp>

namespace benchmarks {

inline double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Operations on floats a second of so many threads, a multiply-add being two: the best of ten tries.
inline double peak(int threads) {
  using Vector = dim::cpu::Vector<float>;
  constexpr int chains = 12 / Vector::parts;  // in 12 registers, whatever their width
  constexpr long length = 500'000;
  double best = 1e9;
  for (int attempt = 0; attempt < 10; ++attempt) {
    const double start = seconds();
    dim::for_each_block(dim::Cpu{threads}, threads, [&](long, int) {
      const Vector x = Vector::all(0.999F), y = Vector::all(1e-6F);
      float begin[chains * Vector::lanes];  // all different, or a compiler computes equal ones once
      for (int i = 0; i < chains * int(Vector::lanes); ++i) begin[i] = float(i);
      Vector sum[chains];
      DIM_UNROLL
      for (int i = 0; i < chains; ++i) sum[i] = Vector::load(begin + i * Vector::lanes);
      for (long n = 0; n < length; ++n) {
        DIM_UNROLL
        for (int i = 0; i < chains; ++i) sum[i] = fused(sum[i], x, y);
      }
      Vector total = sum[0];
      DIM_UNROLL
      for (int i = 1; i < chains; ++i) total = total + sum[i];
      volatile float used = total.sum();
      (void)used;
    });
    best = std::min(best, seconds() - start);
  }
  return 2.0 * threads * double(length) * chains * double(Vector::lanes) / best;
}

/// Runs `function` as often as `state` wants, and counts what part of the peak of so many threads its operations
/// reach, a multiply-add being two.
template <class Function>
void run_at_peak(benchmark::State& state, int threads, double operations, const Function& function) {
  const double at_peak = operations / peak(threads);
  function();  // once for the caches, and for threads to start
  double spent = 0;
  for (auto _ : state) {
    const double begin = seconds();
    function();
    spent += seconds() - begin;
  }
  state.counters["fraction_of_peak"] = at_peak * double(state.iterations()) / spent;
}

}  // namespace benchmarks
