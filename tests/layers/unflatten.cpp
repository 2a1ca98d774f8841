#include <boost/test/unit_test.hpp>

#include "../gradient.hpp"

BOOST_AUTO_TEST_SUITE(unflatten)

using dim::Shape, dim::Unflatten;

BOOST_AUTO_TEST_CASE(gradients) {
  tests::check_gradients<Unflatten<Shape{3, 5, 4}>, Shape{60, 1, 1}>();
  tests::check_gradients<Unflatten<Shape{1, 1, 1}>, Shape{1, 1, 1}>({.batch = 1});
  tests::check_gradients<Unflatten<Shape{2, 3, 7}>, Shape{42, 1, 1}, 2>({.mode = dim::Mode::inference});
}

BOOST_AUTO_TEST_CASE(numbers_come_in_the_order_of_channels_lines_columns) {
  tests::Bench<Unflatten<Shape{2, 2, 3}>, Shape{12, 1, 1}, 1> layer(2);
  for (long i = 0; i < layer.input.size(); ++i) layer.input[i] = double(i);
  layer.forward();
  for (int n = 0; n < 2; ++n)
    for (int c = 0; c < 2; ++c)
      for (int i = 0; i < 2; ++i)
        for (int j = 0; j < 3; ++j) BOOST_TEST(layer.output.view()(n, i, j, c) == 12 * n + 6 * c + 3 * i + j);
}

BOOST_AUTO_TEST_CASE(shapes) {
  BOOST_TEST((Unflatten<Shape{512, 4, 4}>::output({8192, 1, 1}) == Shape{512, 4, 4}));
  BOOST_TEST(!(Unflatten<Shape{2, 2, 2}>::output({9, 1, 1}).valid()));
  BOOST_TEST(!(Unflatten<Shape{2, 2, 2}>::output({2, 2, 2}).valid()));
}

BOOST_AUTO_TEST_SUITE_END()
