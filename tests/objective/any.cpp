#include <boost/test/unit_test.hpp>
#include <dim/objective/estimators/any.hpp>

#include "tables.hpp"

BOOST_AUTO_TEST_SUITE(any)

using namespace tests;

template <class E>
void check_same_bits(E held) {
  const AnyEstimator any{{}, held};
  for (const TableSize& size : table_sizes) {
    auto table = Table<float>::random(size, 3);
    BOOST_TEST((estimated(any, table) == estimated(held, table)));
    BOOST_TEST(any.ceiling(table.scores()) == held.ceiling(table.scores()));
    BOOST_TEST(any.estimate(0.3, table.scores()) == held.estimate(0.3, table.scores()));
  }
}

BOOST_AUTO_TEST_CASE(is_the_estimator_that_it_holds) {
  check_same_bits(JSD());
  check_same_bits(NCE());
  check_same_bits(DV());
  check_same_bits(KL());
  check_same_bits(ReverseKL());
  check_same_bits(SquaredHellinger());
  check_same_bits(ChiSquared());
}
BOOST_AUTO_TEST_CASE(holds_jsd_at_first) {
  BOOST_TEST(std::holds_alternative<JSD>(AnyEstimator().choice));
}

BOOST_AUTO_TEST_SUITE_END()
