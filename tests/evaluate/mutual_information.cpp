#include "dim/evaluate/mutual_information.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <numbers>
#include <numeric>

#include "information_tasks.hpp"
#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(mutual_information)

using namespace tests;
using dim::InformationEstimate, dim::InformationEstimator, dim::InformationOptions;

constexpr InformationEstimator estimators[] = {InformationEstimator::infonce, InformationEstimator::dv,
                                               InformationEstimator::mine,    InformationEstimator::nwj,
                                               InformationEstimator::jsd,     InformationEstimator::smile};

/// Options for a fit of one second.
InformationOptions quick(InformationEstimator estimator) {
  return {.estimator = estimator, .batch = 64, .rate = 0.02, .steps = 200, .check_every = 200};
}

BOOST_AUTO_TEST_CASE(a_normal_pair_and_independent_numbers) {
  const Pairs pair = normal_pairs(6000, 1, 1, 0.75, 1), none = normal_pairs(6000, 1, 0, 0, 2);
  for (const InformationEstimator estimator : estimators) {
    const InformationEstimate found = pair.estimate(quick(estimator)),
                              nothing = none.estimate(quick(estimator));
    BOOST_TEST_CONTEXT("estimator " << int(estimator)) {
      BOOST_TEST(std::abs(found.value - 0.41334) <= 0.05);
      BOOST_TEST(std::abs(nothing.value) <= 0.02);
      BOOST_TEST((found.spread > 0.005 && found.spread < 0.04));
      BOOST_TEST(std::abs(found.overfit()) < 0.06);
      BOOST_TEST((found.steps > 0 && found.steps <= 200));
      BOOST_TEST(found.trusted(), found.warning);
      BOOST_TEST(nothing.trusted(), nothing.warning);
    }
  }
}

// The loss for two x and two y: u(i, i) are the positives.
BOOST_AUTO_TEST_CASE(each_estimator_has_its_loss) {
  const double a = 0.5, b = -1, c = 2, d = 0.25;
  const auto softplus = [](double x) { return std::log1p(std::exp(x)); };
  const double dv = std::log((std::exp(b) + std::exp(c)) / 2) - (a + d) / 2;
  const double jsd = (softplus(-a) + softplus(-d) + softplus(b) + softplus(c)) / 2 - 2 * std::numbers::ln2;
  const std::pair<InformationEstimator, double> expected[] = {
      {InformationEstimator::infonce, ((softplus(b - a) + softplus(c - d)) / 2)},
      {InformationEstimator::dv, dv},
      {InformationEstimator::mine, dv},
      {InformationEstimator::nwj, (std::exp(b - 1) + std::exp(c - 1)) / 2 - (a + d) / 2},
      {InformationEstimator::jsd, jsd},
      {InformationEstimator::smile, jsd}};
  for (const auto& [estimator, loss] : expected) {
    std::vector<float> u{float(a), float(b), float(c), float(d)};
    dim::CriticLoss loss_of(dim::Cpu{1}, estimator, 0.9, 2);
    BOOST_TEST_CONTEXT("estimator " << int(estimator))
    BOOST_TEST(loss_of(dim::Cpu{1}, {u.data(), 2, 1, 1, 1, true}) == loss,
               boost::test_tools::tolerance(1e-5));
  }
}

// The last quarter of the rows, in the order of the split, is replaced by independent samples: neither the weights
// nor the choice of the step they are taken from may depend on it.
BOOST_AUTO_TEST_CASE(what_is_reported_chooses_nothing) {
  const Pairs task = normal_pairs(2000, 1, 1, 0.9, 1), noise = normal_pairs(2000, 1, 0, 0, 7);
  InformationOptions options = quick(InformationEstimator::jsd);
  options.check_every = 20;
  std::vector<long> order(2000);
  std::iota(order.begin(), order.end(), 0L);
  dim::shuffle(order, dim::Random{options.seed, dim::Purpose::probe});
  Pairs told = task;
  for (std::size_t i = 1500; i < 2000; ++i) told.y[std::size_t(order[i])] = noise.y[std::size_t(order[i])];
  const InformationEstimate found = task.estimate(options), of_noise = told.estimate(options);
  BOOST_TEST(found.value > 0.5);
  BOOST_TEST(of_noise.value < 0.1);
  BOOST_TEST(of_noise.steps == found.steps);
  BOOST_TEST(of_noise.training == found.training);

  // And the best step is restored: for a critic that memorises 150 samples it is not the last one.
  options.hidden = {200};
  options.check_every = 5;
  options.steps = 100;
  BOOST_TEST(normal_pairs(300, 10, 5, 0.8, 1).estimate(options).steps < 100);
}

