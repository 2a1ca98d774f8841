#include "dim/evaluate/svm_probe.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>

#include "digits.hpp"

BOOST_AUTO_TEST_SUITE(svm_probe)

using namespace tests;
using dim::Cpu, dim::SvmProbe;

// Test accuracies by LIBLINEAR: see tests/reference/digits.py.
BOOST_AUTO_TEST_CASE(digits_as_liblinear_reads_them) {
  const Digits digits;
  for (const auto& [C, expected] : {std::pair{0.001, 0.8660}, {0.01, 0.9028}, {0.1, 0.8878}}) {
    SvmProbe probe;
    probe.fit(Cpu{1}, digits.train.features(), 10, {.C = C, .passes = 10000, .gap = 1e-3});
    BOOST_TEST(probe.converged());
    BOOST_TEST(std::abs(probe.accuracy(Cpu{1}, digits.test.features()) - expected) <= 0.004);
  }
}

BOOST_AUTO_TEST_CASE(several_runs_and_their_spread) {
  const Digits digits;
  dim::SvmAccuracy one;
  for (const int threads : {1, 2, 5}) {
    int last = 0;
    const auto found =
        dim::svm_accuracy(Cpu{threads}, digits.train.features(), digits.test.features(), 10, {},
                          [&](int done, int of) { BOOST_TEST((done == ++last && of <= 90)); });
    BOOST_TEST(found.runs.size() == 5);
    BOOST_TEST(found.converged);
    BOOST_TEST(found.deviation > 0);
    BOOST_TEST(found.deviation < 0.02);
    BOOST_TEST(found.mean > 0.87);
    if (threads == 1) one = found;
    BOOST_TEST(found.C == one.C);
    BOOST_TEST(found.runs == one.runs);
  }
}

BOOST_AUTO_TEST_CASE(larger_candidates_are_tried_while_they_help) {
  const Digits digits;
  const auto fits = [&](std::vector<double> candidates, double C) {
    int count = 0;
    const auto found =
        dim::svm_accuracy(Cpu{2}, digits.train.features(), digits.test.features(), 10,
                          {.candidates = std::move(candidates), .runs = 1}, [&](int, int) { ++count; });
    BOOST_TEST(found.C == C);
    return count;
  };
  BOOST_TEST(fits({1e-9, 1e-10, 1e-2, 1e-1}, 1e-9) == 30);  // the first two are the same classifier
  BOOST_TEST(fits({1e-6, 1e-2, 1e-10, 1e-9}, 1e-2) == 40);
}

// The rows that C is fitted to say that class 1 is on the right, those that judge it that it is on the left.
BOOST_AUTO_TEST_CASE(C_is_chosen_by_the_rows_that_judge) {
  const Set<float> train{{-2, 2, -1, 1, -2, 2, -1, 1}, {0, 1, 0, 1, 1, 0, 1, 0}, 1}, left{{-1, 1}, {1, 0}, 1},
      right{{-1, 1}, {0, 1}, 1};
  const std::vector<long> rows{0, 1, 2, 3}, judged{4, 5, 6, 7};
  const auto fit = [&](const std::vector<dim::SvmFit>& fits) {
    std::vector<SvmProbe> probes(fits.size());
    for (std::size_t i = 0; i < fits.size(); ++i) {
      BOOST_TEST((fits[i].rows == rows));
      probes[i].fit(Cpu{1}, (fits[i].C < 0.1 ? right : left).features(), 2);
    }
    return probes;
  };
  BOOST_TEST(dim::choose_C(Cpu{1}, train.features(), rows, judged, {0.01, 1}, fit) == 1);
  BOOST_TEST(dim::choose_C(Cpu{1}, train.features(), rows, rows, {0.01, 1}, fit) == 0.01);
}

BOOST_AUTO_TEST_CASE(a_trial_is_shorter_than_what_is_reported) {
  const Digits digits;
  const auto measured = [&](int trial_passes, int passes) {
    return dim::svm_accuracy(Cpu{2}, digits.train.features(), digits.test.features(), 10,
                             {.candidates = {1e-1},
                              .trial_passes = trial_passes,
                              .runs = 1,
                              .options = {.passes = passes, .gap = 1e-6}});
  };
  const auto found = measured(3, 4);
  BOOST_TEST(!found.converged);
  BOOST_TEST(found.runs == measured(4, 4).runs);  // the trials only choose C
  BOOST_TEST(found.runs != measured(3, 3).runs);
}

BOOST_AUTO_TEST_CASE(labels_that_mean_nothing_give_chance) {
  const auto train = clouds<float>(2000, 12, 10, 0, 5), test = clouds<float>(4000, 12, 10, 0, 6);
  SvmProbe probe;
  probe.fit(Cpu{1}, train.features(), 10, {.C = 0.01});
  BOOST_TEST(std::abs(probe.accuracy(Cpu{1}, test.features()) - 0.1) < 0.02);  // four deviations
}

BOOST_AUTO_TEST_CASE(classes_without_members_and_constant_columns) {
  Set<float> train = clouds<float>(300, 4, 2, 3, 8);
  for (std::size_t i = 0; i < 300; ++i)
    train.data[4 * i + 3] = 0.1F, train.data[4 * i + 2] = i % 2 == 0 ? 0 : 1e-40F;
  for (int& label : train.labels) label = 2 * label + 1;  // 1 and 3 of 5
  SvmProbe probe;
  probe.fit(Cpu{1}, train.features(), 5, {.C = 0.1});
  BOOST_TEST(probe.converged());
  BOOST_TEST(probe.accuracy(Cpu{1}, train.features()) > 0.9);
  for (int c = 0; c < 5; ++c) BOOST_TEST(probe.parameters()[std::size_t(4 * c + 3)] == 0);
}

