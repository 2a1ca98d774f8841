#include <boost/test/unit_test.hpp>
#include <dim/cpu/optimizer.hpp>
#include <vector>

#include "../gradient.hpp"

BOOST_AUTO_TEST_SUITE(optimizer)

using namespace dim;
using namespace dim::cpu;

/// Parameters after `steps` steps of gradients that are the same for each optimizer.
template <class T, class Optimizer>
std::vector<T> descend(const Optimizer& how, long steps, int threads = 1, long count = 3) {
  std::vector<T> w(std::size_t(count), T(1)), dw(w.size()), moments(2 * w.size());
  for (long step = 1; step <= steps; ++step) {
    for (long i = 0; i < count; ++i) dw[std::size_t(i)] = T(tests::uniform(8, std::uint64_t(step), i));
    StepState state;
    prepare(how, step, state);
    update(Cpu{threads}, how, w.data(), dw.data(), moments.data(), count, &state);
  }
  return w;
}

BOOST_AUTO_TEST_CASE(adam_as_it_is_written) {
  const Adam adam{.rate = 0.1, .beta1 = 0.8, .beta2 = 0.95, .epsilon = 1e-3};
  const auto got = descend<double>(adam, 9);
  for (long i = 0; i < 3; ++i) {
    double w = 1, m = 0, v = 0;
    for (int t = 1; t <= 9; ++t) {
      const double g = tests::uniform(8, std::uint64_t(t), i);
      m = 0.8 * m + 0.2 * g;
      v = 0.95 * v + 0.05 * g * g;
      w -= 0.1 * (m / (1 - std::pow(0.8, t))) / (std::sqrt(v / (1 - std::pow(0.95, t))) + 1e-3);
    }
    BOOST_TEST(std::abs(got[std::size_t(i)] - w) < 1e-13);
  }
}
BOOST_AUTO_TEST_CASE(sgd_as_it_is_written) {
  const auto got = descend<double>(Sgd{.rate = 0.05, .momentum = 0.7}, 9);
  for (long i = 0; i < 3; ++i) {
    double w = 1, v = 0;
    for (int t = 1; t <= 9; ++t) {
      v = 0.7 * v + tests::uniform(8, std::uint64_t(t), i);
      w -= 0.05 * v;
    }
    BOOST_TEST(std::abs(got[std::size_t(i)] - w) < 1e-13);
  }
}

template <class Optimizer>
void check_bits(const Optimizer& how) {
  const long count = (1L << 16) + 77;  // three pieces
  const auto expected = descend<float>(how, 3, 1, count);
  for (const int threads : {2, 5}) BOOST_TEST((descend<float>(how, 3, threads, count) == expected));
  BOOST_TEST((descend<float>(AnyOptimizer(how), 3, 1, count) == expected));
}
BOOST_AUTO_TEST_CASE(neither_threads_nor_a_choice_at_run_time_change_a_bit) {
  check_bits(Adam{});
  check_bits(Sgd{});
}

BOOST_AUTO_TEST_SUITE_END()