BOOST_AUTO_TEST_CASE(decay_and_clip_are_used) {
  const Pairs task = normal_pairs(1000, 3, 2, 0.8, 4);
  const auto value = [&](InformationEstimator estimator, double decay, double clip) {
    InformationOptions options = quick(estimator);
    options.steps = 40;
    options.decay = decay;
    options.clip = clip;
    return task.estimate(options).value;
  };
  using enum InformationEstimator;
  const double exact = value(dv, 0.99, 5);
  BOOST_TEST(std::abs(value(mine, 0, 5) - exact) < 1e-3);  // an average of one batch
  BOOST_TEST(std::abs(value(mine, 0.99, 5) - exact) > 1e-3);
  BOOST_TEST(value(smile, 0.99, 1e6) == value(jsd, 0.99, 5));
  BOOST_TEST(value(smile, 0.99, 0.5) != value(jsd, 0.99, 5));
}

BOOST_AUTO_TEST_CASE(ceilings_and_effective_samples) {
  const Pairs pair = normal_pairs(2000, 1, 1, 0.75, 1), none = normal_pairs(2000, 1, 0, 0, 2);
  InformationOptions options = quick(InformationEstimator::infonce);
  options.steps = 20;
  const auto near = [](double a, double b) { return std::abs(a - b) < 1e-9; };
  BOOST_TEST(near(pair.estimate(options).ceiling, std::log(64)));
  BOOST_TEST(none.estimate(options).effective_samples > 55);  // of 63
  options.estimator = InformationEstimator::dv;
  BOOST_TEST(near(pair.estimate(options).ceiling, std::log(7 * 64)));  // a test part of 500
  BOOST_TEST(none.estimate(options).effective_samples > 0.9 * 7 * 64 * 63);
  BOOST_TEST(pair.estimate(options).effective_samples < none.estimate(options).effective_samples);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_trusted_is_said) {
  const auto warns = [](const Pairs& task, InformationOptions options, const char* of) {
    const InformationEstimate found = task.estimate(options);
    BOOST_TEST(!found.trusted());
    BOOST_TEST(found.warning.find(of) != std::string::npos,
               of << ": " << found.warning << ", " << found.value);
  };
  // y is x: infinite mutual information.
  Pairs same = normal_pairs(2000, 1, 1, 1, 1);
  InformationOptions options = quick(InformationEstimator::infonce);
  options.batch = 8;
  warns(same, options, "ceiling");
  warns(normal_pairs(2000, 10, 10, 0.95, 1), quick(InformationEstimator::dv), "effective samples");
  // A critic of this size memorises 150 samples.
  options = quick(InformationEstimator::jsd);
  options.hidden = {200};
  options.check_every = 5;
  options.steps = 50;
  warns(normal_pairs(300, 10, 5, 0.8, 1), options, "overfitted");
  warns(normal_pairs(32, 1, 1, 0.9, 1), options, "standard error");
}

BOOST_AUTO_TEST_CASE(threads_change_no_bit_and_the_seed_does) {
  const Pairs task = normal_pairs(1000, 3, 2, 0.8, 4);
  InformationOptions options = quick(InformationEstimator::mine);
  options.steps = 30;
  const InformationEstimate one = task.estimate(options, 1), five = task.estimate(options, 5);
  BOOST_TEST(one.value == five.value);
  BOOST_TEST(one.spread == five.spread);
  BOOST_TEST(one.training == five.training);
  options.seed = 2;
  BOOST_TEST(task.estimate(options, 1).value != one.value);
}

