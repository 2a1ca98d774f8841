#include "../../examples/dim/commands/verdict.hpp"

#include <boost/test/unit_test.hpp>

#include "../../examples/dim/commands/probes.hpp"

BOOST_AUTO_TEST_SUITE(verdict)

using program::Metric;

/// A measure on 900 training and 2,500 test images by the quick protocol of a probe.
Metric metric(const std::string& probe, const std::string& feature, const std::string& baseline, double value,
              long test_images = 2500) {
  const program::Probe& of = program::probe_named(probe);
  return {.split = "test",
          .protocol = of.quick.name,
          .feature = feature,
          .name = of.numbers.front(),
          .baseline = baseline,
          .data = "cifar10-1",
          .epoch = 0,
          .step = 4,
          .train_images = 900,
          .test_images = test_images,
          .value = value};
}
/// What y is by a probe, beside pixels and an untrained encoder.
std::vector<Metric> measures(const std::string& probe, double own, double pixels, double untrained) {
  return {metric(probe, "y", "", own), metric(probe, "pixels", "pixels", pixels),
          metric(probe, "y", "untrained", untrained)};
}
std::vector<Metric> operator+(std::vector<Metric> x, const std::vector<Metric>& y) {
  x.insert(x.end(), y.begin(), y.end());
  return x;
}
std::string first(const std::vector<Metric>& all, const std::string& protocol_end = "") {
  const std::vector<std::string> sentences = program::verdict(all, protocol_end);
  return sentences.empty() ? "" : sentences.front();
}

// sqrt(0.5 * 0.5 / 2500) = 0.01, and sqrt(0.01^2 + 0.01^2) = 0.0141; sqrt(0.2 * 0.8 / 2500) = 0.008.
BOOST_AUTO_TEST_CASE(errors) {
  const auto within = boost::test_tools::tolerance(1e-12);
  BOOST_TEST(program::standard_error(0.5, 2500) == 0.01, within);
  BOOST_TEST(program::standard_error(0.2, 2500) == 0.008, within);
  // As if one of 100 images were told, or not told: sqrt(0.01 * 0.99 / 100).
  for (const double part : {0.0, 1.0})
    BOOST_TEST(program::standard_error(part, 100) == std::sqrt(0.01 * 0.99 / 100), within);
  const program::Difference found = program::difference(0.5, 0.2, 2500);
  BOOST_TEST(found.points == 30, within);
  BOOST_TEST(found.error == 100 * std::sqrt(0.01 * 0.01 + 0.008 * 0.008), within);
  BOOST_TEST(program::difference(0.5, 0.475, 2500).sign() == 0);  // 2.5 +- 1.4
  BOOST_TEST(program::difference(0.5, 0.470, 2500).sign() == 1);  // 3.0 +- 1.4
  BOOST_TEST(program::difference(0.470, 0.5, 2500).sign() == -1);
}

BOOST_AUTO_TEST_CASE(all_outcomes_in_words) {
  const auto said = [](double pixels, double untrained) {
    return first(measures("knn", 0.5, pixels, untrained));
  };
  BOOST_TEST(said(0.4, 0.45) ==
             "y beats pixels by 10.0 +- 1.4 points in k nearest neighbours, and the untrained encoder by 5.0 "
             "+- 1.4.");
  BOOST_TEST(said(0.4, 0.49) ==
             "y beats pixels by 10.0 +- 1.4 points in k nearest neighbours, but not the untrained encoder "
             "(1.0 +- 1.4).");
  BOOST_TEST(said(0.4, 0.6) ==
             "y beats pixels by 10.0 +- 1.4 points in k nearest neighbours, but falls behind the untrained "
             "encoder by 10.0 +- 1.4.");
  BOOST_TEST(said(0.51, 0.4) ==
             "y does not beat pixels (-1.0 +- 1.4 points in k nearest neighbours), but beats the untrained "
             "encoder by 10.0 +- 1.4.");
  BOOST_TEST(said(0.51, 0.5) ==
             "y does not beat pixels (-1.0 +- 1.4 points in k nearest neighbours), and does not beat the "
             "untrained encoder (0.0 +- 1.4).");
  BOOST_TEST(said(0.51, 0.6) ==
             "y does not beat pixels (-1.0 +- 1.4 points in k nearest neighbours), and falls behind the "
             "untrained encoder by 10.0 +- 1.4.");
  BOOST_TEST(said(0.6, 0.4) ==
             "y falls behind pixels by 10.0 +- 1.4 points in k nearest neighbours, but beats the untrained "
             "encoder by 10.0 +- 1.4.");
  BOOST_TEST(said(0.6, 0.5) ==
             "y falls behind pixels by 10.0 +- 1.4 points in k nearest neighbours, and does not beat the "
             "untrained encoder (0.0 +- 1.4).");
  BOOST_TEST(said(0.6, 0.6) ==
             "y falls behind pixels by 10.0 +- 1.4 points in k nearest neighbours, and behind the untrained "
             "encoder by 10.0 +- 1.4.");
}

