#include "dim/core/any_layer.hpp"

#include <boost/test/unit_test.hpp>
#include <numeric>

#include "../gradient.hpp"

/// A layer of a user's own, in its own namespace, that is unaware of borders:
/// y(n, p, c) = a(c) x(n, p, c) m(n, c), m being the mean of x over locations p.
namespace elsewhere {

struct Gate : dim::LayerPolicy {
  static constexpr dim::Shape output(dim::Shape in) { return in; }
  static constexpr auto parameters(dim::Shape in) {
    return std::array{dim::Parameter{.name = "scale", .kind = dim::Kind::gain, .outputs = in.channels}};
  }
  static std::string name() { return "Gate"; }
};

/// Saved: m. Scratch: sums for each channel.
constexpr dim::Needs needs(const dim::Cpu&, Gate, dim::Shape in, long scalar) {
  return {.saved = {.per_sample = in.channels * scalar}, .scratch = {.fixed = in.channels * scalar}};
}

template <class T>
void forward(const dim::Cpu&, Gate, const dim::ForwardPass<T>& pass) {
  BOOST_TEST((pass.input.border == 0 && pass.output.border == 0));
  const dim::Shape s = pass.input.shape;
  auto* const m = reinterpret_cast<T*>(pass.memory.saved);
  for (int n = 0; n < pass.input.count; ++n)
    for (int c = 0; c < s.channels; ++c) {
      auto& mean = m[n * s.channels + c] = 0;
      for (int y = 0; y < s.height; ++y)
        for (int x = 0; x < s.width; ++x) mean += pass.input(n, y, x, c) / T(s.area());
      for (int y = 0; y < s.height; ++y)
        for (int x = 0; x < s.width; ++x)
          pass.output(n, y, x, c) = pass.parameters[c] * pass.input(n, y, x, c) * mean;
    }
}

template <class T>
void backward(const dim::Cpu&, Gate, const dim::BackwardPass<T>& pass) {
  BOOST_TEST((pass.input.border == 0 && pass.doutput.border == 0 && pass.dinput.border == 0));
  const dim::Shape s = pass.input.shape;
  const auto* const m = reinterpret_cast<const T*>(pass.memory.saved);
  auto* const sums = reinterpret_cast<T*>(pass.memory.scratch);
  const auto for_each_location = [&](auto&& function) {
    for (int y = 0; y < s.height; ++y)
      for (int x = 0; x < s.width; ++x)
        for (int c = 0; c < s.channels; ++c) function(y, x, c);
  };
  for (int n = 0; n < pass.doutput.count; ++n) {
    std::fill_n(sums, s.channels, T(0));
    for_each_location(
        [&](int y, int x, int c) { sums[c] += pass.doutput(n, y, x, c) * pass.input(n, y, x, c); });
    if (pass.dparameters)
      for (int c = 0; c < s.channels; ++c) pass.dparameters[c] += sums[c] * m[n * s.channels + c];
    if (pass.dinput)
      for_each_location([&](int y, int x, int c) {
        const T through_mean = sums[c] / T(s.area());
        pass.dinput(n, y, x, c) =
            pass.parameters[c] * (pass.doutput(n, y, x, c) * m[n * s.channels + c] + through_mean);
      });
  }
}

/// Another that has no parameters, states no needs and works in place: y = x^3, dx = 3 y^(2/3) dy.
struct Cube : dim::LayerPolicy {
  static constexpr dim::Reads reads = dim::Reads::output;
  static constexpr dim::Shape output(dim::Shape in) { return in; }
  static std::string name() { return "Cube"; }
};

template <class T>
void forward(const dim::Cpu&, Cube, const dim::ForwardPass<T>& pass) {
  for (long i = 0; i < pass.input.count * pass.input.shape.size(); ++i)
    pass.output.data[i] = pass.input.data[i] * pass.input.data[i] * pass.input.data[i];
}

template <class T>
void backward(const dim::Cpu&, Cube, const dim::BackwardPass<T>& pass) {
  if (!pass.dinput) return;
  for (long i = 0; i < pass.doutput.count * pass.doutput.shape.size(); ++i) {
    const auto x = std::cbrt(pass.output.data[i]);
    pass.dinput.data[i] = 3 * x * x * pass.doutput.data[i];
  }
}

}  // namespace elsewhere

BOOST_AUTO_TEST_SUITE(any_layer)

using namespace dim;
using elsewhere::Cube, elsewhere::Gate;

/// A user's layer that is unaware of borders: y = x^2, whose gradient needs x.
struct Square : LayerPolicy {
  static constexpr Reads reads = Reads::input;
  static constexpr Shape output(Shape in) { return in; }
  static std::string name() { return "Square"; }
};
template <class T>
void forward(const Cpu&, Square, const ForwardPass<T>& pass) {
  for (long i = 0; i < pass.input.count * pass.input.sample(); ++i)
    pass.output.data[i] = pass.input.data[i] * pass.input.data[i];
}
template <class T>
void backward(const Cpu&, Square, const BackwardPass<T>& pass) {
  for (long i = 0; pass.dinput && i < pass.input.count * pass.input.sample(); ++i)
    pass.dinput.data[i] = 2 * pass.input.data[i] * pass.doutput.data[i];
}

