// A pass of training by itself, with its own weights and memory.
#pragma once
#include <dim/core/network.hpp>
#include <dim/cpu/backend.hpp>
#include <functional>

#include "../gradient.hpp"

namespace tests {

/// Passes are laid out and bound in several ways: `sizes` is what lay_out() takes after the arena.
template <class Pass, class T = double>
class Bound {
 public:
  Cpu cpu;
  Pass pass;
  Weights<T> weights{};
  std::byte* scratch = nullptr;

  template <class... Sizes>
  Bound(int threads, Pass made, Counts counts, const Sizes&... sizes)
      : cpu{threads},
        pass(std::move(made)),
        counts_(counts),
        lay_out_pass_([this, sizes...](Arena& arena) { pass.lay_out(cpu, arena, sizes...); }) {
    memory_ = dim::lay_out(cpu, [this](Arena& arena) { lay_out(arena); });
    for (long i = 0; i < counts.parameters; ++i) weights.parameters[i] = T(uniform(11, 0, i) / 2);
  }
  Bound(const Bound&) = delete;
  Bound& operator=(const Bound&) = delete;

  std::vector<T> dparameters() const {
    return {weights.dparameters, weights.dparameters + counts_.parameters};
  }
  long bytes() const { return memory_.bytes(); }

 private:
  void lay_out(Arena& arena) {
    weights = {arena.take<T>(counts_.parameters), arena.take<T>(counts_.parameters),
               arena.take<T>(counts_.statistics)};
    lay_out_pass_(arena);
    if constexpr (requires { pass.bind(weights, 0); })
      pass.bind(weights, 0);
    else
      pass.bind(weights);
    if constexpr (requires { pass.scratch_bytes(cpu); })
      scratch = arena.take_bytes(pass.scratch_bytes(cpu));
    else
      scratch = arena.take_bytes(pass.scratch_bytes());
  }

  Counts counts_;
  std::function<void(Arena&)> lay_out_pass_;
  Memory<Cpu> memory_;
};

/// Rows (N, S) with their own memory.
template <Shape S>
struct Numbers {
  std::vector<double> values;

  Numbers(long count, std::uint64_t stream, double spread = 1) : values(std::size_t(count * S.size())) {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = spread * uniform(12, stream, long(i));
  }
  Batch<double> view() { return {values.data(), long(values.size()) / S.size(), S}; }
  Batch<const double> constant() { return dim::constant(view()); }
};

/// Compares the derivatives of f() with respect to the values at x with central differences.
template <class F>
void check_derivatives_at(const char* what, double* x, const std::vector<double>& derivative, const F& f,
                          double tolerance = 1e-6) {
  check_derivatives(
      what, [&](long i) -> double& { return x[i]; }, long(derivative.size()), derivative, f, tolerance);
}

inline double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace tests
