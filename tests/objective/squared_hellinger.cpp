#include <boost/test/unit_test.hpp>
#include <dim/objective/estimators/squared_hellinger.hpp>

#include "tables.hpp"

BOOST_AUTO_TEST_SUITE(squared_hellinger)

using namespace tests;

BOOST_AUTO_TEST_CASE(zero_scores_cost_nothing) {
  for (const TableSize& size : table_sizes)
    BOOST_TEST(std::abs(loss_of(SquaredHellinger(), Table<double>(size))) < 1e-15);
}
BOOST_AUTO_TEST_CASE(a_bound_on_its_divergence) {
  check_bound(
      SquaredHellinger(), [](double r) { return std::log(r) / 2; },
      [](double r) { return std::pow(std::sqrt(r) - 1, 2); });
}
BOOST_AUTO_TEST_CASE(gradient) {
  check_estimator_gradient(SquaredHellinger());
}
BOOST_AUTO_TEST_CASE(extreme_scores) {
  check_extreme_scores(SquaredHellinger());
}
BOOST_AUTO_TEST_CASE(estimate_and_ceiling) {
  const auto u = Table<double>(table_sizes[0]).scores();
  BOOST_TEST(SquaredHellinger().estimate(-0.25, u) == 0.25);
  BOOST_TEST(SquaredHellinger().ceiling(u) == 2);
}

BOOST_AUTO_TEST_SUITE_END()
