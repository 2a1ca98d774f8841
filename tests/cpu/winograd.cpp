// Minimal filtering against the sums it stands for: on integers every bit must agree, since its transforms add,
// subtract and halve.
#include "dim/cpu/winograd.hpp"

#include <boost/test/unit_test.hpp>

#include "minimal.hpp"

BOOST_AUTO_TEST_SUITE(winograd)

using namespace tests::exact;

const int geometries = rounds(80);

BOOST_AUTO_TEST_CASE_TEMPLATE(forward_equals_naive_loops, T, Scalars) {
  RandomNumbers random;
  for (int round = 0; round < geometries; ++round) {
    const Geometry<T> g = minimal_forward<T>(random, round % 2 == 0);
    const bool add = round & 2, with_bias = round & 4;
    const auto bias = random.numbers<T>(g.O, g.integers);
    const Album<T> y(random, g.integers, g.N, g.P, g.Q, g.O, 0, wider(random, 0));
    const T* const b = with_bias ? bias.data() : nullptr;
    const auto expected = naive_forward(g, y, b, add);
    check_minimal(g, dim::cpu::winograd_scratch<T>(g.window, g.C, g.O), y.numbers, expected,
                  [&](const Cpu& cpu, T* to, std::byte* scratch) {
                    const auto view = moved(y.images, to);
                    dim::cpu::winograd(cpu, g.x.view(), g.w.data(), g.window, view, scratch,
                                       dim::cpu::store_pixels(view, add, b));
                  });
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(backward_to_data_equals_naive_loops, T, Scalars) {
  RandomNumbers random;
  for (int round = 0; round < geometries; ++round) {
    const Geometry<T> g = minimal_to_data<T>(random, round % 2 == 0);
    const bool add = round & 2;
    const Album<T> dx(random, g.integers, g.N, g.H, g.W, g.C, 0, wider(random, 0));
    const auto expected = naive_to_data(g, dx, add);
    check_minimal(g, dim::cpu::winograd_scratch<T>(g.window, g.C, g.O), dx.numbers, expected,
                  [&](const Cpu& cpu, T* to, std::byte* scratch) {
                    const auto view = moved(dx.images, to);
                    dim::cpu::winograd_backward_data(cpu, g.dy.view(), g.w.data(), g.window, view, scratch,
                                                     dim::cpu::store_pixels(view, add));
                  });
  }
}

BOOST_AUTO_TEST_CASE(windows_that_have_it) {
  static_assert(dim::cpu::has_winograd({4, 4, 2, 1}, 8, 8) && dim::cpu::has_winograd({3, 3, 1, 1}, 2, 6));
  static_assert(!dim::cpu::has_winograd({3, 3, 1, 1}, 7, 8) &&
                !dim::cpu::has_winograd({3, 3, 1, 1}, 8, 7));  // half tiles
  static_assert(!dim::cpu::has_winograd({5, 5, 2, 2}, 8, 8) && !dim::cpu::has_winograd({4, 4, 1, 1}, 8, 8));
  static_assert(!dim::cpu::has_winograd({3, 4, 1, 1}, 8, 8) && !dim::cpu::has_winograd({1, 1, 1, 0}, 8, 8));
  static_assert(dim::cpu::has_winograd_to_data({4, 4, 2, 1}, 16, 8) &&
                !dim::cpu::has_winograd_to_data({4, 4, 2, 1}, 15, 8));
  static_assert(!dim::cpu::has_winograd_to_data({4, 4, 2, 1}, 14, 8));
  BOOST_TEST(dim::cpu::has_winograd({6, 6, 2, 2}, 8, 8));
}

BOOST_AUTO_TEST_SUITE_END()
