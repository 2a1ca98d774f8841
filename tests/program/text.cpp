#include "../../examples/dim/text.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(text)

using namespace program;

BOOST_AUTO_TEST_CASE(numbers) {
  BOOST_TEST(fixed(2.345, 1) == "2.3");
  BOOST_TEST(fixed(-2.36, 1) == "-2.4");
  BOOST_TEST(fixed(-0.04, 1) == "0.0");  // without a sign
  BOOST_TEST(fixed(-0.4, 0) == "0");
  BOOST_TEST(percent(0.1234567) == "12.35");
  BOOST_TEST(percent(0.5, 0.0125) == "50.00 \u00b1 1.25");
  BOOST_TEST(percent({}) == "\u2013");
  BOOST_TEST(grouped(0) == "0");
  BOOST_TEST(grouped(999) == "999");
  BOOST_TEST(grouped(1000) == "1,000");
  BOOST_TEST(grouped(-123456) == "-123,456");
}

BOOST_AUTO_TEST_CASE(times) {
  BOOST_TEST(duration(0) == "0:00");
  BOOST_TEST(duration(-3) == "0:00");
  BOOST_TEST(duration(66.6) == "1:07");
  BOOST_TEST(duration(3599.6) == "1:00:00");
  BOOST_TEST(duration(7400) == "2:03:20");
}

BOOST_AUTO_TEST_CASE(words_of_a_command_line) {
  BOOST_TEST(quoted("cifar10:/data") == "cifar10:/data");
  BOOST_TEST(quoted("") == "''");
  BOOST_TEST(quoted("my data") == "'my data'");
  BOOST_TEST(quoted("it's") == "'it'\\''s'");
}

BOOST_AUTO_TEST_SUITE_END()
