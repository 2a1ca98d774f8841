#include <boost/test/unit_test.hpp>

#include "../gradient.hpp"

BOOST_AUTO_TEST_SUITE(sum)

using namespace dim;
using Block = Sequential<Conv<4, 3, 1, 1>, BatchNorm, ReLU, Conv<4, 3, 1, 1>, BatchNorm>;
using EndsInReLU = Sequential<Conv<4, 3, 1, 1>, ReLU>;

BOOST_AUTO_TEST_CASE(gradients) {
  tests::check_gradients<Sum<Identity, Identity>, Shape{3, 5, 4}>();
  tests::check_gradients<Sum<Block, Identity>, Shape{4, 5, 4}>();
  tests::check_gradients<Sum<Identity, Block>, Shape{4, 3, 3}, 1>({.mode = Mode::inference});
  tests::check_gradients<Sum<Linear<7>, Sequential<Linear<9>, ReLU, Linear<7>>>, Shape{5, 1, 1}>();
}

BOOST_AUTO_TEST_CASE(branches_that_end_in_an_activation) {
  tests::check_gradients<Sum<EndsInReLU, Identity>, Shape{4, 5, 4}>();
  tests::check_gradients<Sum<EndsInReLU, Tanh>, Shape{4, 3, 4}, 1>();
  tests::check_gradients<Sum<Sigmoid, EndsInReLU>, Shape{4, 3, 4}>();
}

BOOST_AUTO_TEST_CASE(within_chains) {
  using Residual = Sequential<Conv<4, 3, 2, 1>, Sum<Block, Identity>, ReLU,
                              Sum<Sequential<Conv<5, 3, 1, 1>, ReLU>, Conv<5, 1>>, ReLU, Conv<2, 3, 1, 1>>;
  tests::check_gradients<Residual, Shape{2, 7, 8}>({.zeros = 0});
  tests::check_gradients<
      Sum<Sequential<Sum<Conv<3, 3, 1, 1>, Conv<3, 1>>, Tanh>, Sum<Conv<3, 5, 1, 2>, Identity>>,
      Shape{3, 5, 4}, 1>();
}

BOOST_AUTO_TEST_CASE(both_branches_one_by_one) {
  using Both = Sum<EndsInReLU, Conv<4, 1>>;
  constexpr Shape in{3, 5, 4};
  tests::Bench<Both, in> both(2);
  draw(both, {});
  both.forward();
  const tests::Tracer tracer{2, both.step, both.parameters.data(), both.statistics.data()};
  const auto values = tracer.run<in>(Both{}, tests::Trace{both.input.copy()}).values;
  BOOST_TEST(both.output.copy() == values, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(names_and_offsets) {
  Entries entries;
  list<Sum<EndsInReLU, Conv<4, 1>>>({3, 5, 4}, "4.", entries);
  BOOST_REQUIRE(entries.parameters.size() == 2U);
  BOOST_TEST(entries.parameters[0].name == "4.0.0.weight");
  BOOST_TEST(entries.parameters[1].name == "4.1.weight");
  BOOST_TEST(entries.parameters[1].offset == 4 * 3 * 9);
  BOOST_TEST((counts<Sum<EndsInReLU, Conv<4, 1>>>({3, 5, 4}).leaves) == 3);
  BOOST_TEST((Sum<ReLU, Identity>::name()) == "Sum<ReLU, Identity>");
}

// Only a branch whose backward pass reads its own output costs memory.
BOOST_AUTO_TEST_CASE(memory) {
  static constexpr Shape in{4, 8, 8};
  const auto saved = []<class L>(L) { return tests::Bench<L, in, 0, float>(1).saved.values().size(); };
  BOOST_TEST(saved(Sum<Conv<4, 3, 1, 1>, Identity>{}) == 0U);
  BOOST_TEST(saved(Sum<Conv<4, 3, 1, 1>, Tanh>{}) == 4U * 64 * 4);
  BOOST_TEST((tests::Bench<Sum<Conv<4, 3, 1, 1>, Conv<4, 5, 1, 2>>, in>(1).network.border() == 2));
}

BOOST_AUTO_TEST_SUITE_END()