// A machine that has reached the gap may give a class that contains all rows a lower score than another.
BOOST_AUTO_TEST_CASE(a_class_that_has_all_members_is_predicted) {
  Set<float> train = clouds<float>(400, 2000, 1, 0, 3);
  for (std::size_t i = 0; i < train.data.size(); ++i)
    train.data[i] += float(3 * dim::Random{5}.normal(std::uint64_t(i / 2000)));
  train.labels.assign(400, 3);
  int machines = 0;
  const std::vector<dim::SvmFit> fits{{{5, 7, 9, 390}, 1e-3}, {{1, 2}, 1}};
  for (const SvmProbe& probe :
       SvmProbe::fit_several(Cpu{2}, train.features(), dim::Scaler(Cpu{1}, train.features()), 10, fits, {},
                             [&] { ++machines; })) {
    BOOST_TEST(probe.converged());
    BOOST_TEST(probe.accuracy(Cpu{1}, train.features()) == 1);
  }
  BOOST_TEST(machines == 20);
  SvmProbe probe;
  probe.fit(Cpu{1}, train.features(), 10);
  BOOST_TEST(probe.converged());
  BOOST_TEST(probe.accuracy(Cpu{1}, train.features()) == 1);
}

// Their machines reject all rows, but so do those of the other classes if labels are meaningless.
BOOST_AUTO_TEST_CASE(classes_without_members_are_never_predicted) {
  Set<float> train = clouds<float>(500, 20, 5, 0, 3), far = clouds<float>(500, 20, 5, 0, 4);
  for (float& x : far.data) x *= 100;
  for (int& label : train.labels) label = 2 * label + 1;  // 1, 3, 5, 7 and 9 of 11
  SvmProbe probe;
  probe.fit(Cpu{1}, train.features(), 11, {.C = 0.1, .passes = 50});
  for (const Set<float>* const set : {&train, &far})
    for (const int label : probe.predict(Cpu{1}, set->features())) BOOST_TEST_REQUIRE(label % 2 == 1);
  // What counts are the rows of a fit, not all features.
  std::vector<long> rows;
  for (long i = 0; i < 500; ++i)
    if (train.labels[std::size_t(i)] != 5) rows.push_back(i);
  const auto some =
      SvmProbe::fit_several(Cpu{1}, train.features(), probe.scaler(), 11, {{rows, 0.1}}, {.passes = 50});
  for (const int label : some.front().predict(Cpu{1}, far.features())) BOOST_TEST_REQUIRE(label != 5);
}

BOOST_AUTO_TEST_CASE(bad_input_is_refused) {
  const Set<float> good = clouds<float>(20, 2, 2, 3, 11);
  const auto fit = [](const Set<float>& train, int classes, dim::SvmProbeOptions options = {}) {
    SvmProbe probe;
    probe.fit(Cpu{1}, train.features(), classes, options);
    return probe;
  };
  Set<float> bad = good;
  bad.data[7] = std::numeric_limits<float>::quiet_NaN();
  BOOST_CHECK_EXCEPTION(fit(bad, 2), dim::Error, says({"row 3", "column 1", "training"}));
  BOOST_CHECK_EXCEPTION(fit(good, 2).predict(Cpu{1}, bad.features()), dim::Error, says({"row 3", "test"}));
  BOOST_CHECK_EXCEPTION(fit(good, 1), dim::Error, says({"label 1", "[0, 1)"}));
  BOOST_CHECK_EXCEPTION(fit(good, 2, {.C = 0}), dim::Error, says({"C 0"}));
  BOOST_CHECK_EXCEPTION(fit(good, 2, {.passes = 0}), dim::Error, says({"0 passes"}));
  BOOST_CHECK_EXCEPTION(SvmProbe().predict(Cpu{1}, good.features()), dim::Error, says({"call fit first"}));
  const auto measure = [&](dim::SvmProtocol protocol) {
    dim::svm_accuracy(Cpu{1}, good.features(), good.features(), 2, protocol);
  };
  BOOST_CHECK_EXCEPTION(measure({.candidates = {}}), dim::Error, says({"0 candidates"}));
  // The first two are the same classifier, so that the last one would never be tried.
  BOOST_CHECK_EXCEPTION(measure({.candidates = {1e-9, 1e-10, -1}}), dim::Error, says({"C -1"}));
  BOOST_CHECK_EXCEPTION(measure({.options = {.gap = 0}}), dim::Error, says({"gap of 0"}));
  for (const double gap :
       {1.0, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
    BOOST_CHECK_EXCEPTION(fit(good, 2, {.gap = gap}), dim::Error, says({"a gap below 1"}));
  BOOST_CHECK_EXCEPTION(measure({.trial_passes = 0}), dim::Error, says({"0 passes"}));
  BOOST_CHECK_EXCEPTION(measure({.held_out = 0}), dim::Error, says({"0 held out", "one to be held out"}));
  BOOST_CHECK_EXCEPTION(measure({.runs = 0}), dim::Error, says({"0 runs"}));
  for (const double part : {0.0, 1.5, 1e300, std::numeric_limits<double>::quiet_NaN()})
    BOOST_CHECK_EXCEPTION(measure({.part = part}), dim::Error, says({"(0, 1]"}));
}

BOOST_AUTO_TEST_SUITE_END()