BOOST_AUTO_TEST_CASE(it_answers_as_the_type_does) {
  constexpr Shape in{3, 8, 7};
  using L = Conv<8, 4, 2, 1, Bias::yes>;
  const auto layer = dim::any_layer<Cpu, float, L>();
  BOOST_TEST((layer->output(in) == L::output(in)));
  BOOST_TEST((layer->reads() == L::reads));
  BOOST_TEST(layer->name() == L::name());
  const std::vector<Parameter> parameters = layer->parameters(in);
  BOOST_REQUIRE(parameters.size() == 2U);
  BOOST_TEST(parameters[1].size() == 8);
  BOOST_TEST(layer->statistics(in).empty());
  BOOST_TEST((dim::any_layer<Cpu, float, BatchNorm>()->statistics(in).size()) == 2U);
  BOOST_TEST((layer->needs(Cpu{1}, in).border == 1));
}

BOOST_AUTO_TEST_CASE(rectifiers_join_those_that_can_rectify) {
  const auto relu = dim::any_layer<Cpu, float, ReLU>(), norm = dim::any_layer<Cpu, float, BatchNorm>();
  BOOST_TEST(relu->rectifier().present());
  BOOST_TEST(relu->rectifier().slope == 0);
  BOOST_TEST(!norm->rectifier().present());
  BOOST_TEST((norm->rectified(relu->rectifier()) != nullptr));
  BOOST_TEST((dim::any_layer<Cpu, float, Linear<3>>()->rectified({0.2}) != nullptr));
  BOOST_TEST((dim::any_layer<Cpu, float, Conv<3, 3>>()->rectified({0}) == nullptr));
  BOOST_TEST((relu->rectified({0}) == nullptr));
  BOOST_TEST((norm->rectified({0})->rectified({0.2}) == nullptr));  // it can hold only one
}

/// Within a border and added to what is there, by dense copies.
BOOST_AUTO_TEST_CASE(kernels_that_know_no_borders) {
  constexpr Shape shape{2, 1, 3};
  const auto layer = dim::any_layer<Cpu, double, Square>();
  const Cpu cpu{1};
  const Needs need = layer->needs(cpu, shape);
  BOOST_TEST(!need.views);
  BOOST_TEST((need.scratch == Extent{.per_sample = 4 * aligned(6 * 8)}));
  const Sizes sizes{2, 1};
  alignas(alignment) std::byte scratch[4 * 64 * 2];
  BOOST_REQUIRE(need.scratch.at(sizes) == long(sizeof scratch));
  std::vector<double> x(2 * 3 * 5 * 2), y(x.size()), dy(12), dx(x.size());
  const Batch<double> input{x.data(), 2, shape, 1}, output{y.data(), 2, shape, 1},
      doutput{dy.data(), 2, shape}, dinput{dx.data(), 2, shape, 1};
  const auto for_each = [&](auto function) {
    for (long n = 0; n < 2; ++n)
      for (long i = 0; i < 3; ++i)
        for (long c = 0; c < 2; ++c) function(n, i, c, double(7 * n + 2 * i + c) - 4);
  };
  for_each([&](long n, long i, long c, double value) {
    input(n, 0, i, c) = value;
    output(n, 0, i, c) = dinput(n, 0, i, c) = 0.5;
    doutput(n, 0, i, c) = value + 1;
  });
  layer->forward(
      cpu, {.input = input, .output = output, .write = Write::add, .memory = {nullptr, scratch, sizes}});
  layer->backward(cpu, {.input = input,
                        .output = output,
                        .doutput = doutput,
                        .dinput = dinput,
                        .write = Write::add,
                        .memory = {nullptr, scratch, sizes}});
  double sum = 0;
  for_each([&](long n, long i, long c, double value) {
    BOOST_TEST(output(n, 0, i, c) == 0.5 + value * value);
    BOOST_TEST(dinput(n, 0, i, c) == 0.5 + 2 * value * (value + 1));
    sum += output(n, 0, i, c);
  });
  BOOST_TEST(std::accumulate(y.begin(), y.end(), 0.0) == sum);  // the border is left unchanged
}

BOOST_AUTO_TEST_CASE(needs_of_layers) {
  constexpr Shape in{3, 5, 5};
  const Cpu cpu{1};
  const Needs padded = dim::any_layer<Cpu, float, Conv<8, 3, 1, 1>>()->needs(cpu, in);
  BOOST_TEST((padded.border == 1));
  BOOST_TEST(padded.views);
  const Needs gate = dim::any_layer<Cpu, float, Gate>()->needs(cpu, in);
  BOOST_TEST(!gate.views);
  BOOST_TEST((gate.saved == Extent{.per_sample = 64}));
  BOOST_TEST((gate.scratch == Extent{.fixed = 64, .per_sample = 4 * aligned(75 * 4)}));
  const Needs cube = dim::any_layer<Cpu, double, Cube>()->needs(cpu, in);
  BOOST_TEST((cube.scratch == Extent{.per_sample = 4 * aligned(75 * 8)}));
}

BOOST_AUTO_TEST_CASE(a_layer_of_ones_own) {
  tests::check_gradients<Gate, Shape{3, 4, 5}>();
  tests::check_gradients<Gate, Shape{1, 3, 3}, 2>({.batch = 1});
  tests::check_gradients<Cube, Shape{3, 4, 5}, 1>();
}

BOOST_AUTO_TEST_CASE(between_padded_convolutions) {
  tests::check_gradients<Sequential<Conv<4, 3, 1, 1>, Gate, Conv<3, 3, 2, 1>>, Shape{2, 5, 6}>();
  tests::check_gradients<Sequential<Conv<4, 3, 1, 1>, Cube, Conv<3, 3, 1, 1>>, Shape{2, 5, 4}, 1>();
}

BOOST_AUTO_TEST_CASE(in_a_sum) {
  tests::check_gradients<Sequential<Sum<Gate, Sequential<Conv<2, 3, 1, 1>, Cube>>, Conv<3, 3, 1, 1>>,
                         Shape{2, 5, 4}>();
}

BOOST_AUTO_TEST_SUITE_END()
