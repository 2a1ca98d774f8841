#include "dim/evaluate/retrieval.hpp"

#include <boost/test/unit_test.hpp>

#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(retrieval)

using namespace tests;
using dim::Cpu, dim::Features;

// By numpy 2 the cosines (a / |a|) @ (b / |b|).T have their largest entries in columns 0, 2, 2 and 3.
BOOST_AUTO_TEST_CASE(rows_find_theirs) {
  const std::vector<float> a = {1, 0, 0, 1, -1, 0, 3, 3}, b = {9, 1, 1, 0.5F, -2, 3, 1, 1.5F};
  BOOST_TEST(dim::retrieval(Cpu{2}, Features<float>{a.data(), 4, 2}, {b.data(), 4, 2}) == 0.75);
}

BOOST_AUTO_TEST_CASE(its_ends) {
  const Set<float> set = clouds<float>(500, 6, 1, 0, 1);
  BOOST_TEST(dim::retrieval(Cpu{1}, set.features(), set.features()) == 1);
  const std::vector<float> same(1000, 1);  // collapsed
  BOOST_TEST(dim::retrieval(Cpu{1}, Features<float>{same.data(), 500, 2}, {same.data(), 500, 2}) ==
             1 / 500.0);
}

BOOST_AUTO_TEST_CASE(threads_change_nothing) {
  const Set<float> set = clouds<float>(700, 6, 1, 0, 1);
  Set<float> other = clouds<float>(700, 6, 1, 0, 2);
  for (std::size_t i = 0; i < other.data.size(); ++i) other.data[i] = set.data[i] + 0.3F * other.data[i];
  const double one = dim::retrieval(Cpu{1}, set.features(), other.features());
  BOOST_TEST(one > 0.1);
  BOOST_TEST(one < 0.9);
  BOOST_TEST(dim::retrieval(Cpu{5}, set.features(), other.features()) == one);
}

BOOST_AUTO_TEST_CASE(bad_input_is_refused) {
  const Set<float> set = clouds<float>(20, 6, 1, 0, 1);
  BOOST_CHECK_EXCEPTION(dim::retrieval(Cpu{1}, set.features(), set.features().part(0, 19)), dim::Error,
                        says({"20 first", "19 second", "two views"}));
  BOOST_CHECK_EXCEPTION(dim::retrieval(Cpu{1}, Features<float>{}, set.features()), dim::Error,
                        says({"no first features"}));
}

BOOST_AUTO_TEST_SUITE_END()
