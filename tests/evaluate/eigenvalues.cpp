// Against numpy.linalg.eigvalsh, numpy 2, the rotations of principal components, and what is known.
#include "dim/evaluate/eigenvalues.hpp"

#include <boost/test/unit_test.hpp>
#include <functional>
#include <limits>

#include "dim/evaluate/principal_components.hpp"
#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(eigenvalues)

using namespace tests;
using dim::Cpu;

std::vector<double> of(std::vector<double> matrix, long size, int threads = 2) {
  return dim::eigenvalues(Cpu{threads}, matrix, size);
}
void agree(const std::vector<double>& found, const std::vector<double>& expected, double within) {
  BOOST_REQUIRE(found.size() == expected.size());
  for (std::size_t k = 0; k < found.size(); ++k) BOOST_TEST(std::abs(found[k] - expected[k]) < within);
}

BOOST_AUTO_TEST_CASE(as_numpy_has_them) {
  agree(of({2, 1, 0, 0, 1, 2, 1, 0, 0, 1, 2, 1, 0, 0, 1, 2}, 4),
        {3.6180339887498953, 2.618033988749895, 1.3819660112501053, 0.3819660112501049}, 1e-14);
  agree(of({4, -2, 1, 7, -2, 3, 5, 0, 1, 5, -6, 2, 7, 0, 2, 1}, 4),
        {10.07215236858513, 5.386675164643193, -4.8632066438610835, -8.59562088936724}, 1e-13);
}

BOOST_AUTO_TEST_CASE(simple_ones) {
  agree(of({-7}, 1), {-7}, 1e-14);
  agree(of({3, 0, 0, 0, -1, 0, 0, 0, 3}, 3), {3, 3, -1}, 1e-14);
  agree(of(std::vector<double>(9, 0), 3), {0, 0, 0}, 1e-300);
  agree(of(std::vector<double>(100, 0.5), 10), {5, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 1e-14);
  agree(of({0, 1e200, 1e200, 0}, 2), {1e200, -1e200}, 1e186);
  agree(of({2e-200, 1e-200, 1e-200, 2e-200}, 2), {3e-200, 1e-200}, 1e-214);
}

BOOST_AUTO_TEST_CASE(as_rotations_find_them) {
  for (const long size : {9L, 70L, 203L}) {
    const Set<double> x = clouds<double>(size, size, 1, 0, 8);
    std::vector<double> matrix;
    for (long i = 0; i < size; ++i)
      for (long j = 0; j < size; ++j)
        matrix.push_back(dim::cpu::dot(&x.data[std::size_t(i * size)], &x.data[std::size_t(j * size)], size));
    std::vector<double> rotated = matrix, lengths;
    dim::rotate_to_right_angles(rotated, size);
    for (long k = 0; k < size; ++k) {
      const double* const row = &rotated[std::size_t(k * size)];
      lengths.push_back(std::sqrt(dim::cpu::dot(row, row, size)));
    }
    std::sort(lengths.begin(), lengths.end(), std::greater<>());
    const std::vector<double> one = of(matrix, size, 1);
    agree(one, lengths, 1e-13 * lengths.front());
    for (const int threads : {2, 7}) BOOST_TEST((of(matrix, size, threads) == one));
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_finite_is_refused) {
  BOOST_CHECK_EXCEPTION(of({1, std::numeric_limits<double>::infinity(), 0, 1}, 2), dim::Error,
                        says({"an entry of inf", "scale it"}));
}

BOOST_AUTO_TEST_SUITE_END()
