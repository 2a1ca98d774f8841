#include <boost/test/unit_test.hpp>
#include <dim/objective/estimators/chi_squared.hpp>

#include "tables.hpp"

BOOST_AUTO_TEST_SUITE(chi_squared)

using namespace tests;

BOOST_AUTO_TEST_CASE(zero_scores_cost_nothing) {
  for (const TableSize& size : table_sizes)
    BOOST_TEST(std::abs(loss_of(ChiSquared(), Table<double>(size))) < 1e-15);
}
BOOST_AUTO_TEST_CASE(a_bound_on_its_divergence) {
  check_bound(
      ChiSquared(), [](double r) { return 2 * (r - 1); }, [](double r) { return (r - 1) * (r - 1); });
}
BOOST_AUTO_TEST_CASE(gradient) {
  check_estimator_gradient(ChiSquared());
}
BOOST_AUTO_TEST_CASE(extreme_scores) {
  check_extreme_scores(ChiSquared());
}
BOOST_AUTO_TEST_CASE(estimate_and_ceiling) {
  const auto u = Table<double>(table_sizes[0]).scores();
  BOOST_TEST(ChiSquared().estimate(-0.25, u) == 0.25);
  BOOST_TEST(ChiSquared().ceiling(u) == std::numeric_limits<double>::infinity());
}

BOOST_AUTO_TEST_SUITE_END()
