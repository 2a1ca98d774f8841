#include <boost/test/unit_test.hpp>
#include <dim/evaluate/perceptron.hpp>

#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(learner)

using dim::Learner, dim::perceptron, dim::PerceptronLayers, dim::Cpu, dim::Step, dim::Mode;

/// Fills input and the weights of a loss, which is Sum weight(i, o) output(i, o).
template <class T>
struct Loss {
  Learner<T> network;
  std::vector<T> weight;
  Step step{Mode::training, 3};

  explicit Loss(const PerceptronLayers& layers, int count)
      : network(Cpu{2}, perceptron<T>(7, layers, 3), count, 1) {
    const dim::Random random{9};
    for (int i = 0; i < count * 7; ++i) network.input().data[i] = T(random.normal(std::uint64_t(i)));
    for (int i = 0; i < count * 3; ++i) weight.push_back(T(random.normal(std::uint64_t(1000 + i))));
    network.begin_step(dim::Adam{}, 5);
  }
  double value(int count) {
    network.forward(network.backend(), count, step);
    double sum = 0;
    for (int i = 0; i < count * 3; ++i) sum += double(weight[std::size_t(i)] * network.output().data[i]);
    return sum;
  }
  void gradient(int count) {
    network.forward(network.backend(), count, step);
    std::copy_n(weight.begin(), count * 3, network.doutput().data);
    network.backward(network.backend(), count, step, true);
  }
};

void check(const PerceptronLayers& layers, int batch, int count) {
  Loss<double> loss(layers, batch);
  loss.gradient(count);
  const auto compare = [&](double* at, double gradient) {
    const double before = *at, apart = 1e-6;
    *at = before + apart;
    const double up = loss.value(count);
    *at = before - apart;
    const double down = loss.value(count);
    *at = before;
    BOOST_TEST_REQUIRE(std::abs(gradient - (up - down) / (2 * apart)) < 1e-6 * (1 + std::abs(gradient)));
  };
  const std::vector<double> dweights(loss.network.weights().dparameters,
                                     loss.network.weights().dparameters + loss.network.counts().parameters);
  const std::vector<double> dinput(loss.network.dinput().data, loss.network.dinput().data + count * 7);
  for (std::size_t i = 0; i < dweights.size(); ++i)
    compare(loss.network.weights().parameters + i, dweights[i]);
  for (std::size_t i = 0; i < dinput.size(); ++i) compare(loss.network.input().data + i, dinput[i]);
}

BOOST_AUTO_TEST_CASE(gradients_against_differences) {
  check({.hidden = {}}, 4, 4);
  check({.hidden = {5}}, 4, 3);
  check({.hidden = {5, 4}, .dropout = 0.3}, 6, 6);
  check({.hidden = {6}, .batch_norm = true}, 8, 8);
  check({.hidden = {6, 5}, .batch_norm = true, .dropout = 0.2}, 9, 8);
}

BOOST_AUTO_TEST_CASE(inference_drops_nothing_and_keeps_statistics) {
  Loss<float> loss({.hidden = {6}, .batch_norm = true, .dropout = 0.5}, 8);
  loss.network.forward(loss.network.backend(), 8, loss.step);
  const auto statistics = [&] {
    const float* const begin = loss.network.weights().statistics;
    return std::vector<float>(begin, begin + loss.network.counts().statistics);
  };
  const std::vector<float> before = statistics();
  loss.step = {};
  const double all = loss.value(8);
  BOOST_TEST(loss.value(8) == all);
  BOOST_TEST(statistics() == before);
  // A sample's outputs don't depend on its neighbours.
  const std::vector<float> first(loss.network.output().row(0), loss.network.output().row(1));
  loss.network.forward(loss.network.backend(), 1, loss.step);
  BOOST_TEST(std::vector<float>(loss.network.output().row(0), loss.network.output().row(1)) == first);
}

BOOST_AUTO_TEST_CASE(threads_change_no_bit) {
  std::vector<float> one;
  for (const int threads : {1, 2, 5}) {
    const Cpu cpu(threads);
    Learner<float> network(cpu, perceptron<float>(33, {{40, 17}, true, 0.1}, 4), 50, 7);
    for (int i = 0; i < 50 * 33; ++i) network.input().data[i] = float(i * 37 % 101) / 50 - 1;
    for (std::uint64_t s = 0; s < 5; ++s) {
      const Step step{Mode::training, 7};
      network.begin_step(dim::Adam{}, s);
      network.forward(cpu, 50, step);
      std::copy_n(network.output().data, 50 * 4, network.doutput().data);  // of the sum of squares
      network.backward(cpu, 50, step);
      network.update(cpu, dim::Adam{});
    }
    const std::vector<float> all(network.weights().parameters,
                                 network.weights().parameters + network.counts().parameters);
    if (one.empty()) one = all;
    BOOST_TEST((all == one));
  }
}

BOOST_AUTO_TEST_CASE(steps_drop_other_units) {
  Loss<float> loss({.hidden = {64}, .dropout = 0.5}, 2);
  const double fifth = loss.value(2);
  loss.network.begin_step(dim::Adam{}, 6);
  BOOST_TEST(loss.value(2) != fifth);
  loss.network.begin_step(dim::Adam{}, 5);
  BOOST_TEST(loss.value(2) == fifth);
}

// The outputs of the first samples, and their cross-entropy as scores of classes.
BOOST_AUTO_TEST_CASE(outputs_are_fetched_and_classified) {
  Loss<double> loss({.hidden = {5}}, 6);
  loss.value(6);
  const std::vector<double> scores = loss.network.outputs(4);
  BOOST_TEST(scores == std::vector<double>(loss.network.output().data, loss.network.output().data + 12));
  const std::vector<int> labels{2, 0, 1, 2};
  std::fill_n(loss.network.doutput().data, 18, 9.0);
  loss.network.set_labels(labels);
  loss.network.classify(loss.network.backend(), 4);
  std::vector<double> gradient = scores;
  double mean = 0;
  for (std::size_t i = 0; i < 4; ++i)
    mean += dim::cpu::cross_entropy(gradient.data() + 3 * i, nullptr, 3, labels[i], 0.25) / 4;
  gradient.resize(18, 9.0);  // the others are left unchanged
  BOOST_TEST(std::abs(loss.network.loss() - mean) < 1e-15);
  BOOST_TEST(std::vector<double>(loss.network.doutput().data, loss.network.doutput().data + 18) == gradient);
}

BOOST_AUTO_TEST_CASE(a_batch_of_nothing_is_refused) {
  BOOST_CHECK_EXCEPTION(Learner<float>(Cpu{1}, perceptron<float>(3, {}, 1), 0, 1), dim::Error,
                        tests::says({"batches of 0"}));
}

// A restart must end like a new learner: weights, statistics and the optimizer's state.
BOOST_AUTO_TEST_CASE(beginning_anew_forgets_all) {
  Loss<float> loss({.hidden = {8}, .batch_norm = true}, 6);
  const auto learnt = [&] {
    for (std::uint64_t s = 0; s < 3; ++s) {
      loss.network.begin_step(dim::Adam{.rate = 0.1}, s);
      loss.gradient(6);
      loss.network.update(loss.network.backend(), dim::Adam{.rate = 0.1});
    }
    return loss.value(6);
  };
  loss.network.begin(4);
  const double first = learnt(), second = learnt();
  loss.network.begin(4);
  BOOST_TEST(learnt() == first);
  BOOST_TEST(second != first);
}

BOOST_AUTO_TEST_SUITE_END()
