// With scikit-learn 1.2: m = KMeans(k, n_init=500, algorithm="lloyd", tol=0, random_state=0).fit(x), whose m.inertia_,
// m.labels_, m.cluster_centers_ and m.predict(y) these are, up to the order of the clusters.
#include "dim/evaluate/k_means.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <set>

#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(k_means)

using namespace tests;
using dim::Cpu, dim::Features, dim::KMeans;

const std::vector<double> x = {-1, 0,  5,  9,  -9, -7, 6, 9,  -5, -4, 7,  -1, -4, 6,  -5, -2,
                               3,  1,  -8, -9, 7,  5,  6, 1,  6,  -3, -1, 5,  -7, -4, -7, -1,
                               9,  -7, -2, -2, 8,  -6, 0, -5, -9, 5,  -8, -4, 0,  0,  -7, 9};

/// Clusters numbered in the order in which they occur.
std::vector<int> in_order(const std::vector<int>& clusters) {
  std::vector<int> names, renamed;
  for (const int cluster : clusters) {
    if (std::find(names.begin(), names.end(), cluster) == names.end()) names.push_back(cluster);
    renamed.push_back(int(std::find(names.begin(), names.end(), cluster) - names.begin()));
  }
  return renamed;
}

BOOST_AUTO_TEST_CASE(as_scikit_learn_has_them) {
  const auto within = boost::test_tools::tolerance(1e-13);
  const Features<double> all{x.data(), 12, 4};
  KMeans found;
  found.fit(Cpu{2}, all, {.k = 1});
  BOOST_TEST(found.inertia() == 1517.25, within);
  found.fit(Cpu{2}, all, {.k = 3, .restarts = 100});
  BOOST_TEST(found.inertia() == 654.1833333333334, within);
  BOOST_TEST(found.converged());
  BOOST_TEST((in_order(found.clusters()) == in_order({2, 2, 2, 1, 1, 0, 0, 1, 0, 0, 1, 1})));
  const std::vector<double> others = {1, 2, 3, 4, -5, 0, -5, 0, 9, -9, 0, -9};  // of clusters 2, 1 and 0
  BOOST_TEST((found.predict(Cpu{1}, Features<double>{others.data(), 3, 4}) ==
              std::vector{found.clusters()[0], found.clusters()[3], found.clusters()[5]}));
  found.fit(Cpu{2}, all, {.k = 4, .restarts = 100});
  BOOST_TEST(found.inertia() == 495.0, within);
  const std::vector<double> centre = {-4.25, 2, -7, -4}, centres = found.centres();  // of rows 3, 4, 7 and 10
  BOOST_TEST_REQUIRE(centres.size() == 16U);
  for (std::size_t j = 0; j < 4; ++j)
    BOOST_TEST(centres[std::size_t(found.clusters()[3]) * 4 + j] == centre[j], within);
  found.fit(Cpu{2}, all, {.k = 12});
  BOOST_TEST(found.inertia() < 1e-27);
  // The same numbers, however they are given.
  std::vector<float> columns;
  for (std::size_t j = 0; j < 4; ++j)
    for (std::size_t i = 0; i < 12; ++i) columns.push_back(float(x[4 * i + j]));
  found.fit(Cpu{2}, Features<float>(dim::MatrixView<float>{columns.data(), 12, 4, 1, 12}),
            {.k = 3, .restarts = 100});
  BOOST_TEST(found.inertia() == 654.1833333333334, within);
}

// Lloyd's algorithm ends where each row is with its nearest centre, and each centre is the mean of its rows.
BOOST_AUTO_TEST_CASE(nothing_could_move_and_no_cluster_is_empty) {
  const Set<double> set = clouds<double>(60, 2, 2, 3, 5);
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const int k = int(2 + seed % 40);
    KMeans found;
    found.fit(Cpu{1}, set.features(), {.k = k, .restarts = 1, .seed = seed});
    BOOST_TEST_REQUIRE(found.converged());
    const std::vector<double> centres = found.centres();
    std::vector<double> sums(centres.size(), 0), members(std::size_t(k), 0);
    double inertia = 0;
    for (std::size_t i = 0; i < 60; ++i) {
      const auto square = [&](int c) {
        return std::pow(set.data[2 * i] - centres[std::size_t(2 * c)], 2) +
               std::pow(set.data[2 * i + 1] - centres[std::size_t(2 * c + 1)], 2);
      };
      const int own = found.clusters()[i];
      for (int c = 0; c < k; ++c) BOOST_TEST(square(own) < square(c) + 1e-12);
      inertia += square(own);
      members[std::size_t(own)] += 1;
      for (std::size_t j = 0; j < 2; ++j) sums[std::size_t(2 * own) + j] += set.data[2 * i + j];
    }
    BOOST_TEST(found.inertia() == inertia, boost::test_tools::tolerance(1e-11));
    for (std::size_t c = 0; c < std::size_t(k); ++c) {
      BOOST_TEST_REQUIRE(members[c] > 0);
      for (std::size_t j = 0; j < 2; ++j)
        BOOST_TEST(std::abs(sums[2 * c + j] / members[c] - centres[2 * c + j]) < 1e-12);
    }
    BOOST_TEST((found.predict(Cpu{1}, set.features()) == found.clusters()));
  }
}

