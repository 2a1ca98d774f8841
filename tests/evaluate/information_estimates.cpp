#include <dim/evaluate/information_estimates.hpp>

#include "../objective/tables.hpp"

BOOST_AUTO_TEST_SUITE(information_estimates)

using namespace tests;

/// Scores of a batch of Gaussian pairs by the optimal critic, ln p(x, y) / (p(x) p(y)).
class OptimalCritic {
 public:
  /// `size` independent pairs of values with `nats` of mutual information in total.
  OptimalCritic(int size, double nats)
      : size_(size), rho_(std::sqrt(1 - std::exp(-2 * nats / size))), nats_(nats) {}

  Table<double> scores(int batch, std::uint64_t number) const {
    const auto normal = [&](std::uint64_t part, int row, int column) {
      return Random{7, Purpose::user, 2 * number + part}.normal(std::uint64_t(row * size_ + column));
    };
    std::vector<double> x, y;
    for (int i = 0; i < batch; ++i)
      for (int k = 0; k < size_; ++k) {
        x.push_back(normal(0, i, k));
        y.push_back(rho_ * x.back() + std::sqrt(1 - rho_ * rho_) * normal(1, i, k));
      }
    Table<double> table({batch, 1, 1});
    for (int i = 0; i < batch; ++i)
      for (int j = 0; j < batch; ++j) {
        double sum = nats_;
        for (int k = 0; k < size_; ++k) {
          const double a = x[std::size_t(i * size_ + k)], b = y[std::size_t(j * size_ + k)];
          sum -= (rho_ * rho_ * (a * a + b * b) - 2 * rho_ * a * b) / (2 * (1 - rho_ * rho_));
        }
        table.values[std::size_t(i * batch + j)] = sum;
      }
    return table;
  }

 private:
  int size_;
  double rho_, nats_;
};

/// Mean over batches of an estimator's value, and its standard error.
struct Mean {
  double value = 0, error = 0;
};
template <class E>
Mean mean_of(const E& estimator, const OptimalCritic& critic, int batch, int batches) {
  double sum = 0, squares = 0;
  for (int b = 0; b < batches; ++b) {
    Table<double> table = critic.scores(batch, std::uint64_t(b));
    const Scores<double> u = table.scores();
    std::vector<double> scratch(std::size_t(estimate_scratch(Cpu{}, u.rows())));
    const double value = estimator.estimate(estimate(Cpu{}, estimator, u, 1.0, scratch.data()), u);
    sum += value, squares += value * value;
  }
  const double mean = sum / batches;
  return {mean, std::sqrt((squares / batches - mean * mean) / batches)};
}

// Means of 200 or more batches by PyTorch, to three digits; both they and ours are uncertain.
BOOST_AUTO_TEST_CASE(optimal_critics_of_gaussians) {
  struct Row {
    int size;
    double nats;
    int batch;
    double nce, dv, kl, smile, jsd;
  };
  for (const Row& row : {Row{1, 0.41334, 64, .402, .411, .411, .411, .215},
                         {20, 2, 64, 1.81, 2.01, 2.00, 2.03, .701},
                         {20, 4, 64, 3.07, 4.08, 4.03, 4.28, 1.056},
                         {20, 8, 64, 4.02, 8.56, 8.06, 9.29, 1.318},
                         {20, 10, 64, 4.12, 11.3, 10.3, 12.1, 1.359},
                         {20, 10, 16, 2.76, 13.6, 9.9, 13.1, 1.359}}) {
    const OptimalCritic critic(row.size, row.nats);
    const auto check = [&](const char* name, const auto& estimator, double expected) {
      const Mean mean = mean_of(estimator, critic, row.batch, 200);
      const double apart = 4 * std::sqrt(2.) * mean.error + 0.005 * std::max(1., expected);
      BOOST_TEST(std::abs(mean.value - expected) <= apart, name << " of " << row.nats << " nats by "
                                                                << row.batch << ": " << mean.value << " +- "
                                                                << mean.error << " for " << expected);
    };
    check("NCE", NCE(), row.nce);
    check("DV", DV(), row.dv);
    check("ShiftedKL", ShiftedKL(), row.kl);
    check("SMILE", SMILE(5), row.smile);
    check("JSD", JSD(), row.jsd);
    check("JSDDual", JSDDual(), row.jsd - 2 * std::numbers::ln2);
  }
}

BOOST_AUTO_TEST_CASE(gradients) {
  check_estimator_gradient(JSDDual());
  check_estimator_gradient(ShiftedKL());
  check_estimator_gradient(SMILE(5));
  check_estimator_gradient(SMILE(0.5));
}

