#include <boost/test/unit_test.hpp>

#include "../gradient.hpp"

BOOST_AUTO_TEST_SUITE(sequential)

using namespace dim;
template <class L, Shape In>
using B = tests::Bench<L, In>;

using Short = Sequential<Conv<4, 3, 1, 1>, BatchNorm, LeakyReLU, Conv<3, 3, 2, 1>>;
using Long = Sequential<Conv<5, 3, 1, 1>, BatchNorm, LeakyReLU, Conv<6, 4, 2, 1>, LayerNorm, Tanh,
                        Dropout<Ratio{1, 4}>, Conv<4, 3, 1, 1, Bias::yes>, Sigmoid, Tanh, Linear<3>>;
using Nested = Sequential<Conv<4, 3>, Sequential<ReLU, Sequential<Conv<4, 3, 1, 1>, ReLU>>,
                          Sequential<MaxPool<2>>, Sequential<Conv<4, 1>, Conv<5, 3, 1, 2>>>;

BOOST_AUTO_TEST_CASE(gradients) {
  tests::check_gradients<Sequential<Linear<3>>, Shape{4, 1, 1}>();
  tests::check_gradients<Short, Shape{2, 6, 5}>();
  tests::check_gradients<Short, Shape{1, 4, 3}, 1>({.mode = Mode::inference});
}

BOOST_AUTO_TEST_CASE(gradients_of_long_chains) {
  tests::check_gradients<Long, Shape{2, 7, 6}>();
  tests::check_gradients<Long, Shape{2, 7, 6}>({.batch = 3, .mode = Mode::inference});
  tests::check_gradients<Nested, Shape{2, 8, 7}, 1>();
}

BOOST_AUTO_TEST_CASE(gradients_after_a_vector) {  // a Linear writes into a border
  tests::check_gradients<Sequential<Linear<5>, Conv<4, 3, 1, 1>, ReLU, Conv<2, 3, 1, 2>>, Shape{2, 3, 3}>();
}

/// Runs a flat chain forward and backward, each layer on memory of its own, and returns dinput; dparameters
/// are appended from the last layer to the first.
template <Shape In, Layer First, Layer... Rest>
std::vector<double> one_by_one(const tests::Tracer& all, const std::vector<double>& input,
                               const std::vector<double>& cotangent,
                               std::vector<std::vector<double>>& dparameters, Counts before = {}) {
  B<First, In> layer(all.count);
  layer.step = all.step;
  layer.leaf = before.leaves;
  layer.input.assign(input);
  std::copy_n(all.parameters + before.parameters, layer.owned.parameters, layer.parameters.data());
  layer.forward();
  if constexpr (sizeof...(Rest) == 0) {
    layer.doutput.assign(cotangent);
  } else {
    layer.doutput.assign(one_by_one<First::output(In), Rest...>(all, layer.output.copy(), cotangent,
                                                                dparameters, before + layer.owned));
  }
  layer.backward();
  dparameters.push_back(layer.dparameters.copy());
  return layer.dinput.copy();
}

template <Shape In, Layer... Layers>
void check_same_as_one_by_one(Sequential<Layers...>) {
  B<Sequential<Layers...>, In> chain(3);
  draw(chain, {});
  const tests::Tracer tracer{3, chain.step, chain.parameters.data(), chain.statistics.data()};
  std::vector<std::vector<double>> parts;
  const auto dinput = one_by_one<In, Layers...>(tracer, chain.input.copy(), chain.doutput.copy(), parts);
  std::vector<double> dparameters;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part)
    dparameters.insert(dparameters.end(), part->begin(), part->end());

  chain.forward();
  chain.backward();
  const auto output = tracer.run<In>(Sequential<Layers...>{}, tests::Trace{chain.input.copy()}).values;
  BOOST_TEST(chain.output.copy() == output, boost::test_tools::per_element());
  BOOST_TEST(chain.dinput.copy() == dinput, boost::test_tools::per_element());
  BOOST_TEST(chain.dparameters.copy() == dparameters, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_chain_is_its_layers_one_by_one) {
  check_same_as_one_by_one<Shape{2, 6, 5}>(Short{});
  check_same_as_one_by_one<Shape{2, 7, 6}>(Long{});
}

BOOST_AUTO_TEST_CASE(shapes_and_counts) {
  static_assert(Short::shapes({2, 6, 5}) ==
                std::array{Shape{2, 6, 5}, Shape{4, 6, 5}, Shape{4, 6, 5}, Shape{4, 6, 5}, Shape{3, 3, 3}});
  static_assert(!Sequential<Conv<4, 7>, ReLU>::output({2, 6, 5}).valid());
  constexpr Counts owned = counts<Nested>({2, 8, 7});
  BOOST_TEST(owned.parameters == 4 * 2 * 9 + 4 * 4 * 9 + 4 * 4 + 5 * 4 * 9);
  BOOST_TEST(owned.leaves == 7);
  BOOST_TEST(Short::name() == "Sequential<Conv<4, 3, 1, 1>, BatchNorm, Leaky<0.2>, Conv<3, 3, 2, 1>>");
}

// As torch.nn.Sequential names them.
BOOST_AUTO_TEST_CASE(names_and_offsets) {
  Entries entries;
  list<Sequential<Conv<4, 3>, Sequential<ReLU, BatchNorm>, Linear<3>>>({2, 8, 7}, "maps.", entries);
  const std::vector<std::pair<std::string, long>> expected = {{"maps.0.weight", 0},
                                                              {"maps.1.1.weight", 4 * 2 * 9},
                                                              {"maps.1.1.bias", 4 * 2 * 9 + 4},
                                                              {"maps.2.weight", 4 * 2 * 9 + 8},
                                                              {"maps.2.bias", 4 * 2 * 9 + 8 + 3 * 4 * 6 * 5}};
  BOOST_REQUIRE(entries.parameters.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    BOOST_TEST(entries.parameters[i].name == expected[i].first);
    BOOST_TEST(entries.parameters[i].offset == expected[i].second);
  }
  BOOST_REQUIRE(entries.statistics.size() == 2U);
  BOOST_TEST(entries.statistics[1].name == "maps.1.1.running_var");
  BOOST_TEST(entries.statistics[1].offset == 4);

  Entries later;
  Sequential<ReLU, Linear<3>>::list({4, 1, 1}, "", later, 5);  // numbered from 5 on
  BOOST_TEST(later.parameters[0].name == "6.weight");
}

BOOST_AUTO_TEST_CASE(a_named_network) {
  struct Named : Short {};
  static_assert(Layer<Named> && Composite<Named>);
  B<Named, Shape{2, 6, 5}> named(2);
  B<Short, Shape{2, 6, 5}> plain(2);
  draw(named, {});
  draw(plain, {});
  BOOST_TEST((tests::pass(named) == tests::pass(plain)));
}

BOOST_AUTO_TEST_SUITE_END()
