#include <boost/test/unit_test.hpp>
#include <dim/core/extent.hpp>

BOOST_AUTO_TEST_SUITE(extent)

using dim::Extent;

BOOST_AUTO_TEST_CASE(rounding) {
  BOOST_TEST(dim::aligned(0) == 0);
  BOOST_TEST(dim::aligned(1) == 64);
  BOOST_TEST(dim::aligned(64) == 64);
  BOOST_TEST(dim::aligned(65) == 128);
  BOOST_TEST((Extent{1, 64, 65}.rounded() == Extent{64, 64, 128}));
}

BOOST_AUTO_TEST_CASE(bytes) {
  const Extent extent{.fixed = 64, .per_sample = 128, .per_thread = 192};
  BOOST_TEST(extent.at({.samples = 0, .threads = 1}) == 64 + 192);
  BOOST_TEST(extent.at({.samples = 5, .threads = 3}) == 64 + 5 * 128 + 3 * 192);
  BOOST_TEST((Extent{.per_sample = 1L << 40}.at({.samples = 1 << 20}) == 1L << 60));
}

BOOST_AUTO_TEST_CASE(sums) {
  const Extent a{1, 20, 3}, b{10, 2, 30};
  BOOST_TEST((a + b == Extent{11, 22, 33}));
  BOOST_TEST((larger(a, b) == Extent{10, 20, 30}));
}

BOOST_AUTO_TEST_SUITE_END()
