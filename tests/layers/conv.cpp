#include <boost/test/unit_test.hpp>

#include "../gradient.hpp"

BOOST_AUTO_TEST_SUITE(conv)

using dim::Bias, dim::Conv, dim::Conv1d, dim::Shape, dim::Size;

BOOST_AUTO_TEST_CASE(gradients) {
  tests::check_gradients<Conv<5, 3>, Shape{3, 7, 5}>();
  tests::check_gradients<Conv<4, 3, 1, 1>, Shape{2, 5, 4}, 1>();
  tests::check_gradients<Conv<6, 4, 2, 1, Bias::yes>, Shape{3, 8, 7}>();
  tests::check_gradients<Conv<1, 5, 3, 4, Bias::yes>, Shape{1, 3, 6}, 2>({.batch = 1});
  tests::check_gradients<Conv<3, 2, 3>, Shape{2, 7, 8}>(
      {.mode = dim::Mode::inference});                                 // gaps between windows
  tests::check_gradients<Conv<19, 2>, Shape{17, 2, 2}>({.batch = 3});  // one window
}

BOOST_AUTO_TEST_CASE(gradients_of_windows_that_are_not_square) {
  tests::check_gradients<Conv<5, Size{3, 1}>, Shape{3, 7, 5}>();
  tests::check_gradients<Conv<4, Size{2, 5}, 2, 1, Bias::yes>, Shape{2, 6, 7}, 1>();
  tests::check_gradients<Conv<4, Size{1, 5}, Size{1, 2}, Size{0, 2}, Bias::yes>, Shape{3, 4, 9}>();
  tests::check_gradients<Conv<3, Size{3, 1}, Size{1, 2}, Size{2, 0}>, Shape{2, 4, 7}, 1>();
  tests::check_gradients<Conv<5, Size{1, 5}, Size{3, 2}, Size{0, 4}>, Shape{2, 5, 6}>();
}

BOOST_AUTO_TEST_CASE(gradients_along_signals) {
  tests::check_gradients<Conv1d<4, 5, 2, 2, Bias::yes>, Shape{3, 1, 12}>();
  tests::check_gradients<Conv1d<6, 8, 4, 2>, Shape{2, 1, 20}, 1>();
  tests::check_gradients<Conv1d<5, 1>, Shape{3, 1, 7}>();
  tests::check_gradients<Conv1d<2, 3, 1, 2>, Shape{1, 1, 1}>({.batch = 1});
}

BOOST_AUTO_TEST_CASE(gradients_of_a_matrix_product) {
  tests::check_gradients<Conv<5, 1>, Shape{3, 3, 4}>();
  tests::check_gradients<Conv<5, 1, 1, 0, Bias::yes>, Shape{3, 3, 4}, 1>();
  tests::check_gradients<Conv<1, 1, 1, 0, Bias::yes>, Shape{1, 1, 1}>();
  tests::check_gradients<Conv<7, 1, 2>, Shape{3, 5, 4}>();  // no minimal filtering: it has gaps
}

BOOST_AUTO_TEST_CASE(shapes) {
  BOOST_TEST((Conv<64, 4, 2, 1>::output({3, 32, 32}) == Shape{64, 16, 16}));
  BOOST_TEST((Conv<8, 3, 2>::output({3, 8, 7}) == Shape{8, 3, 3}));
  BOOST_TEST(!(Conv<8, 5>::output({3, 8, 4}).valid()));
  BOOST_TEST((Conv<8, Size{5, 2}>::output({3, 8, 4}) == Shape{8, 4, 3}));
  BOOST_TEST((Conv<8, Size{5, 2}>::name() == "Conv<8, {5, 2}, 1, 0>"));
  BOOST_TEST((Conv<8, Size{1, 5}, Size{1, 2}, Size{0, 2}>::output({3, 4, 8}) == Shape{8, 4, 4}));
  BOOST_TEST((Conv<8, Size{3, 1}, Size{2, 1}, Size{1, 0}>::name() == "Conv<8, {3, 1}, {2, 1}, {1, 0}>"));
  BOOST_TEST((Conv1d<8, 5, 2, 2>::output({3, 1, 9}) == Shape{8, 1, 5}));
  BOOST_TEST(!(Conv1d<8, 5>::output({3, 1, 4}).valid()));
  BOOST_TEST((std::is_same_v<Conv<8, 4, 2, 1>, Conv<8, Size{4, 4}, Size{2, 2}, Size{1, 1}>>));
  const auto parameters = Conv<8, 4, 2, 1, Bias::yes>::parameters({3, 32, 32});
  BOOST_TEST((parameters[0].shape() == std::vector<long>{8, 3, 4, 4}));
  BOOST_TEST(parameters[0].fan_in == 48);
  BOOST_TEST((parameters[1].shape() == std::vector<long>{8}));
  BOOST_TEST(parameters[1].fan_in == 48);
}

