#include <boost/test/unit_test.hpp>
#include <dim/core/index.hpp>
#include <string>

namespace tests {  // index alone is a function of the C library
BOOST_AUTO_TEST_SUITE(index)

BOOST_AUTO_TEST_CASE(loops) {
  std::string up;
  dim::for_each_index<4>([&](auto i) {
    constexpr int constant = i;  // each index is a constant
    up += std::to_string(constant);
  });
  BOOST_TEST(up == "0123");
  dim::for_each_index<0>([&](auto) { up += "?"; });
  BOOST_TEST(up == "0123");
}

BOOST_AUTO_TEST_CASE(types) {
  static_assert(std::is_same_v<dim::nth<0, int, float, int>, int>);
  static_assert(std::is_same_v<dim::nth<1, int, float, int>, float>);
  static_assert(std::is_same_v<dim::nth<2, int, float, int>, int>);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace tests
