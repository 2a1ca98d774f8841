#include <boost/test/unit_test.hpp>

#include "../gradient.hpp"

/// A layer of a user's own, in a namespace of its own, that knows nothing of borders:
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

template <class Input, class Output>
void forward(const dim::Cpu&, Gate, const dim::ForwardPass<Input, Output>& pass) {
  static_assert(Input::border == 0 && Output::border == 0);
  const dim::Shape s = Input::shape;
  auto* const m = reinterpret_cast<typename Output::Scalar*>(pass.memory.saved);
  for (int n = 0; n < pass.input.count; ++n)
    for (int c = 0; c < s.channels; ++c) {
      auto& mean = m[n * s.channels + c] = 0;
      for (int y = 0; y < s.height; ++y)
        for (int x = 0; x < s.width; ++x) mean += pass.input(n, y, x, c) / double(s.area());
      for (int y = 0; y < s.height; ++y)
        for (int x = 0; x < s.width; ++x)
          pass.output(n, y, x, c) = pass.parameters[c] * pass.input(n, y, x, c) * mean;
    }
}

template <class Input, class Output, class DOutput, class DInput>
void backward(const dim::Cpu&, Gate, const dim::BackwardPass<Input, Output, DOutput, DInput>& pass) {
  static_assert(Input::border == 0 && DOutput::border == 0 && DInput::border == 0);
  const dim::Shape s = Input::shape;
  using T = typename DInput::Scalar;
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

/// Another that learns nothing, states no needs and works in place: y = x^3, dx = 3 y^(2/3) dy.
struct Cube : dim::LayerPolicy {
  static constexpr dim::Reads reads = dim::Reads::output;
  static constexpr dim::Shape output(dim::Shape in) { return in; }
  static std::string name() { return "Cube"; }
};

template <class Input, class Output>
void forward(const dim::Cpu&, Cube, const dim::ForwardPass<Input, Output>& pass) {
  for (long i = 0; i < pass.input.count * Input::shape.size(); ++i)
    pass.output.data[i] = pass.input.data[i] * pass.input.data[i] * pass.input.data[i];
}

template <class Input, class Output, class DOutput, class DInput>
void backward(const dim::Cpu&, Cube, const dim::BackwardPass<Input, Output, DOutput, DInput>& pass) {
  if (!pass.dinput) return;
  for (long i = 0; i < pass.doutput.count * Input::shape.size(); ++i) {
    const auto x = std::cbrt(pass.output.data[i]);
    pass.dinput.data[i] = 3 * x * x * pass.doutput.data[i];
  }
}

}  // namespace elsewhere

BOOST_AUTO_TEST_SUITE(run)

using namespace dim;
using elsewhere::Cube, elsewhere::Gate;

BOOST_AUTO_TEST_CASE(needs_of_layers) {
  constexpr Shape in{3, 5, 5};
  constexpr Needs padded = needs_of<Cpu, float, Conv<8, 3, 1, 1>>(in);
  BOOST_TEST(padded.border == 1);
  BOOST_TEST(padded.views);
  constexpr Needs gate = needs_of<Cpu, float, Gate>(in);
  BOOST_TEST(!gate.views);
  BOOST_TEST((gate.saved == Extent{.per_sample = 64}));
  BOOST_TEST((gate.scratch == Extent{.fixed = 64, .per_sample = 4 * aligned(75 * 4)}));
  constexpr Needs cube = needs_of<Cpu, double, Cube>(in);
  BOOST_TEST((cube.scratch == Extent{.per_sample = 4 * aligned(75 * 8)}));
}

BOOST_AUTO_TEST_CASE(cursor) {
  std::byte memory[1];
  const Sizes sizes{.samples = 3, .threads = 2};
  Cursor room(memory, sizes);
  BOOST_TEST((room.skip({.fixed = 1}) == memory));
  BOOST_TEST((room.take<std::byte>({.per_sample = 65, .per_thread = 1}) == memory + 64));
  BOOST_TEST((room.skip({}) == memory + 64 + 3 * 128 + 2 * 64));
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
