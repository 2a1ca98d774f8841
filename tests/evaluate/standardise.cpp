// The scale of features: fitted correctly, and refused if there is none.
#include "dim/evaluate/standardise.hpp"

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <limits>
#include <vector>

#include "dim/core/random.hpp"
#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(standardise)

using namespace tests;
using dim::Cpu;
using dim::Features;
using dim::Scaler;
using Scalars = boost::mpl::list<float, double>;

BOOST_AUTO_TEST_CASE(columns_get_mean_0_and_deviation_1) {
  const std::vector<double> x = {1, 10, 3, 10, 5, 40};  // deviations sqrt(8/3) and sqrt(200)
  const Scaler scaler(Cpu{2}, Features<double>{x.data(), 3, 2});
  BOOST_TEST(scaler.mean() == (std::vector<double>{3, 20}), boost::test_tools::per_element());
  BOOST_TEST(scaler.deviation()[0] == std::sqrt(8.0 / 3), boost::test_tools::tolerance(1e-15));
  BOOST_TEST(scaler.deviation()[1] == std::sqrt(200.0), boost::test_tools::tolerance(1e-15));

  // Other features are scaled by the fitted scale, not by their own.
  const std::vector<double> y = {3 + std::sqrt(8.0 / 3), 20};
  const std::vector<double> scaled = scaler(Cpu{1}, Features<double>{y.data(), 1, 2});
  BOOST_TEST(scaled[0] == 1, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(scaled[1] == 0);
}

BOOST_AUTO_TEST_CASE(a_constant_column_becomes_exactly_0) {
  std::vector<float> x;
  for (int i = 0; i < 1000; ++i)
    x.insert(x.end(), {0.1F, float(i), 3e30F});  // 0.1 added a thousand times isn't 100
  const Scaler scaler(Cpu{1}, Features<float>{x.data(), 1000, 3});
  BOOST_TEST(scaler.deviation()[0] == 1);
  BOOST_TEST(scaler.deviation()[2] == 1);
  const std::vector<float> scaled = scaler(Cpu{1}, Features<float>{x.data(), 1000, 3});
  for (std::size_t i = 0; i < 1000; ++i) BOOST_TEST_REQUIRE((scaled[3 * i] == 0 && scaled[3 * i + 2] == 0));
  BOOST_TEST(scaled[1] == -std::sqrt(3.F * 999 / 1001), boost::test_tools::tolerance(1e-6F));
}

// 1 / deviation is too large for a float.
BOOST_AUTO_TEST_CASE(a_column_that_hardly_moves_is_constant) {
  const std::vector<float> x = {0, 1e-40F, 0, 1e-40F};
  const Features<float> features{x.data(), 4, 1};
  const Scaler scaler(Cpu{1}, features);
  BOOST_TEST(scaler.deviation()[0] == 1);
  for (const float number : scaler(Cpu{1}, features)) BOOST_TEST(std::abs(number) < 1e-39F);
  const std::vector<double> doubles(x.begin(), x.end());
  BOOST_TEST(Scaler(Cpu{1}, Features<double>{doubles.data(), 4, 1}).deviation()[0] < 1e-39);
  // Nor are features so far away that no float can hold their distance.
  const std::vector<float> narrow = {0, 1e-30F}, far = {1, 1e20F};
  const Scaler of_narrow(Cpu{1}, Features<float>{narrow.data(), 2, 1});
  BOOST_CHECK_EXCEPTION(of_narrow(Cpu{1}, Features<float>{far.data(), 2, 1}), dim::Error,
                        says({"row 1, column 0", "too far"}));
}

// As when the same sum is taken in another order.
BOOST_AUTO_TEST_CASE_TEMPLATE(a_column_that_moves_by_rounding_is_constant, T, Scalars) {
  const T unit = std::numeric_limits<T>::epsilon();
  std::vector<T> x;
  for (int i = 0; i < 100; ++i)
    x.insert(x.end(), {i % 2 == 0 ? 1 : 1 + unit, i == 7 ? -1000 * (1 + unit) : -1000,
                       T(1e-3) * (1 + T(i % 4) * unit), 1 + T(i) * unit});
  const Features<T> features{x.data(), 100, 4};
  const Scaler scaler(Cpu{1}, features);
  for (const std::size_t j : {0U, 1U, 2U}) BOOST_TEST(scaler.deviation()[j] == 1);
  BOOST_TEST(scaler.deviation()[3] < 100 * double(unit));  // this one carries information
  const std::vector<T> scaled = scaler(Cpu{1}, features);
  for (std::size_t i = 0; i < x.size(); ++i)
    if (i % 4 < 3) BOOST_TEST_REQUIRE(std::abs(scaled[i]) < 2000 * unit);
  BOOST_TEST(scaled[3] < -1);
}

BOOST_AUTO_TEST_CASE(a_small_spread_about_a_large_mean_is_kept) {
  const std::vector<double> x = {1e9 + 1, 1e9 + 3};
  const Scaler scaler(Cpu{1}, Features<double>{x.data(), 2, 1});
  BOOST_TEST(scaler.mean()[0] == 1e9 + 2);
  BOOST_TEST(scaler.deviation()[0] == 1);
}

BOOST_AUTO_TEST_CASE(one_row_is_constant) {
  const std::vector<float> x = {1, -2};
  const std::vector<float> scaled =
      Scaler(Cpu{1}, Features<float>{x.data(), 1, 2})(Cpu{1}, Features<float>{x.data(), 1, 2});
  BOOST_TEST(scaled == (std::vector<float>{0, 0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(threads_change_no_bit) {
  std::vector<float> x;
  for (std::uint64_t i = 0; i < 777 * 300; ++i) x.push_back(float(dim::Random{}.normal(i)));
  const Features<float> features{x.data(), 777, 300};
  const Scaler one(Cpu{1}, features);
  for (const int threads : {2, 5}) {
    const Scaler other(Cpu{threads}, features);
    BOOST_TEST((other.mean() == one.mean() && other.deviation() == one.deviation()));
    BOOST_TEST((other(Cpu{threads}, features) == one(Cpu{1}, features)));
  }
}

BOOST_AUTO_TEST_CASE(bad_features_are_refused_by_name) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    std::vector<float> x(12, 1);
    x[7] = bad;
    const Features<float> features{x.data(), 4, 3};
    BOOST_CHECK_EXCEPTION(Scaler(Cpu{1}, features), dim::Error, says({"row 2", "column 1", "training"}));
    x[7] = 0;
    const Scaler scaler(Cpu{1}, features);
    x[10] = bad;
    BOOST_CHECK_EXCEPTION(scaler(Cpu{1}, features), dim::Error, says({"row 3", "column 1"}));
  }
}

BOOST_AUTO_TEST_CASE(wrong_sizes_are_refused) {
  const std::vector<double> x(12, 1);
  const auto fit = [&](long count, long size) {
    return Scaler(Cpu{1}, Features<double>{x.data(), count, size});
  };
  BOOST_CHECK_EXCEPTION(fit(0, 3), dim::Error, says({"no training features", "0 rows"}));
  BOOST_CHECK_EXCEPTION(fit(3, 0), dim::Error, says({"no training features"}));
  BOOST_CHECK_EXCEPTION(fit(1L << 40, 1L << 40), dim::Error, says({"too many"}));
  BOOST_CHECK_EXCEPTION(fit(4, 3)(Cpu{1}, Features<double>{x.data(), 3, 4}), dim::Error, says({"4", "3"}));
}

BOOST_AUTO_TEST_CASE(a_spread_that_cannot_be_squared_is_refused) {
  const std::vector<double> x = {1e200, -1e200};
  BOOST_CHECK_EXCEPTION(Scaler(Cpu{1}, Features<double>{x.data(), 2, 1}), dim::Error,
                        says({"column 0", "training"}));
  BOOST_CHECK_EXCEPTION(Scaler(Cpu{1}, Features<double>{x.data(), 2, 1}, "y"), dim::Error,
                        says({"column 0 of the y features"}));
}

BOOST_AUTO_TEST_SUITE_END()
