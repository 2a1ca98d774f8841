#include "../../examples/dim/terminal/text.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>

BOOST_AUTO_TEST_SUITE(text)

using namespace program;

BOOST_AUTO_TEST_CASE(numbers) {
  BOOST_TEST(fixed(2.345, 1) == "2.3");
  BOOST_TEST(fixed(-2.36, 1) == "-2.4");
  BOOST_TEST(fixed(-0.04, 1) == "0.0");  // without a sign
  BOOST_TEST(fixed(-0.4, 0) == "0");
  BOOST_TEST(nats(1.38629) == "1.386");
  BOOST_TEST(nats(-99999.4) == "-99999.400");
  BOOST_TEST(nats(-2.345e22) == "-2.35e+22");
  BOOST_TEST(nats(NAN) == "nan");
  BOOST_TEST(percent(0.1234567) == "12.35");
  BOOST_TEST(percent(0.5, 0.0125) == "50.00 \u00b1 1.25");
  BOOST_TEST(percent({}) == "\u2013");
  BOOST_TEST(grouped(0) == "0");
  BOOST_TEST(grouped(999) == "999");
  BOOST_TEST(grouped(1000) == "1,000");
  BOOST_TEST(grouped(-123456) == "-123,456");
}

BOOST_AUTO_TEST_CASE(lines_end_before_their_width) {
  BOOST_TEST(in_lines({}) == "");
  BOOST_TEST(in_lines({"one", "two"}) == "one  two");
  BOOST_TEST(in_lines({"one", "two", "three"}, 8) == "one  two\n  three");
  BOOST_TEST(in_lines({"one", "two", "three", "4"}, 7) == "one\n  two\n  three\n  4");
  BOOST_TEST(in_lines({"one", "two", "3", "4"}, 9) == "one  two\n  3  4");
  BOOST_TEST(in_lines({"a part that is too long", "b"}, 4) == "a part that is too long\n  b");
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

BOOST_AUTO_TEST_CASE(names_stay_on_their_line) {
  BOOST_TEST(printable("a\nb\x1B[2J\x7F \u00fc") == "a?b?[2J? \u00fc");
}

BOOST_AUTO_TEST_CASE(a_tilde_is_the_home_folder) {
  const char* const home = std::getenv("HOME");
  const std::string before = home ? home : "";
  setenv("HOME", "/home/ada", 1);
  BOOST_TEST(with_home("~/data") == "/home/ada/data");
  BOOST_TEST(with_home("~") == "/home/ada");
  BOOST_TEST(with_home("cifar10:~/data") == "cifar10:/home/ada/data");
  BOOST_TEST(with_home("cifar10:~") == "cifar10:/home/ada");
  for (const char* other :
       {"", "a", "cifar10:", "cifar10:/a/~/b", "a~/b", "~ada/data", "cifar10:~ada", "fashion-mnist"})
    BOOST_TEST(with_home(other) == other);
  unsetenv("HOME");
  BOOST_TEST(with_home("~/data") == "~/data");
  if (home) setenv("HOME", before.c_str(), 1);
}

BOOST_AUTO_TEST_SUITE_END()
