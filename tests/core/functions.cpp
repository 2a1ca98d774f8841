#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <dim/core/functions.hpp>
#include <limits>

BOOST_AUTO_TEST_SUITE(functions)

using Scalars = boost::mpl::list<float, double>;

BOOST_AUTO_TEST_CASE_TEMPLATE(sigmoid, T, Scalars) {
  const T infinity = std::numeric_limits<T>::infinity(), digit = 4 * std::numeric_limits<T>::epsilon();
  BOOST_TEST(dim::sigmoid(T(0)) == T(0.5));
  BOOST_TEST(dim::sigmoid(infinity) == 1);
  BOOST_TEST(dim::sigmoid(-infinity) == 0);
  BOOST_TEST(dim::sigmoid(T(1e4)) == 1);
  BOOST_TEST(dim::sigmoid(T(-1e4)) == 0);
  BOOST_TEST(std::abs(dim::sigmoid(T(-20)) / std::exp(T(-20)) - 1) < T(1e-5));  // does not cancel
  BOOST_TEST(std::isnan(dim::sigmoid(std::numeric_limits<T>::quiet_NaN())));
  for (T x = 0; x < 30; x += T(0.37)) {
    const T sum = dim::sigmoid(x) + dim::sigmoid(-x);
    BOOST_TEST(std::abs(sum - 1) <= digit);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(softplus, T, Scalars) {
  const T infinity = std::numeric_limits<T>::infinity();
  BOOST_TEST(std::abs(dim::softplus(T(0)) - std::log(T(2))) < 2 * std::numeric_limits<T>::epsilon());
  BOOST_TEST(dim::softplus(infinity) == infinity);
  BOOST_TEST(dim::softplus(-infinity) == 0);
  BOOST_TEST(dim::softplus(T(1e4)) == T(1e4));
  BOOST_TEST(dim::softplus(T(-1e4)) == 0);
  BOOST_TEST(std::abs(dim::softplus(T(-20)) / std::exp(T(-20)) - 1) < T(1e-5));  // ln(1 + e) needs log1p
  BOOST_TEST(std::isnan(dim::softplus(std::numeric_limits<T>::quiet_NaN())));
}

BOOST_AUTO_TEST_SUITE_END()
