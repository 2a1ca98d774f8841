#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <dim/core/error.hpp>
#include <limits>
#include <string_view>

namespace tests {  // error alone is a function of the C library
BOOST_AUTO_TEST_SUITE(error)

BOOST_AUTO_TEST_CASE(says_what_it_was_told) {
  try {
    throw dim::Error(std::string("images.idx: 3 bytes are missing"));
  } catch (const std::runtime_error& error) {
    BOOST_TEST(std::string(error.what()) == "images.idx: 3 bytes are missing");
  }
}

BOOST_AUTO_TEST_CASE(joins_its_parts) {
  const std::string name = "images.idx";
  const char* const verb = " holds ";
  const dim::Error error(name, verb, 3L, " of ", std::string_view("ten", 2), 'n', "; wait ", 0.25F, " s");
  BOOST_TEST(std::string(error.what()) == "images.idx holds 3 of ten; wait 0.25 s");
  const dim::Error copy = error;
  BOOST_TEST(std::string(copy.what()) == error.what());
}

BOOST_AUTO_TEST_CASE(writes_numbers_of_every_type) {
  const auto text = [](const auto&... parts) { return std::string(dim::Error(parts...).what()); };
  BOOST_TEST(text(std::uint8_t(65), ' ', std::int8_t(-65), ' ', 'A') == "65 -65 A");
  BOOST_TEST(text(std::numeric_limits<long>::min()) == "-9223372036854775808");
  BOOST_TEST(text(std::numeric_limits<unsigned long>::max()) == "18446744073709551615");
  BOOST_TEST(text(1.5, ' ', 1e-9, ' ', -std::numeric_limits<double>::infinity()) == "1.5 1e-09 -inf");
  BOOST_TEST(text(-std::numeric_limits<float>::quiet_NaN()) == "nan");
}

BOOST_AUTO_TEST_CASE(takes_nothing_else) {
  static_assert(!std::is_constructible_v<dim::Error>);
  static_assert(!std::is_constructible_v<dim::Error, const char*, const void*>);
  static_assert(!std::is_convertible_v<const char*, dim::Error>);
  BOOST_TEST(true);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace tests