/// y(i, j, o) = b(o) + Sum x(S i + u - P, S j + v - P, c) w(o, c, u, v), with weights in their logical order, and the
/// gradients of Sum y dy; all are integers, whose sums are exact.
template <int Filters, Size Kernel, Size Stride, Size Padding>
void check_the_sum(Conv<Filters, Kernel, Stride, Padding, Bias::yes>, auto in_shape) {
  using L = Conv<Filters, Kernel, Stride, Padding, Bias::yes>;
  constexpr Shape in = decltype(in_shape)::value, out = L::output(in);
  tests::Bench<L, in> layer(2);
  const dim::Parameter weight = L::parameters(in)[0];
  const auto at = [&](int o, int c, int u, int v) {
    return position(layer.cpu, weight, ((o * in.channels + c) * Kernel.height + u) * long(Kernel.width) + v);
  };
  double* const w = layer.parameters.data();
  for (long i = 0; i < weight.size(); ++i) w[i] = double(i * 5 % 17 - 8);
  for (int o = 0; o < Filters; ++o) w[weight.size() + o] = 100 * (o + 1);
  for (long i = 0; i < layer.input.size(); ++i) layer.input[i] = double(i * 7 % 13 - 6);
  for (long i = 0; i < layer.doutput.size(); ++i) layer.doutput[i] = double(i * 3 % 11 - 5);
  layer.forward();
  layer.backward();
  const auto x = layer.input.view(), dy = layer.doutput.view();
  tests::Samples<double> y(2, out, 0, 0), dx(2, in, 0, 0);
  std::vector<double> dw(std::size_t(layer.owned.parameters));
  dx.assign(std::vector<double>(std::size_t(dx.size())));
  for (int n = 0; n < 2; ++n)
    for (int i = 0; i < out.height; ++i)
      for (int j = 0; j < out.width; ++j)
        for (int o = 0; o < Filters; ++o) {
          double sum = 100 * (o + 1);
          dw[std::size_t(weight.size() + o)] += dy(n, i, j, o);
          for (int c = 0; c < in.channels; ++c)
            for (int u = 0; u < Kernel.height; ++u)
              for (int v = 0; v < Kernel.width; ++v) {
                const int h = Stride.height * i + u - Padding.height,
                          k = Stride.width * j + v - Padding.width;
                if (h < 0 || k < 0 || h >= in.height || k >= in.width) continue;
                sum += x(n, h, k, c) * w[at(o, c, u, v)];
                dx.view()(n, h, k, c) += dy(n, i, j, o) * w[at(o, c, u, v)];
                dw[std::size_t(at(o, c, u, v))] += x(n, h, k, c) * dy(n, i, j, o);
              }
          y.view()(n, i, j, o) = sum;
        }
  BOOST_TEST((layer.output.copy() == y.copy()), L::name() << ", forward");
  BOOST_TEST((layer.dinput.copy() == dx.copy()), L::name() << ", backward to data");
  BOOST_TEST((layer.dparameters.copy() == dw), L::name() << ", to parameters");
}
template <Shape In>
constexpr std::integral_constant<Shape, In> of_shape{};

BOOST_AUTO_TEST_CASE(the_sum_as_it_is_written) {
  check_the_sum(Conv<3, 3, 2, 1, Bias::yes>{}, of_shape<Shape{2, 5, 4}>);
  check_the_sum(Conv<3, Size{1, 5}, Size{1, 2}, Size{0, 2}, Bias::yes>{}, of_shape<Shape{2, 4, 9}>);
  check_the_sum(Conv<4, Size{3, 1}, Size{1, 2}, Size{2, 0}, Bias::yes>{}, of_shape<Shape{3, 5, 6}>);
  check_the_sum(Conv<4, Size{2, 6}, Size{3, 2}, Size{1, 5}, Bias::yes>{}, of_shape<Shape{2, 7, 5}>);
  check_the_sum(Conv1d<4, 8, 4, 2, Bias::yes>{}, of_shape<Shape{2, 1, 24}>);
}

