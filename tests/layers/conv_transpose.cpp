#include <boost/test/unit_test.hpp>

#include "../gradient.hpp"

BOOST_AUTO_TEST_SUITE(conv_transpose)

using dim::Bias, dim::ConvTranspose, dim::Shape;

BOOST_AUTO_TEST_CASE(gradients) {
  tests::check_gradients<ConvTranspose<5, 3>, Shape{3, 4, 5}>();
  tests::check_gradients<ConvTranspose<4, 3, 1, 1>, Shape{2, 5, 4}, 1>();
  tests::check_gradients<ConvTranspose<6, 4, 2, 1, 0, Bias::yes>, Shape{3, 4, 3}>();
  tests::check_gradients<ConvTranspose<2, 3, 2, 1, 1, Bias::yes>, Shape{3, 4, 3}, 2>({.batch = 1});
  tests::check_gradients<ConvTranspose<1, 5, 3, 4, 2, Bias::yes>, Shape{1, 4, 6}>();
  tests::check_gradients<ConvTranspose<3, 2, 3>, Shape{2, 3, 2}>(
      {.mode = dim::Mode::inference});                                          // gaps between windows
  tests::check_gradients<ConvTranspose<19, 4>, Shape{17, 1, 1}>({.batch = 3});  // one window
  tests::check_gradients<ConvTranspose<5, 1, 1, 0, 0, Bias::yes>, Shape{3, 3, 4}>();
  tests::check_gradients<ConvTranspose<4, dim::Size{3, 2}, 2, 1, 1>, Shape{3, 4, 3}>();
}

BOOST_AUTO_TEST_CASE(shapes) {
  BOOST_TEST((ConvTranspose<8, dim::Size{3, 2}, 2>::output({3, 4, 4}) == Shape{8, 9, 8}));
  BOOST_TEST((ConvTranspose<64, 4, 2, 1>::output({128, 16, 16}) == Shape{64, 32, 32}));
  BOOST_TEST((ConvTranspose<8, 3, 2, 1, 1>::output({3, 4, 3}) == Shape{8, 8, 6}));
  BOOST_TEST((ConvTranspose<512, 4>::output({64, 1, 1}) == Shape{512, 4, 4}));
  BOOST_TEST(!(ConvTranspose<8, 2, 1, 1>::output({3, 1, 4}).valid()));
}

// As in torch.nn.ConvTranspose2d: (in, out, K, K), within 1 / sqrt(out K K).
BOOST_AUTO_TEST_CASE(parameters_are_those_of_pytorch) {
  const auto parameters = ConvTranspose<8, 4, 2, 1, 0, Bias::yes>::parameters({3, 16, 16});
  BOOST_TEST((parameters[0].shape() == std::vector<long>{3, 8, 4, 4}));
  BOOST_TEST(parameters[0].fan_in == 128);
  BOOST_TEST((parameters[1].shape() == std::vector<long>{8}));
  BOOST_TEST(parameters[1].fan_in == 128);
}

/// All passes of a layer on integers, whose sums are exact in float too, and the results of naive loops:
/// y(h, k, o) = b(o) + Sum x(i, j, c) w(c, o, u, v) where h = S i + u - P and k = S j + v - P.
template <int Filters, int Kernel, int Stride, int Padding, int OutputPadding, Bias bias, Shape In,
          int Extra = 0>
