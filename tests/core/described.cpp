#include <boost/test/unit_test.hpp>
#include <dim/core/graph.hpp>
#include <dim/cpu/layers.hpp>

#include "../own_layer.hpp"

BOOST_AUTO_TEST_SUITE(described)

using namespace dim;

/// Values as text.
struct Text final : NumberTaker {
  std::string text;
  void take(const char* name, bool value) override { text += std::string(name) + (value ? " yes " : " no "); }
  void take(const char* name, int value) override { text += name + (" " + std::to_string(value)) + " "; }
  void take(const char* name, Size value) override { text += name + (" " + to_string(value)) + " "; }
  void take(const char* name, double value) override { text += name + (" " + dim::decimal(value)) + " "; }
};

template <class L>
std::string told() {
  Text numbers;
  const char* const kind = dim::any_layer<Cpu, float, L>()->describe(numbers);
  return kind ? kind + (" " + numbers.text) : "nothing";
}

using Mine = tests::OwnLayer;
struct Nearly : Sigmoid {};

BOOST_AUTO_TEST_CASE(layers_and_their_numbers) {
  BOOST_TEST((told<Conv<8, Size{3, 2}, 2, 1, Bias::yes>>()) ==
             "Conv filters 8 height 3 width 2 stride 2 padding 1 bias yes ");
  BOOST_TEST((told<Conv1d<8, 5, 2, 1>>()) ==
             "Conv filters 8 height 1 width 5 stride {1, 2} padding {0, 1} bias no ");
  BOOST_TEST((told<ConvTranspose<8, 4, 2, 1, 1>>()) ==
             "ConvTranspose filters 8 height 4 width 4 stride 2 padding 1 output_padding 1 bias no ");
  BOOST_TEST((told<Linear<7, Bias::none>>()) == "Linear units 7 bias no ");
  BOOST_TEST((told<MaxPool<3, 2>>()) == "MaxPool window 3 stride 2 ");
  BOOST_TEST((told<Dropout<Ratio{1, 4}>>()) == "Dropout probability 0.25 ");
  BOOST_TEST(told<ReLU>() == "Leaky slope 0 ");
  BOOST_TEST((told<Unflatten<Shape{2, 3, 4}>>()) == "Unflatten channels 2 height 3 width 4 ");
  BOOST_TEST(told<BatchNorm>() == "BatchNorm ");
  BOOST_TEST(told<LayerNorm>() == "LayerNorm ");
  BOOST_TEST(told<Sigmoid>() == "Sigmoid ");
  BOOST_TEST(told<Tanh>() == "Tanh ");
  BOOST_TEST(told<Identity>() == "Identity ");
}

// Nor of a layer derived from one of the library's, which may compute something else.
BOOST_AUTO_TEST_CASE(a_users_layer_is_not_described) {
  BOOST_TEST(told<Mine>() == "nothing");
  BOOST_TEST(told<Nearly>() == "nothing");
}

BOOST_AUTO_TEST_SUITE_END()