/// Tables of 4 x 4 with scores of many magnitudes, some of them +-1e4.
template <class T>
Table<T> any_scores(std::uint64_t number) {
  Table<T> table = Table<T>::random({4, 1, 1}, std::pow(10., double(number % 6) - 1), number);
  if (number % 3 == 0)
    for (std::size_t i = 0; i < table.values.size(); ++i)
      if (Random{number}.below(4, i) == 0)
        table.values[i] = Random{number}.below(2, 100 + i) ? T(1e4) : T(-1e4);
  return table;
}

BOOST_AUTO_TEST_CASE(no_infonce_above_its_ceiling) {
  double most = 0;
  for (std::uint64_t number = 0; number < 100000; ++number) {
    Table<float> table = any_scores<float>(number);
    const Scores<float> u = table.scores();
    double scratch[8];
    const double value = NCE().estimate(estimate(Cpu{}, NCE(), u, 1.F, scratch), u);
    BOOST_TEST_REQUIRE(value <= std::log(4.));  // NaN would fail
    most = std::max(most, value);
  }
  BOOST_TEST(most > std::log(4.) - 1e-6);
}

BOOST_AUTO_TEST_CASE(extreme_scores) {
  check_extreme_scores(JSDDual());
  check_extreme_scores(ShiftedKL());
  check_extreme_scores(SMILE(5));
  check_extreme_scores(SMILE(1e4));
  MINE mine(0.9);
  NegativeScores all;
  for (std::uint64_t number = 0; number < 3000; ++number) {
    Table<float> table = any_scores<float>(number);
    all.add(table.scores());
    BOOST_TEST_REQUIRE(std::isfinite(all.log_mean()));
    BOOST_TEST_REQUIRE(
        (all.effective_samples() >= 1 - 1e-6 && all.effective_samples() <= double(all.count())));
    BOOST_TEST_REQUIRE(std::isfinite(mine(Cpu{}, table.scores(), 1.F)));
    BOOST_TEST_REQUIRE(std::isfinite(mine.log_average()));
    for (const float gradient : table.values) BOOST_TEST_REQUIRE(std::isfinite(gradient));
  }
}

BOOST_AUTO_TEST_CASE(sums_over_tables_are_those_of_all_scores) {
  NegativeScores apart;
  double sum = 0, squares = 0;
  for (std::uint64_t number = 0; number < 5; ++number) {
    Table<double> table = Table<double>::random({3, 2, 2}, double(1 + 3 * number), number);
    apart.add(table.scores(), 4.0);
    table.for_each([&](double u, bool positive) {
      if (positive) return;
      const double e = std::exp(std::clamp(u, -4.0, 4.0));
      sum += e, squares += e * e;
    });
  }
  BOOST_TEST(apart.count() == 5 * 6 * 2 * 2);
  BOOST_TEST(std::abs(apart.log_sum() - std::log(sum)) < 1e-12);
  BOOST_TEST(std::abs(apart.log_mean() - std::log(sum / double(apart.count()))) < 1e-12);
  BOOST_TEST(std::abs(apart.effective_samples() / (sum * sum / squares) - 1) < 1e-12);
  NegativeScores equal;
  equal.add(Table<double>({5, 1, 2}, 1e4).scores());
  BOOST_TEST(std::abs(equal.effective_samples() - 40) < 1e-9);
}

// The first batch is DV to the bit by definition; later ones depend on those before.
BOOST_AUTO_TEST_CASE(the_moving_average_replaces_the_denominator) {
  const Table<double> low = Table<double>::random({4, 1, 1}, 1), high = [&] {
    Table<double> table = low;
    for (double& u : table.values) u += 3;
    return table;
  }();
  MINE mine(0.75);
  Table<double> first = low, second = high;
  const Estimated<double> dv = estimated(DV(), low);
  BOOST_TEST(std::abs(mine(Cpu{2}, first.scores(), 1.0) - dv.loss) < 1e-14);
  for (std::size_t i = 0; i < first.values.size(); ++i)
    BOOST_TEST(std::abs(first.values[i] - dv.gradient[i]) < 1e-14);
  BOOST_TEST(std::abs(mine(Cpu{2}, second.scores(), 1.0) - dv.loss) < 1e-14);
  const double larger = std::exp(3.) / (0.75 + 0.25 * std::exp(3.));
  for (std::size_t i = 0; i < second.values.size(); ++i)
    BOOST_TEST(std::abs(second.values[i] - dv.gradient[i] * (i % 5 == 0 ? 1 : larger)) < 1e-13);
}

BOOST_AUTO_TEST_SUITE_END()
