#include <boost/test/unit_test.hpp>

#include "../gradient.hpp"

BOOST_AUTO_TEST_SUITE(sigmoid)

using dim::Sigmoid, dim::Shape;

BOOST_AUTO_TEST_CASE(gradients) {
  tests::check_gradients<Sigmoid, Shape{3, 5, 4}>();
  tests::check_gradients<Sigmoid, Shape{1, 1, 1}>({.batch = 1});
  tests::check_gradients<Sigmoid, Shape{2, 3, 7}, 1>({.mode = dim::Mode::inference, .spread = 5});
}

BOOST_AUTO_TEST_CASE(values, *boost::unit_test::tolerance(1e-15)) {
  tests::Bench<Sigmoid, Shape{5, 1, 1}> layer(1);
  const double infinity = std::numeric_limits<double>::infinity();
  layer.input.assign({-infinity, -1e4, 0, std::log(3.0), 1e4});
  layer.doutput.assign({1, 1, 4, 16, 1});
  layer.forward();
  layer.backward();
  const std::vector<double> y = {0, 0, 0.5, 0.75, 1}, dx = {0, 0, 1, 3, 0};
  BOOST_TEST(layer.output.copy() == y, boost::test_tools::per_element());
  BOOST_TEST(layer.dinput.copy() == dx, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
