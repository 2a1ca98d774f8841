#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <dim/core/scalar_math.hpp>
#include <limits>

BOOST_AUTO_TEST_SUITE(scalar_math)

using Scalars = boost::mpl::list<float, double>;

BOOST_AUTO_TEST_CASE(exponential_of_floats) {
  const float infinity = std::numeric_limits<float>::infinity();
  for (float x = -87.33F; x < 88.37F; x += 0.0137F) {
    const double exact = std::exp(double(x));
    BOOST_TEST_REQUIRE(std::abs(double(dim::exponential(x)) - exact) <= 0x1p-22 * exact);
  }
  BOOST_TEST(dim::exponential(0.0F) == 1);
  BOOST_TEST(dim::exponential(-87.4F) == 0);
  BOOST_TEST(dim::exponential(-infinity) == 0);
  BOOST_TEST(dim::exponential(88.4F) == infinity);
  BOOST_TEST(dim::exponential(infinity) == infinity);
  BOOST_TEST(std::isnan(dim::exponential(std::numeric_limits<float>::quiet_NaN())));
}

BOOST_AUTO_TEST_CASE(log1p_of_floats) {
  for (float x = 0; x <= 1; x += 0.00037F) {
    const double exact = std::log1p(double(x));
    BOOST_TEST_REQUIRE(std::abs(double(dim::log1p_unit(x)) - exact) <= 0x1p-22 * exact);
  }
  BOOST_TEST(dim::log1p_unit(1e-30F) == 1e-30F);
  BOOST_TEST(std::isnan(dim::log1p_unit(std::numeric_limits<float>::quiet_NaN())));
}

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

BOOST_AUTO_TEST_CASE_TEMPLATE(hyperbolic_tangent, T, Scalars) {
  const T infinity = std::numeric_limits<T>::infinity();
  for (T x = T(1e-20); x < 12; x *= T(1.013)) {
    const double exact = std::tanh(double(x)), found = double(dim::hyperbolic_tangent(x));
    BOOST_TEST_REQUIRE(std::abs(found - exact) <= 16 * double(std::numeric_limits<T>::epsilon()) * exact);
    BOOST_TEST_REQUIRE(dim::hyperbolic_tangent(-x) == -dim::hyperbolic_tangent(x));
  }
  BOOST_TEST(dim::hyperbolic_tangent(T(0)) == 0);
  BOOST_TEST(dim::hyperbolic_tangent(infinity) == 1);
  BOOST_TEST(dim::hyperbolic_tangent(-infinity) == -1);
  BOOST_TEST(std::isnan(dim::hyperbolic_tangent(std::numeric_limits<T>::quiet_NaN())));
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
