#include "dim/evaluate/linear_scores.hpp"

#include <boost/test/unit_test.hpp>

#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(linear_scores)

using dim::Cpu;

/// Columns of mean 0 and deviation 1, so that standardised features are the features.
BOOST_AUTO_TEST_CASE(the_largest_score_and_of_equals_the_lowest_class) {
  const tests::Set<double> train{{1, 1, -1, 1, 1, -1, -1, -1}, {}, 2};
  const dim::Features<double> features{train.data.data(), 4, 2};
  const dim::Scaler scaler(Cpu{1}, features);
  const std::vector<double> parameters{1, 0, 0, 1, -1, -1, 0, 0, 0.5};  // W (3, 2), then b (3)
  for (const int threads : {1, 3})
    BOOST_TEST(
        (dim::predict_linear(Cpu{threads}, scaler, parameters, 3, features) == std::vector<int>{0, 1, 0, 2}));
}

BOOST_AUTO_TEST_SUITE_END()
