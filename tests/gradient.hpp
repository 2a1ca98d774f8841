// Checks the gradients of any layer against central differences, and with them what every kernel promises to the
// plan.
#pragma once
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <dim/core/random.hpp>
#include <limits>

#include "bench.hpp"

namespace tests {

struct Options {
  int batch = 2;
  std::uint64_t seed = 1;
  Mode mode = Mode::training;
  double zeros = 0.125;  // fraction of the inputs that are 0
  double spread = 1;     // of the inputs
};

/// Values after a layer, and how far from a kink the nearest input of any part of it was.
struct Trace {
  std::vector<double> values;
  double kink = std::numeric_limits<double>::infinity();
};

/// Runs layers one by one, each in its own memory.
struct Tracer {
  int count;
  Step step;
  const double *parameters, *statistics;  // of the whole network

  template <Shape In, Layer L>
  Trace run(L layer, const Trace& x, Counts before = {}) const {
    Bench<L, In> bench(count);
    bench.step = step;
    bench.leaf = before.leaves;
    bench.input.assign(x.values);
    std::copy_n(parameters + before.parameters, bench.owned.parameters, bench.parameters.data());
    std::copy_n(statistics + before.statistics, bench.owned.statistics, bench.statistics.data());
    bench.forward();
    return {bench.output.copy(), std::min(x.kink, distance<In>(layer, x.values))};
  }
  template <Shape In, Layer... Layers>
  Trace run(Sequential<Layers...>, Trace x, Counts before = {}) const {
    for_each_index<sizeof...(Layers)>([&](auto i) {
      constexpr Shape shape = Sequential<Layers...>::shapes(In)[i];
      using L = nth<i, Layers...>;
      x = run<shape>(L{}, x, before);
      before = before + counts<L>(shape);
    });
    return x;
  }
  template <Shape In, Layer A, Layer B>
  Trace run(Sum<A, B>, const Trace& x, Counts before = {}) const {
    Trace a = run<In>(A{}, x, before);
    const Trace b = run<In>(B{}, x, before + counts<A>(In));
    for (std::size_t i = 0; i < a.values.size(); ++i) a.values[i] += b.values[i];
    return {a.values, std::min(a.kink, b.kink)};
  }

 private:
  template <Shape In, Layer L>
  static double distance(L, const std::vector<double>&) {
    return std::numeric_limits<double>::infinity();
  }
  template <Shape In, Ratio Slope>
  static double distance(Leaky<Slope>, const std::vector<double>& x) {
    double least = std::numeric_limits<double>::infinity();
    for (double value : x) least = std::min(least, std::abs(value));
    return least;
  }
  /// Half of how much the largest value of each window exceeds the second largest.
  template <Shape In, int Kernel, int Stride>
  static double distance(MaxPool<Kernel, Stride>, std::vector<double> x) {
    constexpr Shape out = MaxPool<Kernel, Stride>::output(In);
    const Batch<double> view{x.data(), long(x.size()) / In.size(), In};
    double least = std::numeric_limits<double>::infinity();
    for (long n = 0; n < view.count; ++n)
      for (int i = 0; i < out.height; ++i)
        for (int j = 0; j < out.width; ++j)
          for (int c = 0; c < out.channels; ++c) {
            double first = -std::numeric_limits<double>::infinity(), second = first;
            for (int u = 0; u < Kernel; ++u)
              for (int v = 0; v < Kernel; ++v) {
                const double value = view(n, Stride * i + u, Stride * j + v, c);
                second = std::max(second, std::min(first, value));
                first = std::max(first, value);
              }
            least = std::min(least, (first - second) / 2);
          }
    return least;
  }
};

/// Uniform on [-1, 1]: number i of a stream.
inline double uniform(std::uint64_t seed, std::uint64_t stream, long i) {
  return 2 * double(Random{seed, Purpose::user, stream}.uniform(std::uint64_t(i))) - 1;
}

/// Random input, cotangent, parameters and running statistics, the same for each bench of a layer.
template <class B>
void draw(B& bench, const Options& options, std::uint64_t attempt = 0) {
  const std::uint64_t seed = options.seed + 1000 * attempt;
  for (long i = 0; i < bench.input.size(); ++i)
    bench.input[i] = uniform(seed, 4, i) < 2 * options.zeros - 1 ? 0 : options.spread * uniform(seed, 0, i);
  for (long i = 0; i < bench.doutput.size(); ++i) bench.doutput[i] = uniform(seed, 1, i);
  for (long i = 0; i < bench.owned.parameters; ++i) bench.parameters.data()[i] = uniform(seed, 2, i);
  bench.reset_statistics();
  for (long i = 0; i < bench.owned.statistics; ++i) bench.statistics.data()[i] += 0.5 * uniform(seed, 3, i);
  bench.state.number = 7;
  bench.step = {options.mode, options.seed, &bench.state};
}

/// All results of a forward and a backward pass.
struct Outcome {
  std::vector<double> output, dinput, dparameters, statistics;