// From the rows -3, 0, 21 and 1000 the centres go to -3, 5, 14.3 and 1000, where the one in the middle has no rows left.
BOOST_AUTO_TEST_CASE(a_centre_without_rows_takes_the_farthest) {
  const std::vector<double> rows = {-3, 0, 10, 11, 11, 21, 1000};
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    KMeans found;
    found.fit(Cpu{1}, Features<double>{rows.data(), 7, 1}, {.k = 4, .restarts = 1, .seed = seed});
    BOOST_TEST(found.converged());
    const std::vector<int>& clusters = found.clusters();
    BOOST_TEST((std::set<int>(clusters.begin(), clusters.end()).size() == 4));
  }
}

// Each of 20 clouds far from the others is drawn from in nearly every start, which starts from rows drawn with equal
// probability would do in 2 of 10^8 cases.
BOOST_AUTO_TEST_CASE(starts_are_far_apart) {
  const Set<float> set = clouds<float>(2000, 20, 20, 400, 2);
  int found_all = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    KMeans found;
    found.fit(Cpu{2}, set.features(), {.k = 20, .restarts = 1, .seed = seed});
    found_all += in_order(found.clusters()) == in_order(set.labels);
  }
  BOOST_TEST(found_all == 10);
}

// More rows than a block, and more columns than a thread adds up at a time.
BOOST_AUTO_TEST_CASE(threads_change_no_bit_and_seeds_do) {
  const Set<float> set = clouds<float>(1000, 37, 3, 1, 6);
  KMeans one;
  one.fit(Cpu{1}, set.features(), {.k = 7, .restarts = 2});
  for (const int threads : {2, 7}) {
    KMeans other;
    other.fit(Cpu{threads}, set.features(), {.k = 7, .restarts = 2});
    BOOST_TEST((other.centres() == one.centres()));
    BOOST_TEST((other.clusters() == one.clusters()));
    BOOST_TEST(other.inertia() == one.inertia());
  }
  KMeans other, more, short_one;
  other.fit(Cpu{1}, set.features(), {.k = 7, .restarts = 2, .seed = 2});
  BOOST_TEST((other.centres() != one.centres()));
  more.fit(Cpu{1}, set.features(), {.k = 7, .restarts = 8});
  BOOST_TEST(more.inertia() <= one.inertia());
  short_one.fit(Cpu{1}, set.features(), {.k = 7, .restarts = 1, .rounds = 3});
  BOOST_TEST(short_one.rounds() == 3);
  BOOST_TEST(!short_one.converged());
}

BOOST_AUTO_TEST_CASE(bad_input_is_refused) {
  const Features<double> all{x.data(), 12, 4};
  KMeans found;
  const auto fails = [&](const auto& function, const std::vector<std::string>& parts) {
    BOOST_CHECK_EXCEPTION(function(), dim::Error, says(parts));
  };
  fails([&] { found.predict(Cpu{1}, all); }, {"before they were fitted", "call fit"});
  fails([&] { found.fit(Cpu{1}, all, {.k = 13}); }, {"k = 13", "of 12", "choose k from 1"});
  fails([&] { found.fit(Cpu{1}, all, {.k = 0}); }, {"k = 0"});
  fails([&] { found.fit(Cpu{1}, all, {.restarts = 0}); }, {"0 starts", "at least one"});
  fails([&] { found.fit(Cpu{1}, Features<float>{}); }, {"no given features"});
  const std::vector<float> equal = {1, 2, 3, 4, 1, 2, 3, 4};
  fails(
      [&] {
        found.fit(Cpu{1}, Features<float>{equal.data(), 4, 2}, {.k = 3});
      },
      {"only 2 differ", "choose k from 1 to 2"});
  found.fit(Cpu{1}, Features<float>{equal.data(), 4, 2}, {.k = 2});
  BOOST_TEST(found.inertia() == 0);
  fails([&] { found.predict(Cpu{1}, all); }, {"features of 4 numbers meet training features of 2"});
  std::vector<double> bad = x;
  bad[5] = std::numeric_limits<double>::quiet_NaN();
  fails(
      [&] {
        found.fit(Cpu{1}, Features<double>{bad.data(), 12, 4});
      },
      {"row 1, column 1 of the given features"});
}

BOOST_AUTO_TEST_SUITE_END()
