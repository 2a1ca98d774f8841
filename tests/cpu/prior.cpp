#include <boost/test/unit_test.hpp>
#include <dim/cpu/prior.hpp>
#include <dim/objective/prior.hpp>

#include "../gradient.hpp"

BOOST_AUTO_TEST_SUITE(prior)

using namespace tests;

/// Rows (N, 1, 1, C).
struct Rows {
  std::vector<double> values;
  long count, channels;

  Rows(long rows, long width, double value = 0)
      : values(std::size_t(rows * width), value), count(rows), channels(width) {}
  Batch<double> batch() { return {values.data(), count, {int(channels), 1, 1}, 0}; }
  Batch<const double> constant() { return dim::constant(batch()); }
};
Rows random_rows(long rows, long width, std::uint64_t stream) {
  Rows result(rows, width);
  for (long i = 0; i < rows * width; ++i) result.values[std::size_t(i)] = 3 * tests::uniform(5, stream, i);
  return result;
}

BOOST_AUTO_TEST_CASE(draws_are_numbered) {
  const Random random{4, Purpose::prior, 9};
  const StepState state{.number = 9};
  for (const int threads : {1, 3}) {
    Rows drawn(100, 90);
    draw(Cpu{threads}, GaussianPrior(), Step{Mode::training, 4, &state}, drawn.batch());
    for (std::uint64_t i = 0; i < drawn.values.size(); ++i)
      BOOST_REQUIRE(drawn.values[i] == GaussianPrior().draw(random, i));
  }
}
BOOST_AUTO_TEST_CASE(draws_are_numbered_on_from_other_machines_and_passes) {
  const Random random{4, Purpose::prior, 9};
  const StepState state{.number = 9};
  Rows drawn(10, 90);
  draw(Cpu{2}, GaussianPrior(), Step{.seed = 4, .state = &state, .pass = 2, .first = 5}, drawn.batch());
  for (std::uint64_t i = 0; i < drawn.values.size(); ++i)
    BOOST_REQUIRE(drawn.values[i] == GaussianPrior().draw(random, (std::uint64_t(2) << 58) + 450 + i));
}

BOOST_AUTO_TEST_CASE(squashing_and_back) {
  Rows y = random_rows(3, 5, 0), dz = random_rows(3, 5, 1), z(3, 5), dy(3, 5, 0.5);
  squash(Cpu{2}, UniformPrior(), y.constant(), z.batch());
  unsquash(Cpu{2}, UniformPrior(), z.constant(), dz.constant(), dy.batch());
  for (std::size_t i = 0; i < y.values.size(); ++i) {
    const double s = 1 / (1 + std::exp(-y.values[i]));
    BOOST_TEST(std::abs(z.values[i] - s) < 1e-15);
    BOOST_TEST(std::abs(dy.values[i] - (0.5 + dz.values[i] * s * (1 - s))) < 1e-15);
  }
}

/// The loss of logits, whose gradient times `weight` is written to dd.
template <class T>
double logistic_loss_of(const Batch<const T>& d, bool positive, double weight, const Batch<T>& dd) {
  double loss = 0;
  logistic_loss(Cpu{}, d, positive, &weight, dd, &loss);
  return loss;
}
BOOST_AUTO_TEST_CASE(logistic_losses) {
  for (const bool positive : {true, false}) {
    Rows d = random_rows(7, 1, 2), dd(7, 1);
    const double loss = logistic_loss_of(d.constant(), positive, 0.3, dd.batch());
    double expected = 0;
    for (const double value : d.values) expected += std::log(1 + std::exp(positive ? -value : value)) / 7;
    BOOST_TEST(std::abs(loss - expected) < 1e-14);
    const std::vector<double> gradient = dd.values;
    check_derivatives(
        "d", [&](long i) -> double& { return d.values[std::size_t(i)]; }, 7, gradient,
        [&] { return 0.3 * logistic_loss_of(d.constant(), positive, 0.3, dd.batch()); }, 1e-6);
    double same = 0;
    logistic_loss(Cpu{}, d.constant(), positive, nullptr, dd.batch(), &same);  // no weight is 1
    BOOST_TEST(same == loss);
    for (std::size_t i = 0; i < 7; ++i) BOOST_TEST(std::abs(0.3 * dd.values[i] - gradient[i]) < 1e-15);
  }
}
BOOST_AUTO_TEST_CASE(extreme_logits) {
  float d[] = {1e4F, -1e4F}, dd[2];
  const Batch<const float> logits{d, 2, {1, 1, 1}, 0};
  BOOST_TEST(logistic_loss_of(logits, true, 1, Batch<float>{dd, 2, {1, 1, 1}, 0}) == 5000);
  BOOST_TEST(dd[0] == 0);
  BOOST_TEST(dd[1] == -0.5);
  BOOST_TEST(logistic_loss_of(logits, false, 1, Batch<float>{dd, 2, {1, 1, 1}, 0}) == 5000);
  BOOST_TEST(dd[0] == 0.5);
  BOOST_TEST(dd[1] == 0);
}

BOOST_AUTO_TEST_CASE(small_ones) {
  Rows x = random_rows(4, 3, 3), y(4, 3);
  const double weight = -8;  // of a batch of 4
  scale(Cpu{2}, x.constant(), &weight, y.batch());
  double squares = 0;
  for (std::size_t i = 0; i < 12; ++i) {
    BOOST_TEST(y.values[i] == -2 * x.values[i]);
    squares += x.values[i] * x.values[i];
  }
  double sum = 0;
  sum_of_squares(Cpu{}, x.constant(), &sum);
  BOOST_TEST(std::abs(sum - squares) < 1e-13);
}

BOOST_AUTO_TEST_SUITE_END()
