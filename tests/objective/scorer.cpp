#include <boost/test/unit_test.hpp>
#include <dim/cpu/layers.hpp>
#include <dim/objective/scorer.hpp>

BOOST_AUTO_TEST_SUITE(scorer)

using namespace dim;

BOOST_AUTO_TEST_CASE(sizes_of_the_published_networks) {
  BOOST_TEST(counts<Head<2048>>({128, 1, 1}).parameters == 4'728'832);
  BOOST_TEST(counts<Head<2048>>({64, 1, 1}).parameters == 4'466'688);
  BOOST_TEST(counts<Head<1024>>({192, 1, 1}).parameters == 1'446'912);
  BOOST_TEST(counts<ConcatNetwork<512>>({192, 1, 1}).parameters == 361'985);
  BOOST_TEST(counts<ConcatNetwork<512>>({4160, 1, 1}).parameters == 2'393'601);
}

std::vector<std::string> names_of(const Entries& entries) {
  std::vector<std::string> names;
  for (const auto& entry : entries.parameters) names.push_back(entry.name);
  return names;
}
BOOST_AUTO_TEST_CASE(a_head) {
  static_assert(Head<8>::output({5, 1, 1}) == Shape{8, 1, 1});
  Entries entries;
  list<Head<8>>({5, 1, 1}, "h.", entries);
  BOOST_TEST(names_of(entries) ==
             (std::vector<std::string>{"h.0.0.0.weight", "h.0.0.1.weight", "h.0.0.1.bias", "h.0.0.3.weight",
                                       "h.0.0.3.bias", "h.0.1.weight", "h.1.weight", "h.1.bias"}));
  BOOST_TEST(entries.parameters[5].array.near_identity);
  BOOST_TEST(!entries.parameters[0].array.near_identity);
}
BOOST_AUTO_TEST_CASE(a_head_with_fewer_units_than_inputs_copies_nothing) {
  Entries entries;
  list<Head<4>>({5, 1, 1}, "", entries);
  for (const auto& entry : entries.parameters) BOOST_TEST(!entry.array.near_identity);
}
// Whether their sizes are known at compile time or not.
template <class L>
void check_same_arrays(const Graph<Cpu, float>& graph, Shape in) {
  Entries expected;
  list<L>(in, "", expected);
  const Entries found = graph.entries();
  BOOST_TEST(names_of(found) == names_of(expected));
  BOOST_REQUIRE(found.parameters.size() == expected.parameters.size());
  for (std::size_t i = 0; i < found.parameters.size(); ++i) {
    const Parameter &a = found.parameters[i].array, &b = expected.parameters[i].array;
    BOOST_TEST(found.parameters[i].offset == expected.parameters[i].offset);
    BOOST_TEST((a.kind == b.kind && a.fan_in == b.fan_in && a.near_identity == b.near_identity));
    BOOST_TEST(a.shape() == b.shape());
  }
  BOOST_TEST(found.statistics.size() == expected.statistics.size());
}
BOOST_AUTO_TEST_CASE(networks_made_at_run_time_are_those_of_types) {
  constexpr Shape map{3, 2, 2}, pair{9, 1, 1};
  check_same_arrays<Head<13>>(detail::head_graph<Cpu, float>(map, 13), map);
  check_same_arrays<Head<8>>(detail::head_graph<Cpu, float>(map, 8), map);
  check_same_arrays<ConcatNetwork<7>>(detail::concat_graph<Cpu, float>(pair, 7), pair);
}
BOOST_AUTO_TEST_CASE(what_a_scorer_is) {
  static_assert(Scorer<Dot<4>> && Scorer<Concat<>> && !Scorer<Head<4>>);
  static_assert(Concat<>().hidden == 512 && Dot<64>().units == 64);
  BOOST_TEST(Concat<>().shift == 0);
}

BOOST_AUTO_TEST_SUITE_END()
