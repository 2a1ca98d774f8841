#include <boost/test/unit_test.hpp>

#include "../gradient.hpp"

BOOST_AUTO_TEST_SUITE(conv)

using dim::Bias, dim::Conv, dim::Shape, dim::Size;

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
