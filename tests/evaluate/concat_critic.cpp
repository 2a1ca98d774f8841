#include "dim/evaluate/concat_critic.hpp"

#include <boost/test/unit_test.hpp>

#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(concat_critic)

using dim::Cpu, dim::ConcatCritic, dim::Scores;

/// A critic of x (K, 3) and y (K, 2), with a batch of normally distributed values.
template <class T>
ConcatCritic<T> filled(const Cpu& cpu, std::vector<long> hidden, int batch) {
  ConcatCritic<T> critic(cpu, 3, 2, hidden, batch, 5);
  for (int i = 0; i < batch * 3; ++i) critic.x().data[i] = T(dim::Random{1}.normal(std::uint64_t(i)));
  for (int i = 0; i < batch * 2; ++i) critic.y().data[i] = T(dim::Random{2}.normal(std::uint64_t(i)));
  return critic;
}

// For the loss Sum w(i, j) u(i, j); a step of plain descent at rate 1 subtracts the gradient from the weights.
BOOST_AUTO_TEST_CASE(gradients_against_differences) {
  for (const std::vector<long>& hidden : {std::vector<long>{4}, {5, 4}, {4, 3, 2}}) {
    const int count = 4;
    const Cpu cpu(2);
    ConcatCritic<double> critic = filled<double>(cpu, hidden, 5);
    const auto w = [](long i) { return dim::Random{3}.normal(std::uint64_t(i)); };
    const auto loss = [&](const std::vector<double>& weights) {
      critic.set_weights(weights);
      const Scores<double> u = critic.forward(cpu, count);
      double sum = 0;
      for (long i = 0; i < u.size(); ++i) sum += w(i) * u.data[i];
      return sum;
    };
    const std::vector<double> weights = critic.weights();
    const dim::Sgd descent{.rate = 1, .momentum = 0};
    critic.begin_step(descent);
    const Scores<double> u = critic.forward(cpu, count);
    for (long i = 0; i < u.size(); ++i) u.data[i] = w(i);
    critic.backward(cpu, count);
    critic.update(cpu, descent);
    const std::vector<double> after = critic.weights();
    for (std::size_t i = 0; i < weights.size(); ++i) {
      std::vector<double> up = weights, down = weights;
      up[i] += 1e-6, down[i] -= 1e-6;
      const double slope = (loss(up) - loss(down)) / 2e-6;
      BOOST_TEST_REQUIRE(std::abs(weights[i] - after[i] - slope) < 1e-6 * (1 + std::abs(slope)), i);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_score_is_of_its_pair_alone) {
  const Cpu cpu(2);
  ConcatCritic<float> critic = filled<float>(cpu, {6, 3}, 7);
  const Scores<float> u = critic.forward(cpu, 7);
  const float before = u.data[1 * 7 + 4];  // x 1 with y 4
  for (int k = 0; k < 3; ++k) std::swap(critic.x().row(1)[k], critic.x().row(2)[k]);
  for (int k = 0; k < 2; ++k) std::swap(critic.y().row(4)[k], critic.y().row(0)[k]);
  BOOST_TEST(critic.forward(cpu, 5).data[2 * 5 + 0] == before);
  BOOST_TEST(critic.forward(cpu, 5).data[2 * 5 + 1] != before);
}

BOOST_AUTO_TEST_CASE(threads_change_no_bit) {
  std::vector<float> one;
  for (const int threads : {1, 2, 5}) {
    const Cpu cpu(threads);
    ConcatCritic<float> critic = filled<float>(cpu, {16, 8}, 61);
    for (int step = 0; step < 3; ++step) {
      critic.begin_step(dim::Adam{});
      const Scores<float> u = critic.forward(cpu, 61);
      for (long i = 0; i < u.size(); ++i)
        u.data[i] -= i % 62 == 0 ? 1.F : 0.F;  // squared loss, apart from 1 on the diagonal
      critic.backward(cpu, 61);
      critic.update(cpu, dim::Adam{});
    }
    if (one.empty()) one = critic.weights();
    BOOST_TEST((critic.weights() == one));
  }
}

BOOST_AUTO_TEST_CASE(invalid_sizes_are_refused) {
  const auto make = [](long x, std::vector<long> hidden, int batch) {
    ConcatCritic<float>(Cpu{1}, x, 2, hidden, batch, 1);
  };
  BOOST_CHECK_EXCEPTION(make(3, {}, 8), dim::Error, tests::says({"without a hidden layer"}));
  BOOST_CHECK_EXCEPTION(make(3, {0}, 8), dim::Error, tests::says({"0 outputs"}));
  BOOST_CHECK_EXCEPTION(make(0, {4}, 8), dim::Error, tests::says({"0 inputs"}));
  BOOST_CHECK_EXCEPTION(make(3, {4}, 1), dim::Error, tests::says({"batches of 1"}));
  BOOST_CHECK_EXCEPTION(make(3, {4}, 100000), dim::Error, tests::says({"batches of 100000"}));
}

BOOST_AUTO_TEST_SUITE_END()