  friend bool operator==(const Outcome&, const Outcome&) = default;  // NaN equals nothing
};

template <class B>
Outcome pass(B& bench) {
  const std::vector<double> statistics = bench.statistics.copy();
  bench.forward();
  bench.backward();
  Outcome result{bench.output.copy(), bench.dinput.copy(), bench.dparameters.copy(), bench.statistics.copy()};
  bench.statistics.assign(statistics);
  return result;
}

/// Is `sum` the result of adding `value` to `base`? Within rounding: a compiler may fuse the addition with the last
/// product.
inline bool added(const std::vector<double>& sum, double base, const std::vector<double>& value) {
  for (std::size_t i = 0; i < sum.size(); ++i) {
    const double error = std::abs(sum[i] - (base + value[i]));
    if (!(error <= 2 * std::numeric_limits<double>::epsilon() * (std::abs(base) + std::abs(value[i]))))
      return false;
  }
  return true;
}

/// Compares d f / d x(i), where f() depends on x(i) for i < size, with derivative[i].
template <class X, class F>
void check_derivatives(const char* what, X&& x, long size, const std::vector<double>& derivative, const F& f,
                       double tolerance) {
  constexpr long most = 300;
  const double scale = std::max(1.0, std::abs(f()));
  for (long i = 0; i < size; i += 1 + size / most) {
    double& value = x(i);
    const double at = value, h = 1e-5 * std::max(1.0, std::abs(at));
    value = at + h;
    const double above = f();
    value = at - h;
    const double numeric = (above - f()) / (2 * h), analytic = derivative[std::size_t(i)];
    value = at;
    const double allowed = tolerance * std::max(std::abs(analytic), std::abs(numeric)) + 1e-8 * scale;
    if (!(std::abs(analytic - numeric) <= allowed)) {
      BOOST_ERROR(what << '[' << i << "]: analytic " << analytic << ", numeric " << numeric);
      return;
    }
  }
}

/// Checks the gradients of L for samples of shape In, and that its kernels
///   add where they are told to add, and leave out what isn't wanted,
///   keep to `saved`, `scratch` and the insides of views with `Extra` pixels more border than they wish for,
///   give the same bits again, for more threads, and on memory laid out for a larger batch.
template <Layer L, Shape In, int Extra = 0>
void check_gradients(const Options& options = {}) {
  BOOST_TEST_CONTEXT(L::name() << " on (" << In.channels << ", " << In.height << ", " << In.width
                               << "), border " << Extra << ", seed " << options.seed) {
    using B = Bench<L, In, Extra>;
    B bench(options.batch);
    std::uint64_t attempt = 0;
    for (double kink = 0; kink < 1e-3; ++attempt) {
      BOOST_REQUIRE(attempt < 1000);
      draw(bench, options, attempt);
      const Tracer tracer{options.batch, bench.step, bench.parameters.data(), bench.statistics.data()};
      kink = tracer.run<In>(L{}, Trace{bench.input.copy()}).kink;
    }
    --attempt;

    const Outcome expected = pass(bench);
    BOOST_TEST(bench.kept());
    BOOST_TEST((pass(bench) == expected), "a second pass gives other bits");
    for (const auto& [threads, spare] : {std::pair{2, 0}, std::pair{5, 3}}) {
      B other(options.batch, threads, spare);
      draw(other, options, attempt);
      BOOST_TEST((pass(other) == expected), threads << " threads, " << spare << " samples to spare");
      BOOST_TEST(other.kept());
    }

    const double base = 0.625;
    for (long i = 0; i < bench.output.size(); ++i) bench.output[i] = base;
    const std::vector<double> statistics = bench.statistics.copy();
    bench.forward(Write::add);
    bench.statistics.assign(statistics);
    BOOST_TEST(added(bench.output.copy(), base, expected.output), "forward, add");
    bench.output.assign(expected.output);
    for (long i = 0; i < bench.dinput.size(); ++i) bench.dinput[i] = base;
    std::ranges::fill(bench.dparameters.values(), base);
    bench.backward({.write = Write::add, .write_parameters = Write::add});
    BOOST_TEST(added(bench.dinput.copy(), base, expected.dinput), "backward, add to dinput");
    BOOST_TEST(added(bench.dparameters.copy(), base, expected.dparameters), "backward, add to dparameters");

    bench.backward({.dinput = false});
    BOOST_TEST((bench.dparameters.copy() == expected.dparameters), "backward without dinput");
    BOOST_TEST(added(bench.dinput.copy(), base, expected.dinput), "dinput was not wanted");
    std::ranges::fill(bench.dparameters.values(), base);
    bench.backward({.dparameters = false});
    BOOST_TEST((bench.dinput.copy() == expected.dinput), "backward without dparameters");
    BOOST_TEST(added(bench.dparameters.copy(), base, std::vector<double>(expected.dparameters.size())),
               "dparameters were not wanted");
    BOOST_TEST(bench.kept());

    const auto f = [&] {
      bench.forward();
      bench.statistics.assign(statistics);
      double sum = 0;
      for (long i = 0; i < bench.output.size(); ++i) sum += bench.output[i] * bench.doutput[i];
      return sum;
    };
    const double tolerance = B::owned.leaves > 4 ? 1e-5 : 1e-6;
    check_derivatives(
        "input", [&](long i) -> double& { return bench.input[i]; }, bench.input.size(), expected.dinput, f,
        tolerance);
    check_derivatives(
        "parameters", [&](long i) -> double& { return bench.parameters.data()[i]; }, B::owned.parameters,
        expected.dparameters, f, tolerance);
  }
}

}  // namespace tests
