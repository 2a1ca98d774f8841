#include <boost/test/unit_test.hpp>

#include "../gradient.hpp"

BOOST_AUTO_TEST_SUITE(layer_norm)

using dim::LayerNorm, dim::Shape;

BOOST_AUTO_TEST_CASE(gradients) {
  tests::check_gradients<LayerNorm, Shape{3, 5, 4}>();
  tests::check_gradients<LayerNorm, Shape{1, 3, 3}>();  // one channel: everything is the shift
  tests::check_gradients<LayerNorm, Shape{37, 1, 1}>({.batch = 1});
  tests::check_gradients<LayerNorm, Shape{16, 3, 7}, 1>({.mode = dim::Mode::inference});
}

BOOST_AUTO_TEST_CASE(values) {
  tests::Bench<LayerNorm, Shape{2, 1, 2}> layer(1);
  layer.input.assign({1000, 1002, -5, -5});
  layer.parameters.assign({3, 3, 0.5, -0.5});  // gain, shift
  layer.forward();
  const double z = 1 / std::sqrt(1 + dim::LayerNormSpec::epsilon);
  const std::vector<double> expected = {0.5 - 3 * z, -0.5 + 3 * z, 0.5, -0.5};
  BOOST_TEST(layer.output.copy() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
