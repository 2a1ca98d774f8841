#include "dim/evaluate/correlation.hpp"

#include <boost/test/unit_test.hpp>

#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(correlation)

using namespace tests;
using dim::Cpu, dim::Features, dim::Scaler;

template <class T>
std::vector<double> matrix_of(const Features<T>& features, int threads = 2) {
  return dim::correlation_matrix(Cpu{threads}, features, Scaler(Cpu{threads}, features));
}

/// Normally distributed values, each column containing a part of the one before it.
template <class T>
Set<T> chain(long count, long size) {
  Set<T> set = clouds<T>(count, size, 1, 0, 4);
  for (long i = 0; i < count; ++i)
    for (long j = 1; j < size; ++j)
      set.data[std::size_t(i * size + j)] += T(0.5) * set.data[std::size_t(i * size + j - 1)];
  return set;
}

BOOST_AUTO_TEST_CASE(of_two_columns_by_hand) {
  const std::vector<double> x = {1, 10, 2, 30, 3, 20};  // deviations from the mean: -1, 0, 1 and -10, 10, 0
  const std::vector<double> r = matrix_of(Features<double>{x.data(), 3, 2});
  BOOST_TEST(r[0] == 1);
  BOOST_TEST(r[3] == 1);
  BOOST_TEST(r[1] == 0.5, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(r[2] == r[1]);
}

// More rows than one block has, and columns that do not fill a vector.
BOOST_AUTO_TEST_CASE(naive_sums) {
  const long count = 9000, size = 5;
  const Set<float> set = chain<float>(count, size);
  const auto mean_product = [&](long j, long k) {
    double of_j = 0, of_k = 0, both = 0;
    for (long i = 0; i < count; ++i) {
      const double x = double(set.features()(i, j)), y = double(set.features()(i, k));
      of_j += x, of_k += y, both += x * y;
    }
    return (both - of_j * of_k / double(count)) / double(count);
  };
  const std::vector<double> r = matrix_of(set.features());
  for (long j = 0; j < size; ++j)
    for (long k = 0; k < size; ++k) {
      const double expected = mean_product(j, k) / std::sqrt(mean_product(j, j) * mean_product(k, k));
      BOOST_TEST(std::abs(r[std::size_t(j * size + k)] - expected) < 1e-12);
      BOOST_TEST(r[std::size_t(j * size + k)] == r[std::size_t(k * size + j)]);
    }
}

BOOST_AUTO_TEST_CASE(a_constant_column_has_none) {
  Set<double> set = chain<double>(50, 3);
  for (std::size_t i = 0; i < 50; ++i) set.data[3 * i + 1] = 0.1;
  const std::vector<double> r = matrix_of(set.features());
  for (const std::size_t at : {1U, 3U, 4U, 5U, 7U}) BOOST_TEST(r[at] == 0);
  BOOST_TEST((r[0] == 1 && r[8] == 1));
  const Scaler scaler(Cpu{1}, set.features());
  BOOST_TEST((!scaler.is_constant(0) && scaler.is_constant(1) && !scaler.is_constant(2)));
}

BOOST_AUTO_TEST_CASE(threads_change_no_bit) {
  const Set<float> set = chain<float>(9000, 130);
  const std::vector<double> one = matrix_of(set.features(), 1);
  for (const int threads : {2, 7}) BOOST_TEST((matrix_of(set.features(), threads) == one));
}

BOOST_AUTO_TEST_SUITE_END()
