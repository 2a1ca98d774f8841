#include <boost/test/unit_test.hpp>
#include <dim/core/error.hpp>

namespace tests {  // error alone is a function of the C library
BOOST_AUTO_TEST_SUITE(error)

BOOST_AUTO_TEST_CASE(says_what_it_was_told) {
  try {
    throw dim::Error(std::string("images.idx: 3 bytes are missing"));
  } catch (const std::runtime_error& error) {
    BOOST_TEST(std::string(error.what()) == "images.idx: 3 bytes are missing");
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace tests
