#include <boost/test/unit_test.hpp>
#include <dim/core/sequential.hpp>
#include <dim/core/sum.hpp>
#include <dim/cpu/layers.hpp>

BOOST_AUTO_TEST_SUITE(layer)

using namespace dim;

BOOST_AUTO_TEST_CASE(reads) {
  static_assert(includes(Reads::both, Reads::input) && includes(Reads::both, Reads::output));
  static_assert(!includes(Reads::input, Reads::output) && !includes(Reads::nothing, Reads::input));
  static_assert((Reads::input | Reads::output) == Reads::both);
  static_assert((Reads::nothing | Reads::output) == Reads::output);
  static_assert(LayerPolicy::reads == Reads::both);
}

struct Stateful : Identity {
  int state = 0;
};

BOOST_AUTO_TEST_CASE(what_is_a_layer) {
  static_assert(Layer<Conv<8, 3>> && Layer<BatchNorm> && Layer<ReLU> && Layer<Identity>);
  static_assert(Layer<Sequential<Conv<8, 3>, ReLU>> && Layer<Sum<Identity, Identity>>);
  static_assert(!Layer<int> && !Layer<LayerPolicy> && !Layer<Stateful>);
  static_assert(Composite<Sequential<ReLU>> && Composite<Sum<Identity, Identity>> && !Composite<ReLU>);
}

BOOST_AUTO_TEST_CASE(counts_of_a_leaf) {
  constexpr Counts conv = counts<Conv<8, 3, 1, 1, Bias::yes>>({4, 5, 5});
  BOOST_TEST(conv.parameters == 8 * 4 * 9 + 8);
  BOOST_TEST(conv.statistics == 0);
  BOOST_TEST(conv.leaves == 1);
  constexpr Counts norm = counts<BatchNorm>({4, 5, 5});
  BOOST_TEST(norm.parameters == 8);
  BOOST_TEST(norm.statistics == 8);
}

BOOST_AUTO_TEST_CASE(entries_go_on_where_others_end) {
  Entries entries;
  list<Linear<3>>({4, 1, 1}, "first.", entries);
  list<BatchNorm>({3, 1, 1}, "second.", entries);
  BOOST_REQUIRE(entries.parameters.size() == 4U);
  BOOST_TEST(entries.parameters[0].name == "first.weight");
  BOOST_TEST(entries.parameters[1].name == "first.bias");
  BOOST_TEST(entries.parameters[1].offset == 12);
  BOOST_TEST(entries.parameters[2].name == "second.weight");
  BOOST_TEST(entries.parameters[2].offset == 15);
  BOOST_TEST(entries.parameters[3].offset == 18);
  BOOST_REQUIRE(entries.statistics.size() == 2U);
  BOOST_TEST(entries.statistics[0].name == "second.running_mean");
  BOOST_TEST(entries.statistics[0].array.start == 0);
  BOOST_TEST(entries.statistics[1].name == "second.running_var");
  BOOST_TEST(entries.statistics[1].array.start == 1);
  BOOST_TEST(entries.statistics[1].offset == 3);
}

BOOST_AUTO_TEST_SUITE_END()
