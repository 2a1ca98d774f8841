#include <boost/test/unit_test.hpp>
#include <dim/core/decimal.hpp>
#include <limits>

BOOST_AUTO_TEST_SUITE(decimal)

BOOST_AUTO_TEST_CASE(four_digits_at_most) {
  BOOST_TEST(dim::decimal(0) == "0");
  BOOST_TEST(dim::decimal(0.001) == "0.001");
  BOOST_TEST(dim::decimal(-18.271619) == "-18.27");
  BOOST_TEST(dim::decimal(1e-9) == "1e-09");
  BOOST_TEST(dim::decimal(5000) == "5000");
  BOOST_TEST(dim::decimal(std::numeric_limits<double>::infinity()) == "inf");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(dim::decimal(nan) == "nan");
  BOOST_TEST(dim::decimal(-nan) == "nan");
  BOOST_TEST(dim::decimal(-std::numeric_limits<double>::max()) == "-1.798e+308");
}

BOOST_AUTO_TEST_CASE(as_many_digits_as_it_takes) {
  BOOST_TEST(dim::exact_decimal(0.1) == "0.1");
  for (const double number : {1.0 / 3, 1e-300 / 7, -5e20, 0.0})
    BOOST_TEST(std::stod(dim::exact_decimal(number)) == number);
}

BOOST_AUTO_TEST_SUITE_END()
