#include "dim/core/graph.hpp"

#include <boost/test/unit_test.hpp>
#include <dim/cpu/layers.hpp>

BOOST_AUTO_TEST_SUITE(graph)

using namespace dim;

struct Place {
  std::string path;
  int in, out;
  bool adds;
};
void check_stages(const Graph<Cpu, float>& graph, const std::vector<Place>& expected) {
  BOOST_REQUIRE(graph.stages().size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Stage<Cpu, float>& stage = graph.stages()[i];
    BOOST_TEST(stage.path == expected[i].path);
    BOOST_TEST(stage.in == expected[i].in);
    BOOST_TEST(stage.out == expected[i].out);
    BOOST_TEST((stage.write == Write::add) == expected[i].adds);
  }
}

BOOST_AUTO_TEST_CASE(a_list_is_a_chain) {
  using L = Sequential<Conv<4, 3>, Sequential<BatchNorm, ReLU>, Linear<3>>;
  const auto graph = graph_of<L, Shape{2, 8, 7}, Cpu, float>("maps.");
  check_stages(graph, {{"maps.0.", 0, 1, false},
                       {"maps.1.0.", 1, 2, false},
                       {"maps.1.1.", 2, 3, false},
                       {"maps.2.", 3, 4, false}});
  BOOST_TEST(graph.backward_order() == (std::vector<int>{3, 2, 1, 0}), boost::test_tools::per_element());
  BOOST_TEST((graph.slots()[3].shape == Shape{4, 6, 5}));
  BOOST_TEST(graph.end() == 4);
  const Counts counts = graph.counts(), expected = dim::counts<L>({2, 8, 7});
  BOOST_TEST(counts.parameters == expected.parameters);
  BOOST_TEST(counts.statistics == expected.statistics);
  BOOST_TEST(counts.leaves == 4);
  BOOST_TEST(graph.stages()[3].before.parameters == 4 * 2 * 9 + 8);
  BOOST_TEST(graph.stages()[3].leaf == 3);
}

// Forward, the first branch writes the sum and the second adds to it; backward, the first also comes first.
BOOST_AUTO_TEST_CASE(branches_of_a_sum) {
  using L = Sequential<Linear<5>, Sum<Sequential<Linear<6>, ReLU, Linear<4>>, Linear<4>>, LayerNorm>;
  const auto graph = graph_of<L, Shape{3, 1, 1}, Cpu, float>();
  check_stages(graph, {{"0.", 0, 1, false},
                       {"1.0.0.", 1, 2, false},
                       {"1.0.1.", 2, 3, false},
                       {"1.0.2.", 3, 4, false},
                       {"1.1.", 1, 4, true},
                       {"2.", 4, 6, false}});
  BOOST_TEST(graph.backward_order() == (std::vector<int>{5, 3, 2, 1, 4, 0}),
             boost::test_tools::per_element());
}

// Everything that ends a branch adds, even if it is itself a sum.
BOOST_AUTO_TEST_CASE(a_sum_as_a_branch) {
  using L = Sum<Linear<4>, Sum<Linear<4>, Sequential<ReLU, Linear<4>>>>;
  check_stages(graph_of<L, Shape{3, 1, 1}, Cpu, float>(),
               {{"0.", 0, 1, false}, {"1.0.", 0, 1, true}, {"1.1.0.", 0, 3, false}, {"1.1.1.", 3, 1, true}});
}

// A branch that reads its own output keeps it to itself, and so does one whose end is visible to others.
BOOST_AUTO_TEST_CASE(branches_that_are_copied) {
  using L = Sum<Sequential<Linear<4>, Tanh>, Identity>;
  check_stages(graph_of<L, Shape{4, 1, 1}, Cpu, float>(),
               {{"0.0.", 0, 1, false}, {"0.1.", 1, 2, false}, {"", 2, 3, false}, {"1.", 0, 3, true}});
  Graph<Cpu, float> graph({4, 1, 1});
  graph.sum(
      [&] {
        graph.add(LinearSpec{4}, "0.");
        graph.keep();
      },
      [] {});
  check_stages(graph, {{"0.", 0, 1, false}, {"", 1, 2, false}, {"", 0, 2, true}});
  BOOST_TEST(graph.counts().leaves == 1);
}

// The same graphs, described by the slots that layers connect.
BOOST_AUTO_TEST_CASE(between_slots) {
  const auto linear = [](int units) {
    return std::make_shared<LayerOf<Cpu, float, LinearSpec>>(LinearSpec{units});
  };
  const auto tanh = std::make_shared<LayerOf<Cpu, float, Tanh>>(Tanh());
  Graph<Cpu, float> graph({3, 1, 1});
  BOOST_TEST(graph.add_on(0, linear(4), "a.") == 1);
  BOOST_TEST(graph.add_on(0, linear(4), "b.", 1) == 1);
  BOOST_TEST(graph.add_on(1, tanh, "c.") == 3);
  check_stages(graph, {{"a.", 0, 1, false}, {"b.", 0, 1, true}, {"c.", 1, 3, false}});
  BOOST_TEST(graph.end() == 3);
  BOOST_TEST(graph.backward_order() == (std::vector<int>{2, 1, 0}), boost::test_tools::per_element());
  graph.keep(1);
  BOOST_TEST((graph.slots()[1].kept && !graph.slots()[3].kept));

  const auto refusal = [&](int in, const auto& layer, int sum) {
    Graph<Cpu, float> other = graph;
    try {
      other.add_on(in, layer, "d.", sum);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  BOOST_TEST(refusal(3, linear(4), -1) == "");
  BOOST_TEST(refusal(2, linear(4), -1) == "slot 2 is read before a layer has written it");
  BOOST_TEST(refusal(4, linear(4), -1) == "slot 4 is read before a layer has written it");
  BOOST_TEST(refusal(1, linear(4), 1) == "slot 1 is added to after a layer has read it");
  BOOST_TEST(refusal(3, linear(4), 2) == "slot 2 is added to before a layer has written it");
  BOOST_TEST(refusal(1, linear(4), 3) ==
             "slot 3 is added to, and Tanh reads there what it gave; let an Identity copy that");
  graph.add_on(3, linear(4), "d.");
  BOOST_TEST(refusal(3, linear(5), 4) == "Sum: its two branches give different shapes, 4x1x1 and 5x1x1");
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
  Graph<Cpu, float> graph({3, 4, 4});
  BOOST_CHECK_EXCEPTION(graph.add(ConvSpec{8, 7}, "0."), Error, [](const Error& error) {
    const std::string text = error.what();
    return text.find("Conv<8, 7, 1, 0>") != text.npos && text.find("3x4x4") != text.npos;
  });
  BOOST_CHECK_EXCEPTION(
      graph.sum([&] { graph.add(LinearSpec{3}, "0."); }, [&] { graph.add(LinearSpec{4}, "1."); }), Error,
      [](const Error& error) {
        const std::string text = error.what();
        return text.find("3x1x1") != text.npos && text.find("4x1x1") != text.npos;
      });
}

BOOST_AUTO_TEST_SUITE_END()
