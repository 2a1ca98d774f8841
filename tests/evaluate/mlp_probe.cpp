#include "dim/evaluate/mlp_probe.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <limits>

#include "digits.hpp"

BOOST_AUTO_TEST_SUITE(mlp_probe)

using namespace tests;
using dim::Cpu, dim::MlpProbe;

// Mean accuracy of scikit-learn's classifier: see tests/reference/digits.py.
BOOST_AUTO_TEST_CASE(digits_as_scikit_learn_reads_them) {
  const Digits digits;
  double mean = 0;
  for (std::uint64_t seed = 0; seed < 5; ++seed)
    mean += dim::mlp_accuracy(Cpu{2}, digits.train.features(), digits.test.features(), 10, {.seed = seed})
                .mean_of_last /
            5;
  BOOST_TEST(std::abs(mean - 0.9270) <= 0.01);
}

// Dropout, BatchNorm and ReLU between two Linear layers, and Adam with its usual betas, step by step.
BOOST_AUTO_TEST_CASE(the_network_and_its_training_are_what_is_said) {
  const auto train = clouds<float>(90, 6, 4, 1, 5), test = clouds<float>(500, 6, 4, 1, 6);
  const dim::MlpProbeOptions options{
      .hidden = 10, .dropout = 0.2, .batch = 30, .rate = 1e-2, .epochs = 2, .milestones = {}, .seed = 3};
  const dim::Scaler scaler(Cpu{1}, train.features());
  dim::Learner<float> network(
      Cpu{1}, dim::perceptron<float>(6, {.hidden = {10}, .batch_norm = true, .dropout = 0.2}, 4), 30, 3);
  dim::Sampler sampler(90, 30, 3);
  for (long step = 0; step < 6; ++step) {
    const auto rows = sampler.batch(step / 3, step % 3);
    for (std::size_t i = 0; i < 30; ++i)
      scaler.apply(Cpu{1}, train.features().part(rows[i], 1), network.input().row(long(i)));
    const dim::Adam adam{.rate = 1e-2, .beta1 = 0.9, .beta2 = 0.999};
    const dim::Step now{dim::Mode::training, 3};
    network.begin_step(adam, std::uint64_t(step));
    network.forward(Cpu{1}, 30, now);
    for (long i = 0; i < 30; ++i) {
      std::copy_n(network.output().row(i), 4, network.doutput().row(i));
      dim::cpu::cross_entropy(network.doutput().row(i), nullptr, 4,
                              train.labels[std::size_t(rows[std::size_t(i)])], 1.0 / 30);
    }
    network.backward(Cpu{1}, 30, now);
    network.update(Cpu{1}, adam);
  }
  MlpProbe probe;
  probe.fit(Cpu{1}, train.features(), 4, options);
  const std::vector<int> predicted = probe.predict(Cpu{1}, test.features());
  for (long i = 0; i < 500; ++i) {
    scaler.apply(Cpu{1}, test.features().part(i, 1), network.input().row(0));
    network.forward(Cpu{1}, 1, dim::Step{});
    const std::vector<float> scores = network.outputs(1);
    BOOST_TEST_REQUIRE(predicted[std::size_t(i)] == std::ranges::max_element(scores) - scores.begin());
  }
}

BOOST_AUTO_TEST_CASE(the_mean_is_over_the_last_epochs) {
  const auto train = clouds<float>(300, 6, 4, 1, 5), test = clouds<float>(500, 6, 4, 1, 6);
  const dim::MlpProbeOptions options{.hidden = 10, .epochs = 6, .milestones = {}, .last = 3};
  std::vector<double> accuracies;
  MlpProbe probe;
  probe.fit(Cpu{2}, train.features(), 4, options,
            [&](long) { accuracies.push_back(probe.accuracy(Cpu{2}, test.features())); });
  const auto found = dim::mlp_accuracy(Cpu{2}, train.features(), test.features(), 4, options);
  BOOST_TEST(found.final == accuracies[5]);
  BOOST_TEST(found.mean_of_last == (accuracies[3] + accuracies[4] + accuracies[5]) / 3,
             boost::test_tools::tolerance(1e-12));
  BOOST_TEST(accuracies[2] != accuracies[5]);  // otherwise the mean would show nothing
}

