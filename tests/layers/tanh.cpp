#include <boost/test/unit_test.hpp>

#include "../gradient.hpp"

namespace tests {  // tanh alone is a function of the C library
BOOST_AUTO_TEST_SUITE(tanh)

using dim::Shape, dim::Tanh;

BOOST_AUTO_TEST_CASE(gradients) {
  check_gradients<Tanh, Shape{3, 5, 4}>();
  check_gradients<Tanh, Shape{1, 1, 1}>({.batch = 1});
  check_gradients<Tanh, Shape{2, 3, 7}, 1>({.mode = dim::Mode::inference, .spread = 3});
}

BOOST_AUTO_TEST_CASE(values) {
  Bench<Tanh, Shape{3, 1, 1}> layer(1);
  layer.input.assign({-1e9, 0, std::log(3.0) / 2});  // tanh(ln(3) / 2) = (3 - 1) / (3 + 1)
  layer.forward();
  BOOST_TEST(layer.output[0] == -1);
  BOOST_TEST(layer.output[1] == 0);
  BOOST_TEST(std::abs(layer.output[2] - 0.5) < 1e-15);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace tests
