#include "dim/evaluate/gaussian_total_correlation.hpp"

#include <bit>
#include <boost/test/unit_test.hpp>
#include <limits>

#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(gaussian_total_correlation)

using namespace tests;
using dim::Cpu, dim::Features;

template <class T>
double measured(const Set<T>& set, int threads = 2) {
  return dim::gaussian_total_correlation(Cpu{threads}, set.features());
}

/// `size` columns, each pair with correlation r.
double nats(long size, double r) {
  return -(double(size - 1) * std::log(1 - r) + std::log(1 + double(size - 1) * r)) / 2;
}

/// 64 rows whose columns have correlation r exactly: sums of rows of Hadamard's matrix, which are orthogonal.
Set<double> exact(long size, double r) {
  Set<double> set{{}, std::vector<int>(64), size};
  const auto sign = [](long i, long j) {
    return std::popcount(static_cast<unsigned long>(i & j)) % 2 == 0 ? 1.0 : -1.0;
  };
  for (long i = 0; i < 64; ++i)
    for (long j = 0; j < size; ++j)
      set.data.push_back(std::sqrt(r) * sign(i, 1) + std::sqrt(1 - r) * sign(i, j + 2));
  return set;
}

BOOST_AUTO_TEST_CASE(columns_correlated_alike) {
  for (const double r : {0.0, 0.25, 0.9})
    for (const long size : {1L, 2L, 7L, 60L})
      BOOST_TEST(std::abs(measured(exact(size, r)) - nats(size, r)) < 1e-11);
}

// -0.5 * numpy.linalg.slogdet(numpy.corrcoef(x.T))[1], numpy 2.
BOOST_AUTO_TEST_CASE(as_numpy_has_it) {
  const std::vector<double> x = {-1, 0,  5,  9,  -9, -7, 6, 9,  -5, -4, 7,  -1, -4, 6,  -5, -2,
                                 3,  1,  -8, -9, 7,  5,  6, 1,  6,  -3, -1, 5,  -7, -4, -7, -1,
                                 9,  -7, -2, -2, 8,  -6, 0, -5, -9, 5,  -8, -4, 0,  0,  -7, 9};
  const std::vector<float> floats(x.begin(), x.end());
  const double expected = 0.18982127033130433;
  BOOST_TEST(dim::gaussian_total_correlation(Cpu{1}, Features<double>{x.data(), 12, 4}) == expected,
             boost::test_tools::tolerance(1e-13));
  BOOST_TEST(dim::gaussian_total_correlation(Cpu{1}, Features<float>{floats.data(), 12, 4}) == expected,
             boost::test_tools::tolerance(1e-13));
}

BOOST_AUTO_TEST_CASE(samples_of_normal_numbers) {
  Set<float> set = clouds<float>(20000, 6, 1, 0, 3);
  for (std::size_t i = 0; i < 20000; ++i) {
    const double common = dim::Random{3, dim::Purpose::user, 1}.normal(i);
    for (std::size_t j = 0; j < 6; ++j) {
      float& x = set.data[6 * i + j];
      x = float(std::sqrt(0.5) * common + std::sqrt(0.5) * double(x));
    }
  }
  BOOST_TEST(std::abs(measured(set) - nats(6, 0.5)) < 0.04);
}

// The squared correlation of each pair is 1 / N on average, of which half appears as nats.
BOOST_AUTO_TEST_CASE(few_samples_of_independent_numbers_tell_of_each_other) {
  BOOST_TEST(std::abs(measured(clouds<float>(2000, 20, 1, 0, 5)) - 20 * 19 / 8000.0) < 0.02);
}

BOOST_AUTO_TEST_CASE(neither_scale_nor_shift_matters) {
  Set<double> set = exact(7, 0.5);
  for (std::size_t i = 0; i < set.data.size(); ++i)
    set.data[i] = set.data[i] * std::pow(10.0, 20 * double(i % 7) - 60) + (i % 7 == 3 ? 5 : 0);
  BOOST_TEST(measured(set) == nats(7, 0.5), boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(threads_change_no_bit) {
  Set<float> set = clouds<float>(5000, 150, 1, 0, 6);
  for (std::size_t i = 1; i < set.data.size(); ++i) set.data[i] += 0.5F * set.data[i - 1];
  const double one = measured(set, 1);
  BOOST_TEST(one > 10);
  for (const int threads : {2, 7}) BOOST_TEST(measured(set, threads) == one);
}

BOOST_AUTO_TEST_CASE(bad_input_is_refused) {
  const Set<float> good = clouds<float>(20, 3, 1, 0, 7);
  const auto fails = [](const Set<float>& set, std::vector<std::string> parts) {
    BOOST_CHECK_EXCEPTION(measured(set), dim::Error, says(parts));
  };
  BOOST_CHECK_NO_THROW(measured(good));
  BOOST_CHECK_NO_THROW(measured(clouds<float>(4, 3, 1, 0, 7)));
  fails(clouds<float>(3, 3, 1, 0, 7), {"3 columns", "3 rows", "more rows than columns"});
  fails({{}, {}, 3}, {"no given features"});
  Set<float> bad = good;
  bad.data[7] = std::numeric_limits<float>::quiet_NaN();
  fails(bad, {"row 2", "column 1", "given"});
  bad = good;
  for (std::size_t i = 0; i < 20; ++i) bad.data[3 * i + 1] = 0.1F;
  fails(bad, {"column 1", "constant", "leave the column out"});
  for (std::size_t i = 0; i < 20; ++i) bad.data[3 * i + 1] = 2 * bad.data[3 * i] - 7;
  fails(bad, {"column 1", "linear combination", "infinite"});
  for (std::size_t i = 0; i < 20; ++i) bad.data[3 * i + 1] = bad.data[3 * i] + bad.data[3 * i + 2];
  fails(bad, {"column 2", "linear combination"});
}

BOOST_AUTO_TEST_SUITE_END()