void check_equals_naive_loops(ConvTranspose<Filters, Kernel, Stride, Padding, OutputPadding, bias>) {
  using L = ConvTranspose<Filters, Kernel, Stride, Padding, OutputPadding, bias>;
  constexpr Shape out = L::output(In);
  tests::Bench<L, In, Extra, float> layer(3, 2);
  const auto integers = [](auto& to, long size, long step) {
    for (long i = 0; i < size; ++i) to[i] = float(i * step % 17 - 8);
  };
  float* const parameters = layer.parameters.data();
  integers(parameters, layer.owned.parameters, 5);
  integers(layer.input, layer.input.size(), 7);
  integers(layer.doutput, layer.doutput.size(), 3);
  layer.forward();
  layer.backward();

  const dim::Parameter weight = L::parameters(In)[0];
  const auto x = layer.input.view();
  const auto dy = layer.doutput.view();
  tests::Samples<float> y(3, out, 0, 0);
  tests::Samples<float> dx(3, In, 0, 0);
  std::vector<float> dw(std::size_t(layer.owned.parameters));
  for (long i = 0; i < y.size(); ++i)
    y[i] = bias == Bias::yes ? parameters[weight.size() + i % Filters] : 0.F;
  for (long i = 0; i < dx.size(); ++i) dx[i] = 0;
  for (long i = 0; bias == Bias::yes && i < layer.doutput.size(); ++i)
    dw[std::size_t(weight.size() + i % Filters)] += layer.doutput[i];
  for (int n = 0; n < 3; ++n)
    for (int i = 0; i < In.height; ++i)
      for (int j = 0; j < In.width; ++j)
        for (int u = 0; u < Kernel; ++u)
          for (int v = 0; v < Kernel; ++v) {
            const int h = Stride * i + u - Padding, k = Stride * j + v - Padding;
            if (h < 0 || k < 0 || h >= out.height || k >= out.width) continue;
            for (int c = 0; c < In.channels; ++c)
              for (int o = 0; o < Filters; ++o) {
                const long logical = ((long(c) * Filters + o) * Kernel + u) * Kernel + v;
                const long at = position(layer.cpu, weight, logical);
                y.view()(n, h, k, o) += x(n, i, j, c) * parameters[at];
                dx.view()(n, i, j, c) += dy(n, h, k, o) * parameters[at];
                dw[std::size_t(at)] += x(n, i, j, c) * dy(n, h, k, o);
              }
          }
  BOOST_TEST((layer.output.copy() == y.copy()), L::name() << ", forward");
  BOOST_TEST((layer.dinput.copy() == dx.copy()), L::name() << ", backward to data");
  BOOST_TEST((layer.dparameters.copy() == dw), L::name() << ", to parameters");
  BOOST_TEST(layer.kept(), L::name());
}
BOOST_AUTO_TEST_CASE(the_sum_as_it_is_written) {
  check_equals_naive_loops<3, 3, 2, 1, 0, Bias::yes, Shape{2, 5, 4}>({});
  check_equals_naive_loops<18, 3, 2, 1, 1, Bias::yes, Shape{17, 4, 3}, 1>({});
  check_equals_naive_loops<20, 5, 2, 2, 1, Bias::none, Shape{1, 7, 7}>({});
  check_equals_naive_loops<5, 2, 3, 0, 2, Bias::none, Shape{4, 3, 3}, 2>({});
  check_equals_naive_loops<33, 4, 1, 0, 0, Bias::yes, Shape{12, 1, 1}>({});
  check_equals_naive_loops<1, 7, 1, 6, 0, Bias::none, Shape{1, 9, 8}>({});
  check_equals_naive_loops<9, 6, 1, 5, 0, Bias::yes, Shape{2, 6, 7}>({});
  check_equals_naive_loops<33, 1, 2, 0, 1, Bias::yes, Shape{12, 5, 5}>({});
}
BOOST_AUTO_TEST_CASE(minimal_filtering_gives_the_same_sum) {
  check_equals_naive_loops<32, 4, 2, 1, 0, Bias::yes, Shape{64, 8, 6}>({});
  check_equals_naive_loops<32, 4, 2, 1, 0, Bias::none, Shape{64, 8, 8}, 1>({});
  check_equals_naive_loops<64, 3, 1, 1, 0, Bias::yes, Shape{66, 8, 6}>({});
  check_equals_naive_loops<32, 4, 2, 1, 1, Bias::yes, Shape{64, 8, 6}>({});  // one more line: none to data
}

BOOST_AUTO_TEST_SUITE_END()
