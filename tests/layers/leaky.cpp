#include <boost/test/unit_test.hpp>

#include "../gradient.hpp"

BOOST_AUTO_TEST_SUITE(leaky)

using dim::Leaky, dim::LeakyReLU, dim::Ratio, dim::ReLU, dim::Shape;

BOOST_AUTO_TEST_CASE(gradients) {
  tests::check_gradients<LeakyReLU, Shape{3, 5, 4}>({.zeros = 0});
  tests::check_gradients<ReLU, Shape{1, 1, 1}>({.batch = 1, .zeros = 0});
  tests::check_gradients<ReLU, Shape{5, 3, 7}, 2>({.mode = dim::Mode::inference, .zeros = 0});
  tests::check_gradients<Leaky<Ratio{2, 7}>, Shape{1, 7, 3}, 1>({.batch = 3, .zeros = 0});
}

/// y and dy of x under a cotangent of 1.
template <class L>
std::array<float, 2> at(float x) {
  tests::Bench<L, Shape{1, 1, 1}, 0, float> layer(1);
  layer.input[0] = x;
  layer.doutput[0] = 1;
  layer.forward();
  layer.backward();
  return {layer.output[0], layer.dinput[0]};
}

BOOST_AUTO_TEST_CASE(special_values) {
  const float infinity = std::numeric_limits<float>::infinity(), nan = std::nanf("");
  BOOST_TEST((at<ReLU>(3) == std::array{3.F, 1.F}));
  BOOST_TEST((at<ReLU>(-3) == std::array{0.F, 0.F}));
  BOOST_TEST((at<ReLU>(0) == std::array{0.F, 0.F}));
  BOOST_TEST((at<ReLU>(infinity) == std::array{infinity, 1.F}));
  BOOST_TEST((at<ReLU>(-infinity) == std::array{0.F, 0.F}));
  BOOST_TEST((at<LeakyReLU>(-5) == std::array{-1.F, 0.2F}));
  BOOST_TEST((at<LeakyReLU>(0) == std::array{0.F, 0.2F}));  // at 0 the derivative is the slope
  BOOST_TEST((at<LeakyReLU>(-infinity) == std::array{-infinity, 0.2F}));
  BOOST_TEST(std::isnan(at<ReLU>(nan)[0]));
  BOOST_TEST(std::isnan(at<LeakyReLU>(nan)[0]));
}

BOOST_AUTO_TEST_CASE(names) {
  BOOST_TEST(ReLU::name() == "ReLU");
  BOOST_TEST(LeakyReLU::name() == "Leaky<0.2>");
}

BOOST_AUTO_TEST_SUITE_END()
