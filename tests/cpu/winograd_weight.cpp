// The gradient to weights by minimal filtering against the sums it stands for.
#include "dim/cpu/winograd_weight.hpp"

#include <boost/test/unit_test.hpp>

#include "minimal.hpp"

BOOST_AUTO_TEST_SUITE(winograd_weight)

using namespace tests::exact;

template <class T>
void check_weight(const Geometry<T>& g, bool add) {
  const auto before = g.random.template numbers<T>(long(g.w.size()), g.integers);
  const auto expected = naive_to_weight(g, before, add);
  check_minimal(g, dim::cpu::winograd_backward_weight_scratch<T>(g.window, g.O), before, expected,
                [&](const Cpu& cpu, T* to, std::byte* scratch) {
                  dim::cpu::winograd_backward_weight(cpu, g.x.view(), g.dy.view(), g.window, to, add,
                                                     scratch);
                });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(equals_naive_loops, T, Scalars) {
  RandomNumbers random;
  for (int round = 0, end = rounds(80); round < end; ++round)
    check_weight(minimal_forward<T>(random, round % 2 == 0), round & 2);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(several_chains_of_tiles_and_blocks_of_channels, T, Scalars) {
  RandomNumbers random;
  const Geometry<T> g{
      .random = random, .integers = true, .window = {3, 3, 1, 1}, .N = 6, .C = 150, .O = 3, .H = 20, .W = 18};
  check_weight(g, false);
  check_weight(g, true);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_empty_batch_is_a_gradient_of_zero, T, Scalars) {
  const dim::cpu::Window window{3, 3, 1, 1};
  const Batch<const T> x{nullptr, 0, {2, 4, 4}, 1}, dy{nullptr, 0, {5, 4, 4}, 1};
  const std::vector<T> before(90, T(7)), zeros(90);
  std::vector<T> dw = before;
  Scratch scratch(dim::cpu::winograd_backward_weight_scratch<T>(window, 5), 2);
  dim::cpu::winograd_backward_weight(Cpu{2}, x, dy, window, dw.data(), true, scratch.data());
  BOOST_TEST(same_bits(dw, before));
  dim::cpu::winograd_backward_weight(Cpu{2}, x, dy, window, dw.data(), false, scratch.data());
  BOOST_TEST(same_bits(dw, zeros));
}

BOOST_AUTO_TEST_SUITE_END()
