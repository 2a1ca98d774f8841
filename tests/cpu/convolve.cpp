// Convolutions and their gradients against naive loops that add in the documented order: every bit must
// agree.
#include "dim/cpu/convolve.hpp"

#include <boost/test/unit_test.hpp>

#include "geometry.hpp"

BOOST_AUTO_TEST_SUITE(convolve)

using namespace tests::exact;

// Every second geometry has integers, whose sums are exact: 504 for the three passes in both precisions.
const int geometries = rounds(168);

BOOST_AUTO_TEST_CASE_TEMPLATE(forward_equals_naive_loops, T, Scalars) {
  RandomNumbers random;
  for (int round = 0; round < geometries; ++round) {
    const Geometry<T> g{random, round % 2 == 0};
    const bool add = round & 2, with_bias = round & 4;
    const auto bias = random.numbers<T>(g.O, g.integers);
    const Album<T> y(random, g.integers, g.N, g.P, g.Q, g.O, 0, wider(random, 0));
    const T* const b = with_bias ? bias.data() : nullptr;
    const auto expected = naive_forward(g, y, b, add);
    check(g, dim::cpu::convolve_scratch<T>(g.window, g.C, g.O), y.numbers, expected,
          [&](const Cpu& cpu, T* to, std::byte* scratch) {
            const auto view = moved(y.images, to);
            dim::cpu::convolve(cpu, g.x.view(), g.w.data(), g.window, view, scratch,
                               dim::cpu::store_pixels(view, add, b));
          });
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(backward_to_data_equals_naive_loops, T, Scalars) {
  RandomNumbers random;
  for (int round = 0; round < geometries; ++round) {
    const Geometry<T> g{random, round % 2 == 0};
    const bool add = round & 2;
    const Album<T> dx(random, g.integers, g.N, g.H, g.W, g.C, 0, wider(random, 0));
    const auto expected = naive_to_data(g, dx, add);
    check(g, dim::cpu::convolve_backward_data_scratch<T>(g.window, g.C, g.O), dx.numbers, expected,
          [&](const Cpu& cpu, T* to, std::byte* scratch) {
            const auto view = moved(dx.images, to);
            dim::cpu::convolve_backward_data(cpu, g.dy.view(), g.w.data(), g.window, view, scratch,
                                             dim::cpu::store_pixels(view, add));
          });
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(backward_to_weight_equals_naive_loops, T, Scalars) {
  RandomNumbers random;
  for (int round = 0; round < geometries; ++round) {
    const Geometry<T> g{random, round % 2 == 0};
    const bool add = round & 2;
    const auto before = random.numbers<T>(long(g.w.size()), g.integers);
    const auto expected = naive_to_weight(g, before, add);
    check(g, dim::cpu::convolve_backward_weight_scratch<T>(g.window, g.C, g.O, g.Q), before, expected,
          [&](const Cpu& cpu, T* to, std::byte* scratch) {
            dim::cpu::convolve_backward_weight(cpu, g.x.view(), g.dy.view(), g.window, to, add, scratch);
          });
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_empty_batch_changes_nothing_but_dw, T, Scalars) {
  const Window window{3, 3, 1, 1};
  const Batch<const T> x{nullptr, 0, {2, 4, 4}, 1}, dy{nullptr, 0, {5, 4, 4}, 1};
  const Batch<T> y{nullptr, 0, {5, 4, 4}, 1}, dx{nullptr, 0, {2, 4, 4}, 1};
  const std::vector<T> w(90, T(7)), zeros(90);
  std::vector<T> dw = w;
  Scratch forward(dim::cpu::convolve_scratch<T>(window, 2, 5), 2);
  Scratch data(dim::cpu::convolve_backward_data_scratch<T>(window, 2, 5), 2);
  Scratch weight(dim::cpu::convolve_backward_weight_scratch<T>(window, 2, 5, 4), 2);
  dim::cpu::convolve(Cpu{2}, x, w.data(), window, y, forward.data(), dim::cpu::store_pixels(y));
  dim::cpu::convolve_backward_data(Cpu{2}, dy, w.data(), window, dx, data.data(), dim::cpu::store_pixels(dx));
  dim::cpu::convolve_backward_weight(Cpu{2}, x, dy, window, dw.data(), true, weight.data());
  BOOST_TEST(same_bits(dw, w));
  dim::cpu::convolve_backward_weight(Cpu{2}, x, dy, window, dw.data(), false, weight.data());
  BOOST_TEST(same_bits(dw, zeros));
}

BOOST_AUTO_TEST_CASE(a_window_counts_its_places) {
  constexpr Window window{4, 3, 2, 1};
  static_assert(window.rows(32) == 16 && window.columns(5) == 3 && window.gradient_border() == 1);
  static_assert(Window{3, 3, 1, 1}.gradient_border() == 1 && Window{1, 1}.gradient_border() == 0);
  static_assert(Window{1, 5, Size{1, 2}, Size{0, 2}}.columns(12) == 6);
  static_assert(Window{3, 5, Size{1, 2}, Size{0, 2}}.gradient_border() == Size{2, 1});
  static_assert(Window{4, 4, 1, 3}.gradient_border() == 0 && Window{2, 2, 3, 0}.gradient_border() == 1);
  constexpr Extent forward = dim::cpu::convolve_scratch<float>(window, 64, 128);
  constexpr Extent weight = dim::cpu::convolve_backward_weight_scratch<double>(window, 64, 128, 8);
  BOOST_TEST((forward == forward.rounded() && forward.per_thread == 0));
  BOOST_TEST((weight == weight.rounded() && weight.fixed == 0));
}

BOOST_AUTO_TEST_SUITE_END()
