#include "../../examples/dim/commands/probes.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

#include "../io/temporary.hpp"

BOOST_AUTO_TEST_SUITE(probes)

// A recorded value is found again by its protocol's name, which must therefore change with its meaning.
BOOST_AUTO_TEST_CASE(docs_say_what_each_protocol_is) {
  const std::string docs = contents(DIM_TESTS "/../docs/evaluation.md");
  std::set<std::string> names;
  for (const program::Probe& probe : program::probes()) {
    for (const program::Protocol* protocol : {&probe.quick, &probe.paper})
      BOOST_TEST(has(docs, "`" + protocol->name + "`"), protocol->name);
    BOOST_TEST(names.insert(probe.quick.name).second);
    BOOST_TEST(&program::probe_named(probe.name) == &probe);
  }
  for (const char* paper : {"mlp-200-dropout-0.1-standardised-1000-epochs-mean-of-last-100",
                            "decoder-mse-1000-epochs-ms-ssim-wang-2003-2-scales-from-0-to-1",
                            "mine-pixels-perceptron-512-128-20000-steps", "ndm-1000-200-1000-epochs"})
    BOOST_TEST(std::any_of(program::probes().begin(), program::probes().end(),
                           [&](const program::Probe& probe) { return probe.paper.name == paper; }),
               paper);
}

BOOST_AUTO_TEST_SUITE_END()
