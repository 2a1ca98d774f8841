#include <boost/test/unit_test.hpp>

#include "../gradient.hpp"

BOOST_AUTO_TEST_SUITE(max_pool)

using dim::MaxPool, dim::Shape;

BOOST_AUTO_TEST_CASE(gradients) {
  tests::check_gradients<MaxPool<2>, Shape{3, 5, 4}>();
  tests::check_gradients<MaxPool<3, 2>, Shape{1, 7, 9}, 1>();  // windows overlap
  tests::check_gradients<MaxPool<1, 3>, Shape{2, 5, 4}>();     // and leave gaps
  tests::check_gradients<MaxPool<4>, Shape{2, 4, 4}, 2>({.batch = 1, .mode = dim::Mode::inference});
}

BOOST_AUTO_TEST_CASE(shapes) {
  BOOST_TEST((MaxPool<3, 2>::output({8, 7, 8}) == Shape{8, 3, 3}));
  BOOST_TEST((MaxPool<2>::output({8, 5, 4}) == Shape{8, 2, 2}));
  BOOST_TEST(!(MaxPool<3>::output({8, 2, 8}).valid()));
}

BOOST_AUTO_TEST_CASE(the_first_of_equals_takes_the_gradient) {
  tests::Bench<MaxPool<2>, Shape{1, 2, 4}> layer(1);
  layer.input.assign({1, 3, 0, 0,  //
                      3, 2, 0, 0});
  layer.doutput.assign({5, 7});
  layer.forward();
  layer.backward();
  BOOST_TEST((layer.output.copy() == std::vector<double>{3, 0}));
  BOOST_TEST((layer.dinput.copy() == std::vector<double>{0, 5, 7, 0,  //
                                                         0, 0, 0, 0}));
}

BOOST_AUTO_TEST_CASE(special_values) {
  const double infinity = std::numeric_limits<double>::infinity(), nan = std::nan("");
  tests::Bench<MaxPool<2>, Shape{1, 2, 6}> layer(1);
  layer.input.assign({-infinity, -infinity, nan, 1, 1, 2,  //
                      -infinity, -infinity, 2, 3, nan, 3});
  layer.forward();
  BOOST_TEST(layer.output[0] == -infinity);
  BOOST_TEST(std::isnan(layer.output[1]));
  BOOST_TEST(std::isnan(layer.output[2]));
}

BOOST_AUTO_TEST_SUITE_END()
