#include "dim/core/fused.hpp"

#include <boost/test/unit_test.hpp>

#include "../gradient.hpp"

BOOST_AUTO_TEST_SUITE(fused)

using namespace dim;

/// A backend that runs a Linear and the Tanh behind it as one, and knows nothing else.
struct Other {};
template <int Units>
constexpr Needs needs(const Other&, Fused<Linear<Units>, Tanh>, Shape, long) {
  return {};
}

template <class B, Layer... Layers>
constexpr bool becomes(Sequential<Layers...>, auto expected) {
  return std::is_same_v<Rewritten<B, Layers...>, decltype(expected)>;
}

BOOST_AUTO_TEST_CASE(a_list_is_rewritten_for_each_backend) {
  using List = Sequential<Conv<4, 3>, BatchNorm, ReLU, Linear<6>, Tanh, Linear<5>, LeakyReLU, Linear<1>>;
  static_assert(becomes<Cpu>(List(), Sequential<Conv<4, 3>, Fused<BatchNorm, ReLU>, Linear<6>, Tanh,
                                                Fused<Linear<5>, LeakyReLU>, Linear<1>>()));
  static_assert(becomes<Other>(
      List(),
      Sequential<Conv<4, 3>, BatchNorm, ReLU, Fused<Linear<6>, Tanh>, Linear<5>, LeakyReLU, Linear<1>>()));
  static_assert(becomes<Cpu>(Sequential<ReLU, BatchNorm, Tanh>(), Sequential<ReLU, BatchNorm, Tanh>()));
  BOOST_TEST((Fused<BatchNorm, ReLU>::name() == "Fused<BatchNorm, ReLU>"));
}

BOOST_AUTO_TEST_CASE(it_owns_what_its_parts_own) {
  using Pair = Fused<BatchNorm, ReLU>;
  constexpr Shape in{5, 3, 2};
  static_assert(Pair::output(in) == in && !Pair::output(Shape{}).valid());
  constexpr Counts sum = counts<Pair>(in);
  static_assert(sum.parameters == 10 && sum.statistics == 10 && sum.leaves == 2);
  Entries entries;
  list<Sequential<Pair>>(in, "", entries);
  BOOST_TEST(entries.parameters.at(1).name == "0.0.bias");
}

BOOST_AUTO_TEST_CASE(gradients) {
  for (const Mode mode : {Mode::training, Mode::inference}) {
    tests::check_gradients<Sequential<BatchNorm, ReLU>, Shape{3, 4, 5}, 1>({.batch = 3, .mode = mode});
    tests::check_gradients<Sequential<BatchNorm, LeakyReLU>, Shape{5, 1, 1}>({.batch = 7, .mode = mode});
  }
  tests::check_gradients<Sequential<Linear<7>, ReLU>, Shape{4, 1, 1}>();
  tests::check_gradients<Sequential<Linear<18, Bias::none>, LeakyReLU>, Shape{2, 3, 2},
                         1>();  // within a border
  tests::check_gradients<Sequential<Linear<6>, ReLU, Linear<5>, LeakyReLU, Linear<1>>, Shape{3, 1, 1}>(
      {.batch = 4});
}

/// Infinity and NaN pass as they do through the parts.
BOOST_AUTO_TEST_CASE(no_number_is_lost) {
  tests::Bench<Sequential<Linear<1>, ReLU>, Shape{1, 1, 1}, 0, float> layer(3);
  layer.parameters.assign({1, 0});
  constexpr float infinity = std::numeric_limits<float>::infinity();
  layer.input.assign({std::numeric_limits<float>::quiet_NaN(), -infinity, 2});
  layer.forward();
  BOOST_TEST(std::isnan(layer.output[0]));
  BOOST_TEST(layer.output[1] == 0);
  BOOST_TEST(layer.output[2] == 2);
}

BOOST_AUTO_TEST_SUITE_END()
