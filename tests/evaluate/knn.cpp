// Nearest neighbours against a naive double loop, ties and all.
#include "dim/evaluate/knn.hpp"

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "dim/core/random.hpp"
#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(knn)

using namespace tests;
using dim::Cpu;
using dim::Features;
using dim::KnnProbe;
using dim::Random;
using Scalars = boost::mpl::list<float, double>;

template <class T>
KnnProbe<T> fitted(const Cpu& cpu, const Features<T>& train, int classes, int k) {
  KnnProbe<T> probe;
  probe.fit(cpu, train, classes, {.k = k});
  return probe;
}
template <class T>
std::vector<int> knn_predict(const Cpu& cpu, const Features<T>& train, const Features<T>& test, int classes,
                             int k = 20) {
  return fitted(cpu, train, classes, k).predict(cpu, test);
}
template <class T>
double knn_accuracy(const Cpu& cpu, const Features<T>& train, const Features<T>& test, int classes,
                    int k = 20) {
  return fitted(cpu, train, classes, k).accuracy(cpu, test);
}

/// Vectors of 0 and +-1 with 0, 4 or 16 nonzero values: their cosines are multiples of 1/16 without any rounding, so
/// that there are ties everywhere.
template <class T>
Set<T> ternary(long count, int classes, std::uint64_t seed) {
  Set<T> set{std::vector<T>(std::size_t(count * 24)), {}, 24};
  const Random place{seed}, sign{seed + 1000}, other{seed + 2000};
  for (long i = 0; i < count; ++i) {
    const std::uint64_t n = std::uint64_t(i), kind = other.below(10, 2 * n);
    const long ones = kind == 0 ? 0 : kind < 6 ? 4 : 16;
    for (long j = 0, left = ones; j < 24; ++j) {  // each choice of places is equally likely
      const std::uint64_t at = n * 24 + std::uint64_t(j);
      if (long(place.below(std::uint64_t(24 - j), at)) >= left) continue;
      set.data[std::size_t(at)] = sign.below(2, at) ? T(1) : T(-1);
      --left;
    }
    set.labels.push_back(int(other.below(std::uint64_t(classes), 2 * n + 1)));
  }
  return set;
}

template <class T>
std::vector<int> naive(const Set<T>& train, const Set<T>& test, int classes, long k) {
  std::vector<int> result;
  const auto cosine = [](const T* x, const T* y, long size) {
    double xy = 0, xx = 0, yy = 0;
    for (long j = 0; j < size; ++j) {
      xy += double(x[j]) * double(y[j]);
      xx += double(x[j]) * double(x[j]);
      yy += double(y[j]) * double(y[j]);
    }
    return xx == 0 || yy == 0 ? 0 : xy / (std::sqrt(xx) * std::sqrt(yy));
  };
  for (long i = 0; i < test.features().count; ++i) {
    std::vector<std::pair<double, long>> order;  // farness, index
    for (long j = 0; j < train.features().count; ++j)
      order.push_back({-cosine(&test.features()(i, 0), &train.features()(j, 0), train.size), j});
    std::sort(order.begin(), order.end());
    std::vector<std::pair<long, double>> votes(std::size_t(classes), {0, 0.0});
    for (std::size_t n = 0; n < std::size_t(k); ++n) {
      auto& vote = votes[std::size_t(train.labels[std::size_t(order[n].second)])];
      ++vote.first;
      vote.second -= order[n].first;
    }
    result.push_back(int(std::max_element(votes.begin(), votes.end()) - votes.begin()));
  }
  return result;
}

