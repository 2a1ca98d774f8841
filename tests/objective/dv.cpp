#include <boost/test/unit_test.hpp>
#include <dim/objective/estimators/dv.hpp>

#include "tables.hpp"

BOOST_AUTO_TEST_SUITE(dv)

using namespace tests;

BOOST_AUTO_TEST_CASE(constant_scores_are_at_chance) {
  for (const TableSize& size : table_sizes)
    for (const double score : {0.0, -36.0, 100.0}) {
      BOOST_TEST(std::abs(loss_of(DV(), Table<double>(size, score))) < 1e-12);
      BOOST_TEST(std::abs(loss_of(DV(), Table<float>(size, float(score)))) < 2e-5);
    }
}

BOOST_AUTO_TEST_CASE(a_shift_of_all_scores_changes_nothing) {
  for (const TableSize& size : table_sizes)
    for (const double shift : {-36.0, 100.0}) {
      Table<double> table = Table<double>::random(size, 3);
      const auto before = estimated(DV(), table);
      for (double& u : table.values) u += shift;
      const auto after = estimated(DV(), table);
      BOOST_TEST(std::abs(after.loss - before.loss) < 1e-12);
      for (std::size_t i = 0; i < table.values.size(); ++i)
        BOOST_TEST(std::abs(after.gradient[i] - before.gradient[i]) < 1e-12);
    }
}

/// ln mean exp(u-) - mean u+, as written: one logarithm for the negatives of all rows.
BOOST_AUTO_TEST_CASE(the_bound_as_it_is_written) {
  Table<double> table = Table<double>::random({3, 2, 4}, 2);
  double positives = 0, negatives = 0;
  table.for_each(
      [&](double u, bool positive) { (positive ? positives : negatives) += positive ? u : std::exp(u); });
  const Scores<double> u = table.scores();
  const double loss =
      std::log(negatives / double(u.negative_pairs())) - positives / double(u.positive_pairs());
  BOOST_TEST(std::abs(loss_of(DV(), table) - loss) < 1e-12);
}

BOOST_AUTO_TEST_CASE(gradient) {
  check_estimator_gradient(DV());
}
BOOST_AUTO_TEST_CASE(extreme_scores) {
  check_extreme_scores(DV());
}
BOOST_AUTO_TEST_CASE(extreme_scores_cost_what_they_should) {
  const auto loss_at = [](float positive, float negative) {
    Table<float> table({4, 1, 2});
    table.for_each([&](float& u, bool own) { u = own ? positive : negative; });
    return loss_of(DV(), table);
  };
  BOOST_TEST(std::abs(loss_at(1e4F, -1e4F) + 2e4) < 0.1);
  BOOST_TEST(std::abs(loss_at(-1e4F, 1e4F) - 2e4) < 0.1);
}
BOOST_AUTO_TEST_CASE(estimate_and_ceiling) {
  const auto u = Table<double>({64, 1, 64}).scores();
  BOOST_TEST(DV().ceiling(u) == std::log(64 * 63 * 64.));
  BOOST_TEST(DV().estimate(-3, u) == 3);
}

BOOST_AUTO_TEST_SUITE_END()