BOOST_AUTO_TEST_CASE(the_rate_falls_after_a_milestone) {
  const auto train = clouds<float>(300, 6, 4, 0.3, 5), test = clouds<float>(2000, 6, 4, 0.3, 6);
  const auto after_each = [&](std::vector<long> milestones) {
    std::vector<std::vector<int>> predicted;
    MlpProbe probe;
    probe.fit(Cpu{2}, train.features(), 4,
              {.hidden = 10, .rate = 1e-2, .epochs = 2, .milestones = std::move(milestones)},
              [&](long) { predicted.push_back(probe.predict(Cpu{2}, test.features())); });
    return predicted;
  };
  const auto constant = after_each({}), falling = after_each({1});
  BOOST_TEST((constant[0] == falling[0]));
  BOOST_TEST((constant[1] != falling[1]));
}

BOOST_AUTO_TEST_CASE(lengths_of_the_papers_code) {
  const dim::MlpProbeOptions paper = dim::MlpProbeOptions::paper();
  BOOST_TEST((paper.hidden == 200 && paper.dropout == 0.1 && paper.batch == 64));
  BOOST_TEST((paper.epochs == 1000 && paper.last == 100 && paper.rate == 1e-4));
  BOOST_TEST(paper.milestones == (std::vector<long>{50, 100}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(threads_change_no_bit) {
  const Set<float> train = clouds<float>(500, 16, 3, 1, 9);
  std::vector<int> one;
  for (const int threads : {1, 2, 5}) {
    MlpProbe probe;
    probe.fit(Cpu{threads}, train.features(), 3, {.hidden = 20, .epochs = 2});
    const std::vector<int> predicted = probe.predict(Cpu{threads}, train.features());
    if (one.empty()) one = predicted;
    BOOST_TEST((predicted == one));
  }
}

BOOST_AUTO_TEST_CASE(labels_that_mean_nothing_give_chance) {
  const auto train = clouds<float>(2000, 12, 10, 0, 5), test = clouds<float>(4000, 12, 10, 0, 6);
  const auto found = dim::mlp_accuracy(Cpu{2}, train.features(), test.features(), 10, {.epochs = 5});
  BOOST_TEST(std::abs(found.final - 0.1) < 0.02);  // four deviations
}

BOOST_AUTO_TEST_CASE(classes_without_members_and_constant_columns) {
  Set<float> train = clouds<float>(300, 4, 2, 3, 8);
  for (std::size_t i = 0; i < 300; ++i) train.data[4 * i + 3] = 0.1F;
  for (int& label : train.labels) label = 2 * label + 1;  // 1 and 3 of 5
  MlpProbe probe;
  long epochs = 0;
  probe.fit(Cpu{1}, train.features(), 5, {.rate = 1e-2}, [&](long epoch) { BOOST_TEST(epoch == ++epochs); });
  BOOST_TEST(epochs == 20);
  BOOST_TEST(probe.accuracy(Cpu{1}, train.features()) > 0.9);

  // Nor are they predicted by a fit that has hardly begun; and a class that has all members always is.
  probe.fit(Cpu{1}, train.features(), 5, {.rate = 1e-6, .epochs = 1});
  for (const int label : probe.predict(Cpu{1}, train.features()))
    BOOST_TEST_REQUIRE((label == 1 || label == 3));
  train.labels.assign(300, 3);
  probe.fit(Cpu{1}, train.features(), 5, {.rate = 1e-6, .epochs = 1});
  BOOST_TEST(probe.accuracy(Cpu{1}, train.features()) == 1);
}

BOOST_AUTO_TEST_CASE(doubles_are_taken_as_floats_are) {
  const Set<double> train = clouds<double>(300, 4, 2, 3, 8);
  const Set<float> rounded{{train.data.begin(), train.data.end()}, train.labels, 4};
  MlpProbe of_doubles, of_floats;
  of_doubles.fit(Cpu{1}, train.features(), 2, {.epochs = 2});
  of_floats.fit(Cpu{1}, rounded.features(), 2, {.epochs = 2});
  const double accuracy = of_doubles.accuracy(Cpu{1}, train.features());
  BOOST_TEST(std::abs(accuracy - of_floats.accuracy(Cpu{1}, rounded.features())) < 0.01);
}

BOOST_AUTO_TEST_CASE(bad_input_is_refused) {
  const Set<float> good = clouds<float>(20, 2, 2, 3, 11);
  const auto fit = [](const Set<float>& train, int classes, dim::MlpProbeOptions options = {.epochs = 1}) {
    MlpProbe probe;
    probe.fit(Cpu{1}, train.features(), classes, options);
    return probe.predict(Cpu{1}, train.features());
  };
  Set<float> bad = good;
  bad.data[7] = std::numeric_limits<float>::quiet_NaN();
  BOOST_CHECK_EXCEPTION(fit(bad, 2), dim::Error, says({"row 3", "column 1", "training"}));
  BOOST_CHECK_EXCEPTION(fit(good, 1), dim::Error, says({"label 1", "[0, 1)"}));
  BOOST_CHECK_EXCEPTION(fit(good, 2, {.epochs = 0}), dim::Error, says({"0 epochs"}));
  BOOST_CHECK_EXCEPTION(fit(good, 2, {.batch = 1}), dim::Error, says({"batches of 1"}));
  BOOST_CHECK_EXCEPTION(fit(good, 2, {.dropout = 1}), dim::Error, says({"dropout"}));
  BOOST_CHECK_EXCEPTION(fit(clouds<float>(1, 2, 2, 3, 11), 2), dim::Error, says({"1 features"}));
  BOOST_CHECK_EXCEPTION(fit(good, 2, {.batch = 5, .rate = 1e30}), dim::Error,
                        says({"cross-entropy at step 2", "lower rate than 1e+30"}));
  for (const long last : {0L, 6L})
    BOOST_CHECK_EXCEPTION(dim::mlp_accuracy(Cpu{1}, good.features(), good.features(), 2,
                                            {.epochs = 5, .milestones = {}, .last = last}),
                          dim::Error, says({"the last " + std::to_string(last) + " of 5 epochs"}));
  Set<float> wider = clouds<float>(20, 3, 2, 3, 11);
  long epochs = 0;
  BOOST_CHECK_EXCEPTION(
      dim::mlp_accuracy(Cpu{1}, good.features(), wider.features(), 2, {}, [&](long) { ++epochs; }),
      dim::Error, says({"features of 3", "features of 2"}));
  BOOST_TEST(epochs == 0);
  // A fit that is refused leaves the previous one unchanged, and one that diverges leaves none.
  MlpProbe kept;
  kept.fit(Cpu{1}, good.features(), 2, {.rate = 1e-2});
  const std::vector<int> before = kept.predict(Cpu{1}, good.features());
  BOOST_CHECK_THROW(kept.fit(Cpu{1}, wider.features(), 2, {.dropout = 1}), dim::Error);
  BOOST_TEST((kept.predict(Cpu{1}, good.features()) == before));
  BOOST_CHECK_THROW(kept.fit(Cpu{1}, good.features(), 2, {.rate = 1e30}), dim::Error);
  BOOST_CHECK_EXCEPTION(kept.predict(Cpu{1}, good.features()), dim::Error, says({"call fit first"}));
  BOOST_CHECK_EXCEPTION(fit(good, 2, {.rate = 1e30, .epochs = 1}), dim::Error, says({"lower rate"}));
  Set<float> near = good;
  for (float& x : near.data) x *= 1e-3F;
  MlpProbe probe;
  probe.fit(Cpu{1}, near.features(), 2, {.epochs = 1});
  near.data[7] = 3e38F;
  BOOST_CHECK_EXCEPTION(probe.predict(Cpu{1}, near.features()), dim::Error, says({"row 3", "too far"}));
  BOOST_CHECK_EXCEPTION(MlpProbe().predict(Cpu{1}, good.features()), dim::Error, says({"call fit first"}));
}

BOOST_AUTO_TEST_SUITE_END()
