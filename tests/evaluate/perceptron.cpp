#include <boost/test/unit_test.hpp>
#include <dim/evaluate/perceptron.hpp>

#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(perceptron)

using dim::PerceptronLayers;

BOOST_AUTO_TEST_CASE(layers_in_their_order) {
  std::vector<std::string> names;
  const auto graph = dim::perceptron<float>(7, {{5, 4}, true, 0.25}, 3);
  for (const auto& stage : graph.stages()) names.push_back(stage.path + stage.layer->name());
  BOOST_TEST(names == (std::vector<std::string>{"0.Linear<5>", "0.Dropout<0.25>", "0.BatchNorm", "0.ReLU",
                                                "1.Linear<4>", "1.Dropout<0.25>", "1.BatchNorm", "1.ReLU",
                                                "2.Linear<3>"}),
             boost::test_tools::per_element());
  BOOST_TEST(graph.counts().parameters == 7 * 5 + 5 + 2 * 5 + 5 * 4 + 4 + 2 * 4 + 4 * 3 + 3);
  BOOST_TEST(dim::perceptron<float>(7, {.hidden = {}}, 3).stages().size() == 1);
}

BOOST_AUTO_TEST_CASE(invalid_sizes_are_refused) {
  const auto make = [](long inputs, PerceptronLayers layers, long outputs) {
    dim::perceptron<float>(inputs, layers, outputs);
  };
  BOOST_CHECK_EXCEPTION(make(0, {}, 1), dim::Error, tests::says({"0 inputs"}));
  for (const long units : {0L, (1L << 24) + 1, 1L << 61})
    BOOST_CHECK_EXCEPTION(make(3, {{units}}, 1), dim::Error, tests::says({"1 to 2^24 units"}));
  BOOST_CHECK_EXCEPTION(make(3, {.dropout = 1}, 1), dim::Error, tests::says({"dropout 1"}));
}

BOOST_AUTO_TEST_SUITE_END()
