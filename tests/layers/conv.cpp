#include <boost/test/unit_test.hpp>

#include "../gradient.hpp"

BOOST_AUTO_TEST_SUITE(conv)

using dim::Bias, dim::Conv, dim::Shape;

BOOST_AUTO_TEST_CASE(gradients) {
  tests::check_gradients<Conv<5, 3>, Shape{3, 7, 5}>();
  tests::check_gradients<Conv<4, 3, 1, 1>, Shape{2, 5, 4}, 1>();
  tests::check_gradients<Conv<6, 4, 2, 1, Bias::yes>, Shape{3, 8, 7}>();
  tests::check_gradients<Conv<1, 5, 3, 4, Bias::yes>, Shape{1, 3, 6}, 2>({.batch = 1});
  tests::check_gradients<Conv<3, 2, 3>, Shape{2, 7, 8}>(
      {.mode = dim::Mode::inference});                                 // gaps between windows
  tests::check_gradients<Conv<19, 2>, Shape{17, 2, 2}>({.batch = 3});  // one window
}

BOOST_AUTO_TEST_CASE(gradients_of_a_matrix_product) {
  tests::check_gradients<Conv<5, 1>, Shape{3, 3, 4}>();
  tests::check_gradients<Conv<5, 1, 1, 0, Bias::yes>, Shape{3, 3, 4}, 1>();
  tests::check_gradients<Conv<1, 1, 1, 0, Bias::yes>, Shape{1, 1, 1}>();
  tests::check_gradients<Conv<7, 1, 2>, Shape{3, 5, 4}>();  // none: it has gaps
}

BOOST_AUTO_TEST_CASE(shapes) {
  BOOST_TEST((Conv<64, 4, 2, 1>::output({3, 32, 32}) == Shape{64, 16, 16}));
  BOOST_TEST((Conv<8, 3, 2>::output({3, 8, 7}) == Shape{8, 3, 3}));
  BOOST_TEST(!(Conv<8, 5>::output({3, 8, 4}).valid()));
  const auto parameters = Conv<8, 4, 2, 1, Bias::yes>::parameters({3, 32, 32});
  BOOST_TEST((parameters[0].shape() == std::vector<long>{8, 3, 4, 4}));
  BOOST_TEST(parameters[0].fan_in == 48);
  BOOST_TEST((parameters[1].shape() == std::vector<long>{8}));
  BOOST_TEST(parameters[1].fan_in == 48);
}

// y(i, j, o) = b(o) + Sum x(2 i + u - 1, 2 j + v - 1, c) w(o, c, u, v), with weights in their logical order.
BOOST_AUTO_TEST_CASE(the_sum_as_it_is_written) {
  using L = Conv<3, 3, 2, 1, Bias::yes>;
  constexpr Shape in{2, 5, 4}, out = L::output(in);
  tests::Bench<L, in> layer(2);
  const dim::Parameter weight = L::parameters(in)[0];
  std::vector<double> w;
  for (long i = 0; i < weight.size(); ++i) {
    w.push_back(double(i * 5 % 17 - 8));
    layer.parameters.data()[position(layer.cpu, weight, i)] = w.back();
  }
  for (int o = 0; o < 3; ++o) layer.parameters.data()[weight.size() + o] = 100 * (o + 1);
  for (long i = 0; i < layer.input.size(); ++i) layer.input[i] = double(i * 7 % 13 - 6);
  layer.forward();
  const auto x = layer.input.view();
  const auto y = layer.output.view();
  for (int n = 0; n < 2; ++n)
    for (int i = 0; i < out.height; ++i)
      for (int j = 0; j < out.width; ++j)
        for (int o = 0; o < 3; ++o) {
          double sum = 100 * (o + 1);
          for (int c = 0; c < 2; ++c)
            for (int u = 0; u < 3; ++u)
              for (int v = 0; v < 3; ++v) {
                const int h = 2 * i + u - 1, k = 2 * j + v - 1;
                if (h < 0 || k < 0 || h >= in.height || k >= in.width) continue;
                sum += x(n, h, k, c) * w[std::size_t(((o * 2 + c) * 3 + u) * 3 + v)];
              }
          BOOST_TEST(y(n, i, j, o) == sum);
        }
}

BOOST_AUTO_TEST_SUITE_END()
