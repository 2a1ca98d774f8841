#include <boost/test/unit_test.hpp>
#include <dim/objective/estimators/reverse_kl.hpp>

#include "tables.hpp"

BOOST_AUTO_TEST_SUITE(reverse_kl)

using namespace tests;

BOOST_AUTO_TEST_CASE(zero_scores_cost_nothing) {
  for (const TableSize& size : table_sizes)
    BOOST_TEST(std::abs(loss_of(ReverseKL(), Table<double>(size))) < 1e-15);
}
BOOST_AUTO_TEST_CASE(a_bound_on_its_divergence) {
  check_bound(
      ReverseKL(), [](double r) { return std::log(r); }, [](double r) { return -std::log(r); });
}
BOOST_AUTO_TEST_CASE(gradient) {
  check_estimator_gradient(ReverseKL());
}
BOOST_AUTO_TEST_CASE(extreme_scores) {
  check_extreme_scores(ReverseKL());
}
BOOST_AUTO_TEST_CASE(estimate_and_ceiling) {
  const auto u = Table<double>(table_sizes[0]).scores();
  BOOST_TEST(ReverseKL().estimate(-0.25, u) == 0.25);
  BOOST_TEST(ReverseKL().ceiling(u) == std::numeric_limits<double>::infinity());
}

BOOST_AUTO_TEST_SUITE_END()
