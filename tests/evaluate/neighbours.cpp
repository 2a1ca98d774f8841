// Against a naive double loop.
#include "dim/evaluate/neighbours.hpp"

#include <boost/test/unit_test.hpp>

#include "dim/core/random.hpp"
#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(neighbours)

using namespace dim;

std::vector<float> vectors(long count, long size, std::uint64_t seed) {
  const Random random{seed};
  std::vector<float> x;
  for (long i = 0; i < count * size; ++i) x.push_back(float(random.normal(std::uint64_t(i))));
  return x;
}

BOOST_AUTO_TEST_CASE(the_nearest_first) {
  constexpr long count = 700, queries = 33, size = 12, k = 5;
  const std::vector<float> x = vectors(count, size, 1), q = vectors(queries, size, 2);
  const NeighbourSearch<float> search(Cpu{1}, {x.data(), count, size, nullptr});
  const auto found = search.nearest(Cpu{1}, {q.data(), queries, size, nullptr}, k);
  BOOST_REQUIRE(found.size() == std::size_t(queries * k));
  const auto cosine = [&](const float* a, const float* b) {
    double product = 0, aa = 0, bb = 0;
    for (long j = 0; j < size; ++j)
      product += double(a[j]) * b[j], aa += double(a[j]) * a[j], bb += double(b[j]) * b[j];
    return product / std::sqrt(aa * bb);
  };
  for (long i = 0; i < queries; ++i) {
    std::vector<std::pair<double, long>> all;
    for (long j = 0; j < count; ++j)
      all.push_back({-cosine(&q[std::size_t(i * size)], &x[std::size_t(j * size)]), j});
    std::sort(all.begin(), all.end());
    for (long n = 0; n < k; ++n) {
      BOOST_TEST(found[std::size_t(i * k + n)].index == all[std::size_t(n)].second);
      BOOST_TEST(std::abs(found[std::size_t(i * k + n)].similarity + all[std::size_t(n)].first) < 1e-5);
    }
  }
  const auto more = search.nearest(Cpu{5}, {q.data(), queries, size, nullptr}, k);
  for (std::size_t i = 0; i < found.size(); ++i) {
    BOOST_TEST(more[i].index == found[i].index);
    BOOST_TEST(more[i].similarity == found[i].similarity);
  }
}

BOOST_AUTO_TEST_CASE(each_is_its_own_nearest) {
  const std::vector<float> x = vectors(50, 8, 3);
  const Features<float> features{x.data(), 50, 8, nullptr};
  const auto found = NeighbourSearch<float>(Cpu{2}, features).nearest(Cpu{2}, features, 1);
  for (std::size_t i = 0; i < 50; ++i) {
    BOOST_TEST(found[i].index == long(i));
    BOOST_TEST(std::abs(found[i].similarity - 1) < 1e-6F);
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_searched_is_refused) {
  const std::vector<float> x = vectors(4, 3, 4);
  const Features<float> features{x.data(), 4, 3, nullptr};
  const NeighbourSearch<float> search(Cpu{1}, features);
  BOOST_CHECK_EXCEPTION(search.nearest(Cpu{1}, features, 5), Error,
                        tests::says({"k = 5", "among 4", "choose k from 1"}));
  BOOST_CHECK_THROW(search.nearest(Cpu{1}, features, 0), Error);
  BOOST_CHECK_THROW(search.nearest(Cpu{1}, {x.data(), 2, 6, nullptr}, 1), Error);
}

BOOST_AUTO_TEST_SUITE_END()