/// All passes of a layer on multiples of `unit`, and the results of the kernels that take any window. Minimal
/// filtering, which the layer uses where it is faster, is exact on integers; without it every value is the same.
template <dim::Layer L, Shape In, int Extra = 0, class T = float>
void check_equals_run_time_entry(T unit = 1, bool winograd = true) {
  using namespace dim;
  using namespace dim::cpu;
  constexpr Shape out = L::output(In);
  const Window window = window_of(L::spec);
  tests::Bench<L, In, Extra, T> layer(3, 2);
  layer.cpu.arithmetic.winograd = winograd;
  const auto multiples = [unit](auto& to, long size, long step) {
    for (long i = 0; i < size; ++i) to[i] = T(i * step % 17 - 8) * unit;
  };
  T* const w = layer.parameters.data();
  multiples(w, layer.owned.parameters, 5);
  multiples(layer.input, layer.input.size(), 7);
  multiples(layer.doutput, layer.doutput.size(), 3);
  layer.forward();
  layer.backward();

  const auto x = constant(layer.input.view()), dy = constant(layer.doutput.view());
  const long weights = L::parameters(In)[0].size();
  const T* const bias = layer.owned.parameters > weights ? w + weights : nullptr;
  tests::Samples<T> y(3, out, 0, 0);
  tests::Samples<T> dx(3, In, 0, 0);
  std::vector<T> dw(static_cast<std::size_t>(weights));
  tests::Array<std::byte> scratch(
      larger(larger(convolve_scratch<T>(window, In.channels, out.channels),
                    convolve_backward_data_scratch<T>(window, In.channels, out.channels)),
             convolve_backward_weight_scratch<T>(window, In.channels, out.channels, out.width))
          .at({.threads = 2}));
  const Batch<T> to_y = y.view(), to_dx = dx.view();
  convolve(layer.cpu, x, w, window, to_y, scratch.data(), store_pixels(to_y, false, bias));
  convolve_backward_data(layer.cpu, dy, w, window, to_dx, scratch.data(), store_pixels(to_dx));
  convolve_backward_weight(layer.cpu, x, dy, window, dw.data(), false, scratch.data());
  BOOST_TEST((layer.output.copy() == y.copy()), L::name() << ", forward");
  BOOST_TEST((layer.dinput.copy() == dx.copy()), L::name() << ", backward to data");
  BOOST_TEST(std::equal(dw.begin(), dw.end(), layer.dparameters.data()), L::name() << ", to weight");
}
BOOST_AUTO_TEST_CASE(compiled_shapes_equal_the_run_time_entry) {
  check_equals_run_time_entry<Conv<64, 4, 2, 1>, Shape{3, 16, 16}>();
  check_equals_run_time_entry<Conv<32, 4, 2, 1>, Shape{16, 16, 16}>();
  check_equals_run_time_entry<Conv<64, 4, 2, 1, Bias::yes>, Shape{32, 16, 12}>();
  check_equals_run_time_entry<Conv<64, 4, 2, 1, Bias::yes>,
                              Shape{32, 8, 8}>();  // too few for minimal filtering
  check_equals_run_time_entry<Conv<70, 3, 1, 1>, Shape{66, 8, 6}, 1>();
  check_equals_run_time_entry<Conv<64, 3, 1, 1>, Shape{64, 5, 6}>();  // too odd for minimal filtering
  check_equals_run_time_entry<Conv<20, 5, 2, 2>, Shape{1, 14, 14}>();
  check_equals_run_time_entry<Conv<20, Size{1, 6}, 2>, Shape{3, 14, 14}>();
  check_equals_run_time_entry<Conv<70, 4, 2, Size{1, 3}>, Shape{66, 8, 8}, 1>();
  check_equals_run_time_entry<Conv<64, 4, Size{2, 1}, 1>, Shape{64, 8, 9}>();
  check_equals_run_time_entry<Conv1d<64, 8, 4, 2, Bias::yes>, Shape{32, 1, 64}>();
  check_equals_run_time_entry<Conv1d<33, 1>, Shape{12, 1, 25}>();
  check_equals_run_time_entry<Conv<18, 3, 1, 1>, Shape{17, 7, 5}, 1>();
  check_equals_run_time_entry<Conv<16, 3, 2, 1, Bias::yes>, Shape{8, 9, 7}>();
  check_equals_run_time_entry<Conv<33, 1>, Shape{12, 5, 5}>();
  check_equals_run_time_entry<Conv<33, 1, 1, 0, Bias::yes>, Shape{12, 5, 5}, 1>();
  check_equals_run_time_entry<Conv<7, 1, 2>, Shape{5, 6, 7}>();
  check_equals_run_time_entry<Conv<5, 2, 3>, Shape{4, 8, 8}, 2>();
  check_equals_run_time_entry<Conv<1, 7>, Shape{1, 9, 8}>();
  check_equals_run_time_entry<Conv<9, 6, 1, 5, Bias::yes>, Shape{2, 4, 3}>();
  check_equals_run_time_entry<Conv<24, 8>, Shape{6, 8, 8}>();  // one window
  check_equals_run_time_entry<Conv<12, 3, 2, 2>, Shape{10, 6, 5}, 0, double>();
}

BOOST_AUTO_TEST_CASE(minimal_filtering_can_be_switched_off) {
  check_equals_run_time_entry<Conv<64, 4, 2, 1>, Shape{32, 16, 12}>(0.1F, false);
  check_equals_run_time_entry<Conv<64, 3, 1, 1>, Shape{64, 8, 6}>(0.1F, false);
}

BOOST_AUTO_TEST_SUITE_END()
