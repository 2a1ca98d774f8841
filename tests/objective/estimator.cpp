#include <boost/test/unit_test.hpp>
#include <dim/objective/estimator.hpp>

BOOST_AUTO_TEST_SUITE(estimator)

using namespace dim;

template <class T>
void check_tangent() {
  const T last = 40, step = T(1) / 256;
  const auto below = tangent_exp(last - step), at = tangent_exp(last), above = tangent_exp(last + step);
  BOOST_TEST(at.value == std::exp(last));
  BOOST_TEST(at.slope == at.value);
  BOOST_TEST(above.slope == at.slope);
  BOOST_TEST(above.value == at.value * (1 + step));
  BOOST_TEST(below.value == std::exp(last - step));
  BOOST_TEST(below.slope == below.value);
  BOOST_TEST(tangent_exp(T(0)).value == 1);
  BOOST_TEST(tangent_exp(T(-1e4)).value == 0);
  BOOST_TEST(tangent_exp(T(1e4)).value > at.value * 9960);
  BOOST_TEST(std::isfinite(tangent_exp(T(1e6)).value));
}
BOOST_AUTO_TEST_CASE(exponentials_go_on_along_their_tangent) {
  check_tangent<float>();
  check_tangent<double>();
}

struct Own : EstimatorPolicy {};

BOOST_AUTO_TEST_CASE(what_an_estimator_is_unless_it_says_otherwise) {
  static_assert(Estimator<Own> && !Estimator<int>);
  const Scores<float> u{nullptr, 4, 1, 3, 2, true};
  BOOST_TEST(Own().ceiling(u) == std::numeric_limits<double>::infinity());
  BOOST_TEST(Own().estimate(-1.5, u) == 1.5);
}

BOOST_AUTO_TEST_SUITE_END()
