// Against a naive double loop.
#include "dim/evaluate/similar_pairs.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>

#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(similar_pairs)

using namespace tests;
using dim::Cpu, dim::Features;

// More rows than a block has either way.
BOOST_AUTO_TEST_CASE(all_pairs_most_similar_first_whatever_the_threads) {
  constexpr long count = 1500, size = 6;
  const Set<float> set = clouds<float>(count, size, 1, 0, 4);
  const auto cosine = [&](long i, long j) {
    double product = 0, ii = 0, jj = 0;
    for (long k = 0; k < size; ++k) {
      const double a = double(set.features()(i, k)), b = double(set.features()(j, k));
      product += a * b, ii += a * a, jj += b * b;
    }
    return product / std::sqrt(ii * jj);
  };
  std::set<std::pair<long, long>> expected, seen;
  for (long i = 0; i < count; ++i)
    for (long j = i + 1; j < count; ++j)
      if (cosine(i, j) > 0.95) expected.insert({i, j});
  const auto found = dim::similar_pairs(Cpu{1}, set.features(), 0.95);
  for (const auto& pair : found) {
    seen.insert({pair.first, pair.second});
    BOOST_TEST(std::abs(double(pair.similarity) - cosine(pair.first, pair.second)) < 1e-6);
  }
  BOOST_TEST(found.size() > 500U);
  BOOST_TEST(found.size() == seen.size());
  BOOST_TEST((seen == expected));
  BOOST_TEST(std::is_sorted(found.begin(), found.end()));
  for (const int threads : {2, 7}) {
    const auto same = dim::similar_pairs(Cpu{threads}, set.features(), 0.95);
    BOOST_TEST_REQUIRE(same.size() == found.size());
    for (std::size_t i = 0; i < found.size(); ++i)
      BOOST_TEST((same[i].first == found[i].first && same[i].second == found[i].second &&
                  same[i].similarity == found[i].similarity));
  }
}

BOOST_AUTO_TEST_CASE(chains_of_pairs_are_groups) {
  // Angles in degrees: 0, 10 and 20 are a chain, 90 and 93 a closer pair, and 200 is alone, as is a row of zeros.
  std::vector<double> rows;
  for (const double angle : {0.0, 90.0, 10.0, 200.0, 20.0, 93.0}) {
    rows.push_back(2 * std::cos(angle * 3.14159265358979 / 180));
    rows.push_back(2 * std::sin(angle * 3.14159265358979 / 180));
  }
  rows.insert(rows.end(), {0, 0});
  const auto pairs = dim::similar_pairs(Cpu{1}, Features<double>{rows.data(), 7, 2}, 0.98);
  BOOST_TEST_REQUIRE(pairs.size() == 3U);
  const auto groups = dim::similar_groups(pairs, 7);
  BOOST_TEST_REQUIRE(groups.size() == 2U);
  BOOST_TEST((groups[0].members == std::vector<long>{1, 5}));
  BOOST_TEST(groups[0].similarity == std::cos(3 * 3.14159265358979 / 180),
             boost::test_tools::tolerance(1e-12));
  BOOST_TEST((groups[1].members == std::vector<long>{0, 2, 4}));
  BOOST_TEST(groups[1].similarity == std::cos(10 * 3.14159265358979 / 180),
             boost::test_tools::tolerance(1e-12));
  BOOST_TEST(dim::similar_groups(dim::similar_pairs(Cpu{1}, Features<double>{rows.data(), 7, 2}, 0.9999), 7)
                 .empty());
}

BOOST_AUTO_TEST_CASE(bad_input_is_refused) {
  const std::vector<float> same(40, 1);
  const Features<float> all{same.data(), 20, 2};
  BOOST_TEST(dim::similar_pairs(Cpu{2}, all, 0.9, 190).size() == 190U);
  BOOST_CHECK_EXCEPTION(dim::similar_pairs(Cpu{2}, all, 0.9, 189), dim::Error,
                        says({"more than 189 pairs", "above 0.9", "a higher one"}));
  BOOST_CHECK_EXCEPTION(dim::similar_pairs(Cpu{2}, Features<float>{}, 0.9), dim::Error,
                        says({"no given features"}));
}

BOOST_AUTO_TEST_SUITE_END()
