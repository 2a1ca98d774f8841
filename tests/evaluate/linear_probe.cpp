// Logistic regression against finite differences, a known optimum, and meaningless labels.
#include "dim/evaluate/linear_probe.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <vector>

#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(linear_probe)

using namespace tests;
using dim::Cpu;
using dim::Features;
using dim::LinearProbe;
using dim::LogisticLoss;
using dim::Scaler;

double length(const std::vector<double>& x) {
  return std::sqrt(dim::cpu::dot(x.data(), x.data(), std::ssize(x)));
}

BOOST_AUTO_TEST_CASE(gradient_equals_central_differences) {
  const Set<double> train = clouds<double>(70, 5, 3, 1, 1);
  const Scaler scaler(Cpu{1}, train.features());
  LogisticLoss<double> loss(Cpu{2}, scaler, train.features(), 3, 0.3);
  BOOST_TEST_REQUIRE(loss.size() == 18);
  std::vector<double> x(18), gradient(18), ignored(18);
  for (std::size_t i = 0; i < 18; ++i) x[i] = dim::Random{7}.normal(i);
  loss(x.data(), gradient.data());
  for (std::size_t i = 0; i < 18; ++i) {
    std::vector<double> left = x, right = x;
    left[i] -= 1e-5;
    right[i] += 1e-5;
    const double difference = (loss(right.data(), ignored.data()) - loss(left.data(), ignored.data())) / 2e-5;
    BOOST_TEST(std::abs(difference - gradient[i]) < 1e-6 * std::abs(gradient[i]) + 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(rows_that_are_repeated_change_nothing) {
  const Set<double> once = clouds<double>(500, 16, 3, 1, 12);
  Set<double> often{{}, {}, 16};
  for (int i = 0; i < 39; ++i) {  // 19,500 rows: chunks of more than one block, the last ones shorter
    often.data.insert(often.data.end(), once.data.begin(), once.data.end());
    often.labels.insert(often.labels.end(), once.labels.begin(), once.labels.end());
  }
  const Scaler scaler(Cpu{1}, once.features());
  LogisticLoss<double> loss(Cpu{1}, scaler, once.features(), 3, 0.3);
  LogisticLoss<double> often_loss(Cpu{2}, scaler, often.features(), 3, 0.3);
  std::vector<double> x(51), gradient(51), often_gradient(51);
  for (std::size_t i = 0; i < 51; ++i) x[i] = dim::Random{13}.normal(i);
  const double value = loss(x.data(), gradient.data());
  BOOST_TEST(often_loss(x.data(), often_gradient.data()) == value, boost::test_tools::tolerance(1e-12));
  for (std::size_t i = 0; i < 51; ++i) BOOST_TEST(std::abs(often_gradient[i] - gradient[i]) < 1e-13);
}

BOOST_AUTO_TEST_CASE(known_optimum) {
  // scikit-learn 1.2.1, LogisticRegression(C=10, tol=1e-12) on the standardised features.
  const Set<double> train{
      {1, 2, 2, 1, 2, 3, 4, 1, 5, 3, 4, 4, 1, 6, 2, 7, 4, 6, 3, 3}, {0, 0, 0, 1, 1, 1, 2, 2, 2, 0}, 2};
  LinearProbe probe;
  probe.fit(Cpu{1}, train.features(), 3, {.decay = 0.01});
  const std::vector<double> weights = {-1.51689048, -1.29568121, 2.39687023,  -1.40101537, -0.87997976,
                                       2.69669658,  1.08045333,  -0.65068856, -0.42976477};
  BOOST_TEST(probe.losses().back() == 0.20520094018851484, boost::test_tools::tolerance(1e-8));
  for (std::size_t i = 0; i < weights.size(); ++i)
    BOOST_TEST(probe.parameters()[i] == weights[i], boost::test_tools::tolerance(1e-3));
}

BOOST_AUTO_TEST_CASE(the_gradient_vanishes_at_the_optimum) {
  const Set<float> train = clouds<float>(5000, 20, 4, 2, 2);
  LinearProbe probe;
  probe.fit(Cpu{2}, train.features(), 4);
  BOOST_TEST(probe.losses().front() == std::log(4.0), boost::test_tools::tolerance(1e-9));
  for (std::size_t i = 1; i < probe.losses().size(); ++i)
    BOOST_TEST_REQUIRE(probe.losses()[i] < probe.losses()[i - 1] + 1e-6);
  BOOST_TEST(probe.losses().size() < 100U);  // it ended by itself
  BOOST_TEST(probe.converged());
  LinearProbe short_of_it;
  short_of_it.fit(Cpu{2}, train.features(), 4, {.iterations = 3});
  BOOST_TEST(!short_of_it.converged());

  // In double, which the probe did not use.
  const std::vector<double> exact(train.data.begin(), train.data.end());
  const Features<double> features{exact.data(), 5000, 20, train.labels.data()};
  LogisticLoss<double> loss(Cpu{1}, probe.scaler(), features, 4, 1e-3);
  std::vector<double> gradient(probe.parameters().size()), first(gradient.size());
  loss(std::vector<double>(gradient.size()).data(), first.data());
  const double value = loss(probe.parameters().data(), gradient.data());
  BOOST_TEST(length(gradient) < 2e-5 * length(first));
  BOOST_TEST(value == probe.losses().back(), boost::test_tools::tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(separable_classes_are_learnt_and_recognised) {
  const Set<float> train = clouds<float>(600, 6, 5, 12, 3), test = clouds<float>(400, 6, 5, 12, 4);
  LinearProbe probe;
  probe.fit(Cpu{2}, train.features(), 5);
  BOOST_TEST(probe.accuracy(Cpu{2}, train.features()) == 1);
  BOOST_TEST(probe.accuracy(Cpu{2}, test.features()) == 1);
}

BOOST_AUTO_TEST_CASE(labels_without_meaning_give_chance) {
  const Set<float> train = clouds<float>(4000, 12, 10, 0, 5), test = clouds<float>(4000, 12, 10, 0, 6);
  LinearProbe probe;
  probe.fit(Cpu{2}, train.features(), 10);
  BOOST_TEST(std::abs(probe.accuracy(Cpu{2}, test.features()) - 0.1) < 0.02);  // four deviations
}

BOOST_AUTO_TEST_CASE(a_constant_column_changes_nothing) {
  const Set<double> train = clouds<double>(300, 3, 3, 1, 7);
  Set<double> wide{{}, train.labels, 4};
  for (std::size_t i = 0; i < 300; ++i)
    wide.data.insert(wide.data.end(), {train.data[3 * i], train.data[3 * i + 1], train.data[3 * i + 2], 0.1});
  LinearProbe probe, wide_probe;
  probe.fit(Cpu{1}, train.features(), 3);
  wide_probe.fit(Cpu{1}, wide.features(), 3);
  for (std::size_t c = 0; c < 3; ++c) BOOST_TEST(wide_probe.parameters()[4 * c + 3] == 0);
  BOOST_TEST(probe.losses().back() == wide_probe.losses().back(), boost::test_tools::tolerance(1e-9));
  BOOST_TEST((probe.predict(Cpu{1}, train.features()) == wide_probe.predict(Cpu{1}, wide.features())));
}

BOOST_AUTO_TEST_CASE(classes_without_members) {
  Set<float> train = clouds<float>(500, 4, 2, 1, 8);
  for (int& label : train.labels) label = 2 * label + 1;  // 1 and 3 of 5
  LinearProbe probe;
  probe.fit(Cpu{1}, train.features(), 5);
  BOOST_TEST(probe.accuracy(Cpu{1}, train.features()) > 0.7);
  for (const int label : probe.predict(Cpu{1}, train.features()))
    BOOST_TEST_REQUIRE((label == 1 || label == 3));
  // Nor far from all training features, nor by a fit that has hardly begun.
  Set<float> far = clouds<float>(500, 4, 2, 1, 9);
  for (float& x : far.data) x *= 100;
  for (const int iterations : {0, 1, 100}) {
    probe.fit(Cpu{1}, train.features(), 5, {.iterations = iterations});
    for (const int label : probe.predict(Cpu{1}, far.features()))
      BOOST_TEST_REQUIRE((label == 1 || label == 3));
  }

  train.labels.assign(500, 3);
  probe.fit(Cpu{1}, train.features(), 5);
  BOOST_TEST(probe.accuracy(Cpu{1}, train.features()) == 1);
  BOOST_TEST(probe.losses().back() < 0.01);

  train.labels.assign(500, 0);
  probe.fit(Cpu{1}, train.features(), 1);
  BOOST_TEST(probe.accuracy(Cpu{1}, train.features()) == 1);
  BOOST_TEST(probe.losses() == std::vector<double>{0}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(threads_change_no_bit) {
  const Set<float> train = clouds<float>(20000, 16, 3, 0.5, 9);
  LinearProbe one;
  one.fit(Cpu{1}, train.features(), 3, {.iterations = 6});
  for (const int threads : {2, 5}) {
    LinearProbe other;
    other.fit(Cpu{threads}, train.features(), 3, {.iterations = 6});
    BOOST_TEST((other.parameters() == one.parameters()));
    BOOST_TEST((other.losses() == one.losses()));
    BOOST_TEST((other.predict(Cpu{threads}, train.features()) == one.predict(Cpu{1}, train.features())));
  }
}

BOOST_AUTO_TEST_CASE(more_decay_means_smaller_weights) {
  const Set<double> train = clouds<double>(200, 3, 3, 1, 10);
  LinearProbe weak, strong;
  weak.fit(Cpu{1}, train.features(), 3, {.decay = 0});
  strong.fit(Cpu{1}, train.features(), 3, {.decay = 1});
  BOOST_TEST(length(strong.parameters()) < 0.5 * length(weak.parameters()));
  weak.fit(Cpu{1}, train.features(), 3, {.iterations = 0});
  BOOST_TEST(length(weak.parameters()) == 0);
}

BOOST_AUTO_TEST_CASE(bad_input_is_refused) {
  const Set<float> good = clouds<float>(20, 2, 2, 3, 11);
  const auto fit = [](const Set<float>& train, int classes, dim::LinearProbeOptions options = {}) {
    LinearProbe probe;
    probe.fit(Cpu{1}, train.features(), classes, options);
    return probe;
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  Set<float> bad = good;
  bad.data[7] = nan;
  BOOST_CHECK_EXCEPTION(fit(bad, 2), dim::Error, says({"row 3", "column 1", "training"}));
  BOOST_CHECK_EXCEPTION(fit(good, 2).predict(Cpu{1}, bad.features()), dim::Error,
                        says({"row 3", "column 1", "test"}));
  BOOST_CHECK_EXCEPTION(fit(good, 1), dim::Error, says({"label 1", "[0, 1)"}));
  bad = good;
  bad.labels[5] = -1;
  BOOST_CHECK_EXCEPTION(fit(bad, 2), dim::Error, says({"row 5", "label -1"}));
  BOOST_CHECK_EXCEPTION(fit(good, 2).accuracy(Cpu{1}, bad.features()), dim::Error, says({"row 5", "test"}));
  BOOST_CHECK_EXCEPTION(fit({{}, {}, 2}, 2), dim::Error, says({"no training features"}));
  BOOST_CHECK_EXCEPTION(fit(good, 2, {.decay = -1}), dim::Error, says({"decay -1"}));
  BOOST_CHECK_EXCEPTION(fit(good, 2, {.decay = double(nan)}), dim::Error, says({"decay"}));
  BOOST_CHECK_EXCEPTION(fit(good, 2, {.iterations = -1}), dim::Error, says({"-1 iterations"}));
  BOOST_CHECK_EXCEPTION(LinearProbe().predict(Cpu{1}, good.features()), dim::Error, says({"call fit first"}));
  BOOST_CHECK_EXCEPTION(fit(good, 2).predict(Cpu{1}, Features<float>{good.data.data(), 5, 4}), dim::Error,
                        says({"4 numbers", "2"}));
  Set<float> far = good;
  for (float& x : far.data) x *= 1e-3F;
  const Set<float> away{{3e38F, -3e38F}, {0}, 2};
  BOOST_CHECK_EXCEPTION(fit(far, 2).predict(Cpu{1}, away.features()), dim::Error, says({"row 0", "too far"}));
}

BOOST_AUTO_TEST_SUITE_END()
