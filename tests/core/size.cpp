#include <boost/test/unit_test.hpp>
#include <dim/core/size.hpp>

BOOST_AUTO_TEST_SUITE(size)

using dim::Size;

BOOST_AUTO_TEST_CASE(a_number_is_both) {
  constexpr Size three = 3;
  BOOST_TEST((three == Size{3, 3}));
  BOOST_TEST((three != Size{3, 1}));
  BOOST_TEST((Size{} == 1));
  BOOST_TEST((Size{1 << 20, 1 << 20}.area()) == 1L << 40);
}

BOOST_AUTO_TEST_CASE(each_direction_by_itself) {
  BOOST_TEST((larger(Size{3, 1}, Size{2, 5}) == Size{3, 5}));
  BOOST_TEST((covers(Size{3, 1}, Size{3, 0})));
  BOOST_TEST(!(covers(Size{3, 1}, Size{2, 2})));
  BOOST_TEST(!(covers(Size{1, 9}, Size{2, 2})));
}

BOOST_AUTO_TEST_CASE(in_words) {
  BOOST_TEST(to_string(Size{3, 3}) == "3");
  BOOST_TEST(to_string(Size{3, 1}) == "{3, 1}");
}

BOOST_AUTO_TEST_SUITE_END()
