#include <boost/test/unit_test.hpp>
#include <dim/cpu/estimate.hpp>

#include "../objective/tables.hpp"

/// Estimators of a user's own, of the three forms.
namespace elsewhere {

/// p(u) = n(u) = sin(u)
struct Waves : dim::PairwiseEstimator {
  template <class T>
  dim::Term<T> positive(T u) const {
    return {std::sin(u), std::cos(u)};
  }
  template <class T>
  dim::Term<T> negative(T u) const {
    return positive(u);
  }
};

/// For each positive u+ the mean of (u- - u+)^2 over the negatives of its row.
struct RowSpread : dim::RowEstimator {
  template <class T>
  double row(const dim::ScoreRow<T>& u, T scale) const {
    const T negatives = T((u.blocks - 1) * u.locations), positives = T(u.locations);
    double sum = 0, squares = 0, own = 0, own_squares = 0;
    u.for_each_negative([&](T x) { sum += x, squares += double(x) * x; });
    u.for_each_positive([&](T x) { own += x, own_squares += double(x) * x; });
    const T mean = T(sum) / negatives, own_mean = T(own) / positives;
    u.for_each_positive([&](T& x) { x = 2 * scale * (x - mean); });
    u.for_each_negative([&](T& x) { x = 2 * scale * positives * (x - own_mean) / negatives; });
    return double(positives) * squares / double(negatives) - 2 * double(mean) * own + own_squares;
  }
};

/// The square of the sum of all scores.
struct SquaredSum : dim::TableEstimator {
  template <class T>
  double table(const dim::Scores<T>& u, T scale) const {
    double sum = 0;
    for (long i = 0; i < u.size(); ++i) sum += u.data[i];
    for (long i = 0; i < u.size(); ++i) u.data[i] = scale * T(2 * sum);
    return sum * sum;
  }
};

}  // namespace elsewhere

BOOST_AUTO_TEST_SUITE(estimate)

using namespace tests;

template <class Function>
void for_each_estimator(const Function& function) {
  function(JSD());
  function(NCE());
  function(DV());
  function(KL());
  function(ReverseKL());
  function(SquaredHellinger());
  function(ChiSquared());
  function(elsewhere::Waves());
  function(elsewhere::RowSpread());
  function(elsewhere::SquaredSum());
}

BOOST_AUTO_TEST_CASE(estimators_of_ones_own) {
  check_estimator_gradient(elsewhere::Waves());
  check_estimator_gradient(elsewhere::RowSpread());
  check_estimator_gradient(elsewhere::SquaredSum());
  Table<double> table({2, 1, 1});  // u(0, 0), u(0, 1), u(1, 0), u(1, 1)
  table.values = {1, 2, 4, 8};
  BOOST_TEST(std::abs(loss_of(elsewhere::Waves(), table) -
                      (std::sin(2.) + std::sin(4.) - std::sin(1.) - std::sin(8.)) / 2) < 1e-15);
  BOOST_TEST(loss_of(elsewhere::RowSpread(), table) == (1. + 16.) / 2);
  BOOST_TEST(loss_of(elsewhere::SquaredSum(), table) == 225);
}

// The order of locations must not matter; that of images does.
BOOST_AUTO_TEST_CASE(locations_may_be_permuted_and_images_not) {
  const TableSize size{4, 2, 3};
  const auto permuted = [&](Table<double> table, bool locations) {
    const std::vector<double> values = table.values;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::size_t p = i % 3, j = i / 3 % 4, row = i / 12;
      table.values[i] =
          locations ? values[row * 12 + j * 3 + (p + 1) % 3] : values[row * 12 + (j + 1) % 4 * 3 + p];
    }
    return table;
  };
  for_each_estimator([&](auto estimator) {
    if constexpr (!std::is_same_v<decltype(estimator), elsewhere::SquaredSum>) {
      const auto table = Table<double>::random(size, 2);
      const double loss = loss_of(estimator, table);
      BOOST_TEST(std::abs(loss_of(estimator, permuted(table, true)) - loss) < 1e-12 * std::abs(loss));
      BOOST_TEST(std::abs(loss_of(estimator, permuted(table, false)) - loss) > 1e-3);
    }
  });
}

// Features and codes that identify their image: l = g = sqrt(s) e_n, u = s for pairs of one image and 0 otherwise.
BOOST_AUTO_TEST_CASE(one_hot_features) {
  const double s = 3;
  Table<double> table({5, 1, 4});
  table.for_each([&](double& u, bool positive) { u = positive ? s : 0; });
  BOOST_TEST(std::abs(loss_of(NCE(), table) - std::log1p(std::exp(std::log(16.) - s))) < 1e-14);
  BOOST_TEST(std::abs(loss_of(DV(), table) + s) < 1e-14);
  BOOST_TEST(std::abs(loss_of(JSD(), table) - (std::log1p(std::exp(-s)) - std::log(2.))) < 1e-14);
}

BOOST_AUTO_TEST_CASE(threads_change_no_bit) {
  for (const TableSize& size : {TableSize{9, 2, 5}, TableSize{16, 1, 3, false}})
    for_each_estimator([&](auto estimator) {
      const auto table = Table<float>::random(size, 5);
      const auto expected = estimated(estimator, table);
      for (const int threads : {1, 2, 5}) BOOST_TEST((estimated(estimator, table, threads) == expected));
    });
}

BOOST_AUTO_TEST_CASE(scale_is_of_the_gradient_alone) {
  for_each_estimator([&](auto estimator) {
    const auto table = Table<double>::random({4, 2, 3}, 2);
    const auto whole = estimated(estimator, table), part = estimated(estimator, table, 1, 0.25);
    BOOST_TEST(part.loss == whole.loss);
    for (std::size_t i = 0; i < part.gradient.size(); ++i)
      BOOST_TEST(std::abs(part.gradient[i] - whole.gradient[i] / 4) <= 1e-15 * std::abs(whole.gradient[i]));
  });
}

BOOST_AUTO_TEST_SUITE_END()
