#include <boost/test/unit_test.hpp>
#include <dim/cpu/backend.hpp>
#include <dim/model/encoder_pass.hpp>

#include "bound.hpp"

BOOST_AUTO_TEST_SUITE(encoder_pass)

using namespace tests;

// Tanh has no kinks, so central differences can be trusted.
using Maps = Sequential<Conv<3, 3, 1, 1>, BatchNorm, Tanh>;  // (3, 6, 4)
using Whole = Encoder<Shape{2, 6, 4}, Maps,
                      Sequential<Conv<4, 4, 2, 1>, Tanh, Linear<6, Bias::none>, BatchNorm, Tanh,
                                 Linear<3>>>;  // (4, 3, 2), (6), (3)
using ConvIsMap = Encoder<Shape{2, 6, 4}, Maps, Sequential<Linear<5>, Tanh, Linear<3>>>;
using OneLinear = Encoder<Shape{2, 6, 4}, Maps, Sequential<Conv<4, 3, 1, 1>, Tanh, Linear<3>>>;
using SeveralCodes =
    Encoder<Shape{2, 6, 4}, Maps, Sequential<Conv<4, 3, 2, 1>, Tanh, Conv<3, 2>>>;  // (3, 2, 1)

/// A pass over `count` random images, with random cotangents of map, conv and code.
template <class Net, class T = double>
struct Bench {
  using Pass = EncoderPass<Net, Cpu, T>;
  static constexpr int count = 3;

  Bound<Pass, T> bound;
  Taps<T> taps = bound.pass.taps();
  std::vector<T> cotangents[3];  // of map, conv and code, as stored within their views
  StepState state{.number = 4};
  Step step{.mode = Mode::training, .seed = 2, .state = &state};

  explicit Bench(int threads = 1) : bound(threads, Pass(), Pass().counts(), Sizes{count, threads}, true) {
    const Entries entries = Net::entries();
    for (const auto& [name, statistic, offset] : entries.statistics)
      std::fill_n(bound.weights.statistics + offset, statistic.size, T(statistic.start));
    bound.pass.set_count(count);
    taps = bound.pass.taps();
    long i = 0;
    for_each(taps.image, [&](T& x) { x = T(uniform(21, 0, i++)); });
    for (std::uint64_t k = 0; k < 3; ++k) {
      const Batch<T> tap = k == 0 ? taps.map : k == 1 ? taps.conv : taps.code;
      for (long j = 0; j < tap.pixels() * tap.channels(); ++j) cotangents[k].push_back(T(uniform(22, k, j)));
    }
  }
  template <class Function>
  static void for_each(const Batch<T>& images, const Function& function) {
    for (long n = 0; n < images.count; ++n)
      for (long y = 0; y < images.height(); ++y)
        for (long x = 0; x < images.width(); ++x)
          for (long c = 0; c < images.channels(); ++c) function(images.at(n, y, x)[c]);
  }
  /// <cotangent, tap>, summed over those that are used, and the code.
  T forward(Written uses) {
    bound.pass.forward(bound.cpu, step, bound.scratch);
    T sum = 0;
    const auto add = [&](const Batch<T>& tap, const std::vector<T>& cotangent) {
      std::size_t i = 0;
      for_each(tap, [&](T& x) { sum += x * cotangent[i++]; });
    };
    if (uses.map) add(taps.map, cotangents[0]);
    if (uses.conv) add(taps.conv, cotangents[1]);
    add(taps.code, cotangents[2]);
    return sum;
  }
  void backward(Written uses) {
    const Taps<T> gradients = bound.pass.gradients();
    const auto write = [&](const Batch<T>& tap, const std::vector<T>& cotangent, bool add) {
      std::size_t i = 0;
      for_each(tap, [&](T& x) { x = cotangent[i++] + (add ? x : T(0)); });
    };
    if (uses.map) write(gradients.map, cotangents[0], false);
    if (uses.conv)
      write(gradients.conv, cotangents[1], uses.map && gradients.conv.data == gradients.map.data);
    write(gradients.code, cotangents[2], false);
    bound.pass.backward(bound.cpu, uses, step, bound.scratch);
  }
};

template <class Net>
void check_gradients_of() {
  for (const Written uses :
       {Written{}, Written{.map = true}, Written{.conv = true}, Written{.map = true, .conv = true}}) {
    BOOST_TEST_CONTEXT("map " << uses.map << ", conv " << uses.conv) {
      Bench<Net> bench;
      bench.forward(uses);
      bench.backward(uses);
      check_derivatives_at(
          "weights", bench.bound.weights.parameters, bench.bound.dparameters(),
          [&] { return bench.forward(uses); }, 1e-5);
      const std::vector<double> once = bench.bound.dparameters();
      bench.forward(uses);
      bench.backward(uses);
      BOOST_TEST((bench.bound.dparameters() == once), "a second pass gives other bits");
    }
  }
}

BOOST_AUTO_TEST_CASE(gradients) {
  check_gradients_of<Whole>();
}
BOOST_AUTO_TEST_CASE(gradients_where_conv_is_the_map) {
  const Bench<ConvIsMap> bench;
  BOOST_TEST(bench.taps.conv.data == bench.taps.map.data);
  check_gradients_of<ConvIsMap>();
}
BOOST_AUTO_TEST_CASE(gradients_with_one_linear) {
  check_gradients_of<OneLinear>();
}
BOOST_AUTO_TEST_CASE(gradients_with_several_codes) {
  check_gradients_of<SeveralCodes>();
}

BOOST_AUTO_TEST_CASE(threads_change_no_bit) {
  const Written both{.map = true, .conv = true};
  const auto run = [&](int threads) {
    Bench<Whole, float> bench(threads);
    bench.forward(both);
    bench.backward(both);
    return bench.bound.dparameters();
  };
  const std::vector<float> expected = run(1);
  for (const int threads : {2, 5}) BOOST_TEST((run(threads) == expected));
}

BOOST_AUTO_TEST_CASE(passes_over_fewer_images) {
  Bench<Whole> bench;
  bench.step.mode = Mode::inference;
  bench.forward({});
  const std::vector<double> all(bench.taps.code.data, bench.taps.code.data + 9);
  std::fill_n(bench.taps.code.data, 9, 0.);
  bench.bound.pass.set_count(2);
  BOOST_TEST(bench.bound.pass.taps().code.count == 2);
  bench.bound.pass.forward(bench.bound.cpu, bench.step, bench.bound.scratch);
  for (std::size_t i = 0; i < 9; ++i) BOOST_TEST(bench.taps.code.data[i] == (i < 6 ? all[i] : 0));
}

BOOST_AUTO_TEST_CASE(what_it_says_of_itself) {
  const EncoderPass<SeveralCodes, Cpu, float> pass;
  const EncoderShapes shapes = pass.shapes();
  BOOST_TEST((shapes.image == SeveralCodes::image && shapes.map == SeveralCodes::map));
  BOOST_TEST((shapes.conv == SeveralCodes::conv && shapes.code == SeveralCodes::code && !shapes.fc.valid()));
  BOOST_TEST(pass.entries().parameters.size() == 5);
  BOOST_TEST(pass.counts().parameters == 2 * 3 * 9 + 6 + 3 * 4 * 9 + 4 * 3 * 4);
  BOOST_TEST((pass.fresh()->shapes().code == SeveralCodes::code));
}

BOOST_AUTO_TEST_SUITE_END()