BOOST_AUTO_TEST_CASE_TEMPLATE(naive_loop_with_ties, T, Scalars) {
  // More than one block of training features, and test blocks that are not full.
  const Set<T> train = ternary<T>(1300, 7, 1), test = ternary<T>(70, 7, 2);
  for (const int k : {1, 20, 600, 1300})
    BOOST_TEST(knn_predict(Cpu{2}, train.features(), test.features(), 7, k) == naive(train, test, 7, k),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(naive_loop_with_real_numbers) {
  const auto normal = [](long count, long size, std::uint64_t seed) {
    Set<double> set{{}, {}, size};
    for (long i = 0; i < count * size; ++i) set.data.push_back(Random{seed}.normal(std::uint64_t(i)));
    for (long i = 0; i < count; ++i) set.labels.push_back(int(Random{seed + 9}.below(4, std::uint64_t(i))));
    return set;
  };
  for (const long size : {3L, 300L}) {
    const Set<double> train = normal(700, size, 1), test = normal(50, size, 2);
    BOOST_TEST(knn_predict(Cpu{2}, train.features(), test.features(), 4) == naive(train, test, 4, 20),
               boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(nearest_first_whatever_the_order) {
  // Similarities that rise with the index fill the heap anew each time; angles in (0, pi/2).
  Set<float> train{{}, {}, 2};
  const int count = 3000;
  for (int i = 0; i < count; ++i) {
    const double angle = 1.5 * (1 - double(i) / count);
    train.data.insert(train.data.end(), {float(std::cos(angle)), float(std::sin(angle))});
    train.labels.push_back(i < count - 20 ? 0 : 1);
  }
  const Set<float> test{{5, 0, 0, 1e-30F}, {1, 0}, 2};
  BOOST_TEST(knn_predict(Cpu{1}, train.features(), test.features(), 2) == test.labels,
             boost::test_tools::per_element());
  BOOST_TEST(knn_accuracy(Cpu{1}, train.features(), test.features(), 2) == 1);
  const Set<float> half{test.data, {0, 0}, 2};
  BOOST_TEST(knn_accuracy(Cpu{1}, train.features(), half.features(), 2) == 0.5);
}

BOOST_AUTO_TEST_CASE(ties_of_votes) {
  // One vote each: the nearer wins; at equal distance the lower class; for equal features the lower index.
  const Set<float> train{{1, 0, 0, 1, 0, 1}, {2, 1, 0}, 2};
  const auto ask = [&](float x, float y, int k) {
    const Set<float> test{{x, y}, {0}, 2};
    return knn_predict(Cpu{1}, train.features(), test.features(), 3, k)[0];
  };
  BOOST_TEST(ask(3, 1, 2) == 2);
  BOOST_TEST(ask(0, 1, 1) == 1);
  BOOST_TEST(ask(0, 1, 2) == 0);
  BOOST_TEST(ask(1, 1, 2) == 1);  // rows 0 and 1 of three equally near ones
  BOOST_TEST(ask(0, 0, 1) == 2);  // a zero vector is equally far from all
}

BOOST_AUTO_TEST_CASE(any_length_of_a_vector) {
  const Set<float> train{{3e38F, 3e38F, 1e-45F, 0}, {0, 1}, 2};
  const Set<float> test{{1e-40F, 1e-40F, 3e38F, 0}, {0, 1}, 2};
  BOOST_TEST(knn_accuracy(Cpu{1}, train.features(), test.features(), 2, 1) == 1);
}

BOOST_AUTO_TEST_CASE(a_class_that_has_all_members_is_predicted) {
  Set<float> train = clouds<float>(50, 6, 1, 0, 3);
  train.labels.assign(50, 3);
  for (const int k : {1, 20, 50})
    BOOST_TEST(knn_accuracy(Cpu{1}, train.features(), train.features(), 10, k) == 1);
}

BOOST_AUTO_TEST_CASE(labels_that_mean_nothing_give_chance) {
  const auto of = [](double distance, std::uint64_t seed) {
    return clouds<float>(4000, 12, 10, distance, seed);
  };
  const auto accuracy = [&](double distance) {
    return knn_accuracy(Cpu{1}, of(distance, 5).features(), of(distance, 6).features(), 10, 20);
  };
  BOOST_TEST(std::abs(accuracy(0) - 0.1) < 0.02);  // four deviations
  BOOST_TEST(accuracy(4) > 0.9);                   // as meaningful labels would give
}

BOOST_AUTO_TEST_CASE(threads_change_nothing) {
  Set<float> train = ternary<float>(900, 5, 3), test = ternary<float>(300, 5, 4);
  for (std::size_t i = 0; i < train.data.size(); ++i) train.data[i] += 0.1F * Random{}.uniform(i);
  const std::vector<int> one = knn_predict(Cpu{1}, train.features(), test.features(), 5);
  for (const int threads : {2, 5})
    BOOST_TEST((knn_predict(Cpu{threads}, train.features(), test.features(), 5) == one));
}

BOOST_AUTO_TEST_CASE(bad_input_is_refused) {
  const Set<double> good{{1, 2, 3, 4}, {0, 1}, 2};
  const auto run = [&](const Set<double>& train, const Set<double>& test, int classes, int k) {
    knn_accuracy(Cpu{1}, train.features(), test.features(), classes, k);
  };
  BOOST_CHECK_NO_THROW(run(good, good, 2, 2));
  BOOST_CHECK_EXCEPTION(run(good, good, 2, 3), dim::Error, says({"k = 3", "2 training features"}));
  BOOST_CHECK_EXCEPTION(run(good, good, 2, 0), dim::Error, says({"k = 0"}));
  BOOST_CHECK_EXCEPTION(run(good, good, 0, 1), dim::Error, says({"0 classes"}));
  BOOST_CHECK_EXCEPTION(run({{}, {}, 2}, good, 2, 1), dim::Error, says({"no training features"}));
  BOOST_CHECK_EXCEPTION(run(good, {{}, {}, 2}, 2, 1), dim::Error, says({"no test features"}));
  BOOST_CHECK_EXCEPTION(run(good, {{1, 2, 3}, {0}, 3}, 2, 1), dim::Error, says({"3", "2", "encoder"}));
  BOOST_CHECK_EXCEPTION(run({good.data, {0, 2}, 2}, good, 2, 1), dim::Error,
                        says({"row 1", "training", "label 2"}));
  BOOST_CHECK_EXCEPTION(run(good, {good.data, {-1, 0}, 2}, 2, 1), dim::Error,
                        says({"row 0", "test", "label -1"}));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  BOOST_CHECK_EXCEPTION(run(good, {{1, 2, 3, nan}, {0, 1}, 2}, 2, 1), dim::Error,
                        says({"row 1", "column 1", "test"}));
  BOOST_CHECK_EXCEPTION(run({{1e200, 2, 3, 4}, {0, 1}, 2}, good, 2, 1), dim::Error,
                        says({"row 0", "overflow"}));
  const Features<double> unlabelled{good.data.data(), 2, 2};
  BOOST_CHECK_EXCEPTION(knn_predict(Cpu{1}, unlabelled, good.features(), 2, 1), dim::Error,
                        says({"no labels"}));
  BOOST_TEST(knn_predict(Cpu{1}, good.features(), unlabelled, 2, 1) == good.labels,
             boost::test_tools::per_element());
  BOOST_CHECK_EXCEPTION(KnnProbe<double>().predict(Cpu{1}, good.features()), dim::Error,
                        says({"call fit first"}));
  // A fit that is refused leaves the previous one unchanged.
  KnnProbe<double> kept = fitted(Cpu{1}, good.features(), 2, 1);
  BOOST_CHECK_THROW(kept.fit(Cpu{1}, good.features(), 2, {.k = 3}), dim::Error);
  BOOST_TEST(kept.accuracy(Cpu{1}, good.features()) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
