#include <boost/test/unit_test.hpp>
#include <dim/objective/estimators/nce.hpp>

#include "tables.hpp"

BOOST_AUTO_TEST_SUITE(nce)

using namespace tests;

/// ln(1 + K P)
double chance(const TableSize& size) {
  return std::log(1 + double((size.all_pairs ? size.images - 1 : 1) * size.locations));
}

BOOST_AUTO_TEST_CASE(constant_scores_are_at_chance) {
  for (const TableSize& size : table_sizes)
    for (const double score : {0.0, -36.0, 100.0}) {
      BOOST_TEST(std::abs(loss_of(NCE(), Table<double>(size, score)) - chance(size)) < 1e-12);
      BOOST_TEST(std::abs(loss_of(NCE(), Table<float>(size, float(score))) - chance(size)) < 2e-5);
    }
  BOOST_TEST(std::abs(loss_of(NCE(), Table<double>({64, 1, 64})) - std::log(4033)) < 1e-12);
}

BOOST_AUTO_TEST_CASE(a_shift_of_all_scores_changes_nothing) {
  for (const TableSize& size : table_sizes) {
    Table<double> table = Table<double>::random(size, 3);
    const auto before = estimated(NCE(), table);
    for (double& u : table.values) u -= 36;
    const auto after = estimated(NCE(), table);
    BOOST_TEST(std::abs(after.loss - before.loss) < 1e-12);
    for (std::size_t i = 0; i < table.values.size(); ++i)
      BOOST_TEST(std::abs(after.gradient[i] - before.gradient[i]) < 1e-12);
  }
}

/// -u+ + ln(exp(u+) + Sum exp(u-)), as written.
BOOST_AUTO_TEST_CASE(the_cross_entropy_as_it_is_written) {
  Table<double> table = Table<double>::random({3, 2, 4}, 2);
  double sum = 0;
  const Scores<double> u = table.scores();
  for (long r = 0; r < u.rows(); ++r) {
    double others = 0;
    u.row(r).for_each_negative([&](double x) { others += std::exp(x); });
    u.row(r).for_each_positive([&](double x) { sum += -x + std::log(std::exp(x) + others); });
  }
  BOOST_TEST(std::abs(loss_of(NCE(), table) - sum / double(u.positive_pairs())) < 1e-12);
}

// Another location of the same image is neither positive nor negative: the loss of a positive is a function of its
// own score and those of its negatives.
BOOST_AUTO_TEST_CASE(own_locations_take_no_part) {
  Table<double> table = Table<double>::random({3, 1, 2}, 2);
  const auto loss_with = [&](double first, double second) {
    table.values[0] = first;
    table.values[1] = second;
    return loss_of(NCE(), table);
  };
  const double effect = loss_with(5, 0) - loss_with(-1, 0);
  for (const double second : {-7.0, 1.0, 9.0})
    BOOST_TEST(std::abs(loss_with(5, second) - loss_with(-1, second) - effect) < 1e-12);
}

/// c tanh(u / t / c), as written, in place of u.
BOOST_AUTO_TEST_CASE(temperature_and_clip_as_they_are_written) {
  const Table<double> table = Table<double>::random({3, 2, 4}, 30);
  for (const auto& [temperature, clip] : {std::pair{8., 0.}, {0.5, 0.}, {1., 20.}, {8., 2.}}) {
    Table<double> shaped = table;
    for (double& u : shaped.values) u = clip > 0 ? clip * std::tanh(u / temperature / clip) : u / temperature;
    BOOST_TEST(std::abs(loss_of(NCE(temperature, clip), table) - loss_of(NCE(), shaped)) < 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(numbers_that_mean_nothing_are_refused) {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const auto& [temperature, clip] :
       {std::pair{0., 0.}, {-8., 0.}, {infinity, 0.}, {std::nan(""), 0.}, {8., -20.}, {8., infinity}})
    BOOST_CHECK_EXCEPTION(NCE(temperature, clip), dim::Error, [](const dim::Error& error) {
      return std::string(error.what())
          .ends_with("give a temperature above 0, and a clip above 0, or 0 for none");
    });
}

BOOST_AUTO_TEST_CASE(a_clip_far_above_all_scores_does_nothing) {
  const Table<float> table = Table<float>::random({3, 2, 4}, 30);
  const double plain = loss_of(NCE(), table);
  for (const double clip : {1e5, 1e9, 1e30})
    BOOST_TEST(std::abs(loss_of(NCE(1, clip), table) - plain) < 1e-5 * std::abs(plain));
}

BOOST_AUTO_TEST_CASE(gradient) {
  for (const NCE& estimator : {NCE(), NCE(3), NCE(0.5, 2)}) check_estimator_gradient(estimator);
}
BOOST_AUTO_TEST_CASE(extreme_scores) {
  for (const NCE& estimator : {NCE(), NCE(8), NCE(8, 20)}) check_extreme_scores(estimator);
}
BOOST_AUTO_TEST_CASE(extreme_scores_cost_what_they_should) {
  const auto loss_at = [](float positive, float negative) {
    Table<float> table({4, 1, 2});
    table.for_each([&](float& u, bool own) { u = own ? positive : negative; });
    return loss_of(NCE(), table);
  };
  BOOST_TEST(loss_at(1e4F, -1e4F) == 0);
  BOOST_TEST(std::abs(loss_at(-1e4F, 1e4F) - 2e4) < 2);
}
BOOST_AUTO_TEST_CASE(estimate_and_ceiling) {
  Table<double> table({64, 1, 64});
  const auto u = table.scores();
  BOOST_TEST(NCE().ceiling(u) == std::log(4033.));
  BOOST_TEST(std::abs(NCE().estimate(8, u) - (std::log(4033.) - 8)) < 1e-15);
}

BOOST_AUTO_TEST_SUITE_END()