// Nor do floats instead of doubles, beyond their rounding.
BOOST_AUTO_TEST_CASE(scale_and_shift_of_columns_change_little) {
  const Pairs task = normal_pairs(1000, 2, 2, 0.8, 4),
              moved = task.transformed([](double number) { return 1e6 * number - 1e7; });
  const std::vector<float> x(task.x.begin(), task.x.end());
  InformationOptions options = quick(InformationEstimator::infonce);
  options.steps = 50;
  const double value = task.estimate(options).value;
  BOOST_TEST(std::abs(moved.estimate(options).value - value) < 1e-3);
  const dim::Features<float> floats{x.data(), 1000, 2};
  BOOST_TEST(std::abs(dim::estimate_mutual_information(dim::Cpu{}, floats, task.y_features(), options).value -
                      value) < 1e-3);
}

BOOST_AUTO_TEST_CASE(constant_columns_say_nothing) {
  Pairs task = normal_pairs(200, 2, 2, 0.8, 4);
  std::fill(task.x.begin(), task.x.end(), 0.1);
  for (const InformationEstimator estimator : estimators)
    BOOST_TEST(std::abs(task.estimate(quick(estimator)).value) < 1e-2);
}

// One huge value gives its column a scale at which all others coincide; in another half of the rows it is refused.
BOOST_AUTO_TEST_CASE(an_outlier_is_warned_of) {
  const Pairs good = normal_pairs(2000, 1, 1, 0.75, 1);
  const InformationOptions options{.batch = 64, .steps = 20, .check_every = 20};
  BOOST_TEST(!says({"far off"})(dim::Error(good.estimate(options).warning)));
  long warned = 0;
  for (std::size_t row = 0; row < 8; ++row) {
    Pairs bad = good;
    bad.y[row] = 1e30;
    try {
      const InformationEstimate found = bad.estimate(options);
      BOOST_TEST(!found.trusted());
      BOOST_TEST(
          says({"row " + std::to_string(row) + ", column 0 of y lies so far off"})(dim::Error(found.warning)),
          found.warning);
      ++warned;
    } catch (const dim::Error& error) {
      BOOST_TEST(says({"row " + std::to_string(row) + ", column 0 of y"})(error), error.what());
    }
  }
  BOOST_TEST((warned > 0 && warned < 8));
}

BOOST_AUTO_TEST_CASE(bad_input_is_refused) {
  const Pairs good = normal_pairs(40, 2, 1, 0.5, 1);
  const auto fails = [](const Pairs& task, const InformationOptions& options,
                        std::vector<std::string> parts) {
    BOOST_CHECK_EXCEPTION(task.estimate(options), dim::Error, says(parts));
  };
  Pairs bad = good;
  bad.y[5] = std::numeric_limits<double>::quiet_NaN();
  fails(bad, {}, {"row 2", "column 1", "y features"});
  bad.y[5] = 1e300;  // whose square is infinite
  fails(bad, {}, {"column 1"});
  // Values that vary only outside the training half have no scale.
  long refused = 0;
  for (std::size_t row = 0; row < 40; ++row) {
    bad = good;
    bad.y[2 * row] = 1e30;
    try {
      bad.estimate({.steps = 1});
    } catch (const dim::Error& error) {
      BOOST_TEST(says({"row " + std::to_string(row) + ", column 0 of y"})(error), error.what());
      ++refused;
    }
  }
  BOOST_TEST(refused == 20);
  const dim::Features<double> fewer{good.y.data(), 39, 2};
  BOOST_CHECK_EXCEPTION(dim::estimate_mutual_information(dim::Cpu{}, good.x_features(), fewer), dim::Error,
                        says({"40 rows of x", "39 of y"}));
  fails(normal_pairs(31, 1, 1, 0.5, 1), {}, {"31 rows"});
  fails(good, {.hidden = {}}, {"hidden layer"});
  fails(good, {.batch = 1}, {"batches of 1"});
  fails(good, {.rate = 0}, {"rate 0"});
  fails(good, {.rate = std::numeric_limits<double>::infinity()}, {"rate inf"});
  fails(good, {.steps = 0}, {"0 steps"});
  fails(good, {.check_every = 0}, {"every 0"});
  fails(good, {.decay = 1}, {"decay 1"});
  fails(good, {.clip = 0}, {"clip 0"});
  fails(good, {.estimator = InformationEstimator::dv, .rate = 1e30}, {"lower rate"});
}

BOOST_AUTO_TEST_SUITE_END()
