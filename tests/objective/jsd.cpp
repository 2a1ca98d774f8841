#include <boost/test/unit_test.hpp>
#include <dim/objective/estimators/jsd.hpp>

#include "tables.hpp"

BOOST_AUTO_TEST_SUITE(jsd)

using namespace tests;

BOOST_AUTO_TEST_CASE(zero_scores_cost_nothing) {
  for (const TableSize& size : table_sizes) BOOST_TEST(std::abs(loss_of(JSD(), Table<double>(size))) < 1e-15);
}
BOOST_AUTO_TEST_CASE(a_bound_on_its_divergence) {
  check_bound(
      JSD(), [](double r) { return std::log(r); },
      [](double r) { return r * std::log(2 * r / (1 + r)) + std::log(2 / (1 + r)); });
}
BOOST_AUTO_TEST_CASE(gradient) {
  check_estimator_gradient(JSD());
}
BOOST_AUTO_TEST_CASE(extreme_scores) {
  check_extreme_scores(JSD());
}
BOOST_AUTO_TEST_CASE(estimate_and_ceiling) {
  const auto u = Table<double>(table_sizes[0]).scores();
  BOOST_TEST(JSD().estimate(-0.25, u) == 0.25);
  BOOST_TEST(JSD().ceiling(u) == 2 * std::log(2));
}

BOOST_AUTO_TEST_SUITE_END()