BOOST_AUTO_TEST_CASE(probes_that_agree_share_a_clause) {
  const auto alike = measures("knn", 0.5, 0.4, 0.45) + measures("linear", 0.5, 0.3, 0.2);
  BOOST_TEST(first(alike) ==
             "y beats pixels by 10.0 +- 1.4 points in k nearest neighbours and 20.0 +- 1.4 in logistic "
             "regression, and the untrained encoder by 5.0 +- 1.4 and 30.0 +- 1.3.");
  BOOST_TEST(
      first(alike + measures("mlp", 0.5, 0.5, 0.4)) ==
      "y beats pixels by 10.0 +- 1.4 points in k nearest neighbours and 20.0 +- 1.4 in logistic "
      "regression, and the untrained encoder by 5.0 +- 1.4 and 30.0 +- 1.3; y does not beat pixels (0.0 "
      "+- 1.4 points in a small network), but beats the untrained encoder by 10.0 +- 1.4.");
}

BOOST_AUTO_TEST_CASE(each_representation_has_a_sentence_and_the_error_is_explained) {
  const auto won = measures("knn", 0.5, 0.4, 0.4);
  const std::vector<std::string> sentences = program::verdict(
      std::vector<Metric>{metric("knn", "conv", "", 0.4), metric("knn", "fc", "", 0.5)} + won);
  BOOST_TEST_REQUIRE(sentences.size() == 5U);
  BOOST_TEST(sentences[0].starts_with("y beats pixels by 10.0"));
  BOOST_TEST(sentences[1] == "fc beats pixels by 10.0 +- 1.4 points in k nearest neighbours.");
  BOOST_TEST(sentences[2] == "conv does not beat pixels (0.0 +- 1.4 points in k nearest neighbours).");
  BOOST_TEST(sentences[3].starts_with("A baseline that is not beaten says little after a few epochs"));
  BOOST_TEST(
      sentences[4] ==
      "+- is one standard error, for 2,500 test images; what beats another is better by more than two.");
  BOOST_TEST(program::verdict(won).size() == 2U);
}

BOOST_AUTO_TEST_CASE(only_what_is_alike_is_compared) {
  const Metric own = metric("knn", "y", "", 0.5);
  BOOST_TEST(program::verdict({own}).empty());
  BOOST_TEST(program::verdict({}).empty());
  BOOST_TEST(program::verdict({own, metric("knn", "y", "untrained", 0.4, 100)}).empty());  // of other images
  BOOST_TEST(program::verdict({own, metric("knn", "fc", "untrained", 0.4)}).empty());
  BOOST_TEST(program::verdict({own, metric("linear", "y", "untrained", 0.4)}).empty());
  BOOST_TEST(program::verdict({own, metric("knn", "y", "supervised", 0.4)}).empty());
  // The published protocol counts, and protocols of few labels only where they are asked for.
  std::vector<Metric> both = measures("mlp", 0.5, 0.4, 0.4) + measures("mlp", 0.5, 0.2, 0.2);
  for (std::size_t i = 3; i < 6; ++i) both[i].protocol = program::probe_named("mlp").paper.name;
  BOOST_TEST(first(both).starts_with("y beats pixels by 30.0 +- "));
  for (std::size_t i = 3; i < 6; ++i)
    both[i].protocol = program::probe_named("mlp").quick.name + program::labels_end(10);
  BOOST_TEST(first(both).starts_with("y beats pixels by 10.0 +- "));
  BOOST_TEST(first(both, program::labels_end(10)).starts_with("y beats pixels by 30.0 +- "));
}

BOOST_AUTO_TEST_CASE(without_labels_nothing_is_claimed) {
  const std::vector<Metric> all = measures("rankme", 41.26, 35, 12.1) +
                                  measures("uniformity", -3.614, -1.2, -0.5) +
                                  measures("retrieval", 0.8, 0.5, 0.9);
  const std::vector<std::string> sentences = program::verdict(all);
  BOOST_TEST_REQUIRE(sentences.size() == 2U);
  // Retrieval is among every second of the 2,500 images: sqrt(0.8 * 0.2 / 1250) = 0.0113.
  BOOST_TEST(
      sentences[0] ==
      "y uses about 41.3 dimensions by RankMe (untrained encoder 12.1, pixels 35.0), has uniformity -3.61 "
      "(untrained encoder -0.50, pixels -1.20) and finds an image by its shifted, perhaps mirrored copy in "
      "80.0 "
      "+- 1.1 % of cases (untrained encoder 90.0 +- 0.8, pixels 50.0 +- 1.4).");
  BOOST_TEST(
      sentences[1] ==
      "Without labels nothing says whether that is of use: these values show whether a representation has "
      "collapsed (1 dimension, uniformity 0) and how it differs from its baselines, not that it is "
      "better.");
  BOOST_TEST(first({metric("rankme", "fc", "", 7)}) == "fc uses about 7.0 dimensions by RankMe.");
  // Where classes are told, that is what counts.
  BOOST_TEST(first(all + measures("knn", 0.5, 0.4, 0.4)).starts_with("y beats pixels"));
  BOOST_TEST(program::verdict(all).size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
