// With numpy 2: s = numpy.linalg.svd(x, compute_uv=False), p = s / s.sum() + 1e-7, exp(-(p * log(p)).sum()).
#include "dim/evaluate/rank_me.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>

#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(rank_me)

using namespace tests;
using dim::Cpu, dim::Features;

const std::vector<double> x = {-1, 0,  5,  9,  -9, -7, 6, 9,  -5, -4, 7,  -1, -4, 6,  -5, -2,
                               3,  1,  -8, -9, 7,  5,  6, 1,  6,  -3, -1, 5,  -7, -4, -7, -1,
                               9,  -7, -2, -2, 8,  -6, 0, -5, -9, 5,  -8, -4, 0,  0,  -7, 9};

BOOST_AUTO_TEST_CASE(as_numpy_has_it) {
  const auto within = boost::test_tools::tolerance(1e-13);
  BOOST_TEST(dim::rank_me(Cpu{2}, Features<double>{x.data(), 12, 4}) == 3.8960991117701105, within);
  BOOST_TEST(dim::rank_me(Cpu{2}, Features<double>{x.data(), 4, 12}) == 3.7813170580253828, within);
  const std::vector<float> floats(x.begin(), x.end());
  BOOST_TEST(dim::rank_me(Cpu{1}, Features<float>{floats.data(), 12, 4}) == 3.8960991117701105, within);
  // One column.
  BOOST_TEST(dim::rank_me(Cpu{1}, Features<double>(dim::MatrixView<double>{x.data(), 12, 1, 4})) ==
                 0.9999998999999999,
             within);

  const std::vector<double> tall = {24.23796417877421, 22.961805490668276, 15.20197357083682,
                                    14.531915931106719},
                            wide = {26.01951258208897, 22.473138880787893, 16.60546072638607,
                                    9.960003408623066},
                            found = dim::singular_values(Cpu{1}, Features<double>{x.data(), 12, 4}),
                            across = dim::singular_values(Cpu{1}, Features<double>{x.data(), 4, 12});
  BOOST_TEST_REQUIRE(found.size() == 4U);
  BOOST_TEST_REQUIRE(across.size() == 4U);
  for (std::size_t k = 0; k < 4; ++k) {
    BOOST_TEST(found[k] == tall[k], within);
    BOOST_TEST(across[k] == wide[k], within);
  }
}

BOOST_AUTO_TEST_CASE(dimensions_are_counted) {
  std::vector<double> equal;  // each of five axes four times
  for (int i = 0; i < 20; ++i)
    for (int j = 0; j < 5; ++j) equal.push_back(i % 5 == j ? 3.0 : 0);
  BOOST_TEST(dim::rank_me(Cpu{1}, Features<double>{equal.data(), 20, 5}) == 5.000001523594388,
             boost::test_tools::tolerance(1e-13));
  std::vector<double> collapsed;  // (1, 2, 3, -4, 5) x (1, -1, 2)
  for (const double a : {1, 2, 3, -4, 5})
    for (const double b : {1, -1, 2}) collapsed.push_back(a * b);
  BOOST_TEST(dim::rank_me(Cpu{1}, Features<double>{collapsed.data(), 5, 3}) == 1.000003123624004,
             boost::test_tools::tolerance(1e-13));
  const std::vector<float> zeros(12, 0);
  BOOST_TEST(dim::rank_me(Cpu{1}, Features<float>{zeros.data(), 4, 3}) == 0);
  // Nor does scale matter, even if no square is a number.
  for (const double scale : {1e-300, 1e200}) {
    std::vector<double> scaled = x;
    for (double& number : scaled) number *= scale;
    BOOST_TEST(dim::rank_me(Cpu{1}, Features<double>{scaled.data(), 12, 4}) == 3.8960991117701105,
               boost::test_tools::tolerance(1e-12));
  }
}

// 3,000 rows are more than one block, and 300 columns more than one strip.
BOOST_AUTO_TEST_CASE(threads_change_no_bit) {
  Set<float> set = clouds<float>(3000, 300, 1, 0, 6);
  for (std::size_t i = 1; i < set.data.size(); ++i) set.data[i] += 0.5F * set.data[i - 1];
  const double one = dim::rank_me(Cpu{1}, set.features());
  BOOST_TEST(one > 250);
  BOOST_TEST(one < 300);
  for (const int threads : {2, 7}) BOOST_TEST(dim::rank_me(Cpu{threads}, set.features()) == one);
}

BOOST_AUTO_TEST_CASE(bad_input_is_refused) {
  BOOST_CHECK_EXCEPTION(dim::rank_me(Cpu{1}, Features<float>{}), dim::Error, says({"no given features"}));
  const std::vector<float> bad = {1, 2, std::numeric_limits<float>::quiet_NaN(), 4};
  BOOST_CHECK_EXCEPTION(dim::rank_me(Cpu{1}, Features<float>{bad.data(), 2, 2}), dim::Error,
                        says({"row 1, column 0 of the given features is nan"}));
}

BOOST_AUTO_TEST_SUITE_END()
