#include <boost/test/unit_test.hpp>
#include <dim/core/shape.hpp>

BOOST_AUTO_TEST_SUITE(shape)

using dim::Shape;

BOOST_AUTO_TEST_CASE(sizes) {
  BOOST_TEST((Shape{3, 4, 5}.area()) == 20);
  BOOST_TEST((Shape{3, 4, 5}.size()) == 60);
  BOOST_TEST((Shape{1 << 20, 1 << 20, 1 << 10}.size()) == 1L << 50);
}

BOOST_AUTO_TEST_CASE(valid) {
  BOOST_TEST((Shape{1, 1, 1}.valid()));
  BOOST_TEST(!Shape{}.valid());
  BOOST_TEST(!(Shape{3, 0, 5}.valid()));
  BOOST_TEST(!(Shape{3, 4, -1}.valid()));
}

BOOST_AUTO_TEST_CASE(signals_have_one_line) {
  BOOST_TEST(dim::is_signal({3, 1, 5}));
  BOOST_TEST(!dim::is_signal({3, 2, 5}));
  BOOST_TEST(!dim::is_signal({3, 1, 1}));  // a vector
}

BOOST_AUTO_TEST_CASE(equality) {
  BOOST_TEST((Shape{3, 4, 5} == Shape{3, 4, 5}));
  BOOST_TEST((Shape{3, 4, 5} != Shape{3, 5, 4}));
}

BOOST_AUTO_TEST_SUITE_END()
