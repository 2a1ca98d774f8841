#include <boost/test/unit_test.hpp>

#include "../gradient.hpp"

BOOST_AUTO_TEST_SUITE(identity)

using dim::Identity, dim::Shape;

BOOST_AUTO_TEST_CASE(gradients) {
  tests::check_gradients<Identity, Shape{3, 5, 4}>();
  tests::check_gradients<Identity, Shape{1, 1, 1}>({.batch = 1});
  tests::check_gradients<Identity, Shape{2, 3, 7}, 2>({.mode = dim::Mode::inference});
}

BOOST_AUTO_TEST_CASE(copies) {
  tests::Bench<Identity, Shape{2, 2, 3}, 1> layer(2);
  for (long i = 0; i < layer.input.size(); ++i) layer.input[i] = double(i) - 0.5;
  layer.forward();
  BOOST_TEST(layer.output.copy() == layer.input.copy());
}

BOOST_AUTO_TEST_SUITE_END()
