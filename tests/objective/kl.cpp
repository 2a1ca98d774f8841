#include <boost/test/unit_test.hpp>
#include <dim/objective/estimators/kl.hpp>

#include "tables.hpp"

BOOST_AUTO_TEST_SUITE(kl)

using namespace tests;

BOOST_AUTO_TEST_CASE(zero_scores_cost_one_in_e) {
  for (const TableSize& size : table_sizes)
    BOOST_TEST(std::abs(loss_of(KL(), Table<double>(size)) - std::exp(-1)) < 1e-15);
}
BOOST_AUTO_TEST_CASE(a_bound_on_its_divergence) {
  check_bound(
      KL(), [](double r) { return 1 + std::log(r); }, [](double r) { return r * std::log(r); });
}
BOOST_AUTO_TEST_CASE(gradient) {
  check_estimator_gradient(KL());
}
BOOST_AUTO_TEST_CASE(extreme_scores) {
  check_extreme_scores(KL());
}
BOOST_AUTO_TEST_CASE(estimate_and_ceiling) {
  const auto u = Table<double>(table_sizes[0]).scores();
  BOOST_TEST(KL().estimate(-0.25, u) == 0.25);
  BOOST_TEST(KL().ceiling(u) == std::numeric_limits<double>::infinity());
}

BOOST_AUTO_TEST_SUITE_END()
