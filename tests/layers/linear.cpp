#include <boost/test/unit_test.hpp>

#include "../gradient.hpp"

BOOST_AUTO_TEST_SUITE(linear)

using dim::Bias, dim::Linear, dim::Shape;

BOOST_AUTO_TEST_CASE(gradients) {
  tests::check_gradients<Linear<7>, Shape{5, 1, 1}>();
  tests::check_gradients<Linear<1, Bias::none>, Shape{1, 1, 1}>({.batch = 1});
  tests::check_gradients<Linear<19>, Shape{3, 3, 5}>({.batch = 3, .mode = dim::Mode::inference});
  tests::check_gradients<Linear<4>, Shape{3, 3, 5}, 1>();
  tests::check_gradients<Linear<4, Bias::none>, Shape{2, 1, 3}, 2>();
}

/// y(n, o) = b(o) + Sum x(n, c, h, w) w(o, c, h, w), with weights in their logical order.
template <int Border>
void check_sum() {
  using L = Linear<5>;
  constexpr Shape in{3, 2, 4};
  tests::Bench<L, in, Border> layer(3);
  const dim::Parameter weight = L::parameters(in)[0];
  std::vector<double> w;
  for (long i = 0; i < weight.size(); ++i) {
    w.push_back(double(i * 5 % 17 - 8));
    layer.parameters.data()[position(layer.cpu, weight, i)] = w.back();
  }
  for (int o = 0; o < 5; ++o) layer.parameters.data()[weight.size() + o] = 100 * (o + 1);
  for (long i = 0; i < layer.input.size(); ++i) layer.input[i] = double(i * 7 % 13 - 6);
  layer.forward();
  for (int n = 0; n < 3; ++n)
    for (int o = 0; o < 5; ++o) {
      double sum = 100 * (o + 1);
      std::size_t k = std::size_t(o * in.size());
      for (int c = 0; c < in.channels; ++c)
        for (int y = 0; y < in.height; ++y)
          for (int x = 0; x < in.width; ++x) sum += layer.input.view()(n, y, x, c) * w[k++];
      BOOST_TEST(layer.output.view()(n, 0, 0, o) == sum);
    }
}

BOOST_AUTO_TEST_CASE(the_sum_as_it_is_written) {
  check_sum<0>();
}
BOOST_AUTO_TEST_CASE(the_sum_within_a_border) {
  check_sum<2>();
}

BOOST_AUTO_TEST_CASE(parameters) {
  const auto both = Linear<5>::parameters({3, 2, 4});
  BOOST_TEST((both[0].shape() == std::vector<long>{5, 24}));
  BOOST_TEST((both[1].shape() == std::vector<long>{5}));
  BOOST_TEST(both[0].fan_in == 24);
  BOOST_TEST((Linear<5, Bias::none>::parameters({3, 2, 4}).size() == 1));
  BOOST_TEST((Linear<24, Bias::none, true>::parameters({3, 2, 4})[0].near_identity));
  BOOST_TEST((!Linear<23, Bias::none, true>::parameters({3, 2, 4})[0].near_identity));
}

// The backward pass needs the signs of a fused rectifier's output: nothing may overwrite them.
BOOST_AUTO_TEST_CASE(an_element_wise_layer_behind_a_rectifier) {
  using dim::Linear, dim::ReLU, dim::Sequential, dim::Shape;
  tests::check_gradients<Sequential<Linear<5>, ReLU, dim::Sigmoid, Linear<2>>, Shape{4, 1, 1}>();
  tests::check_gradients<Sequential<Linear<5>, ReLU, dim::Tanh, Linear<2>>, Shape{4, 1, 1}>();
}

BOOST_AUTO_TEST_SUITE_END()
