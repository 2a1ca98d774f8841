#include <boost/test/unit_test.hpp>
#include <dim/cpu/clip.hpp>
#include <vector>

#include "../gradient.hpp"

BOOST_AUTO_TEST_SUITE(clip)

using namespace dim;
using namespace dim::cpu;

/// The values that `clip_norm` leaves, followed by the norm that it writes.
template <class T>
std::vector<T> clipped(std::vector<T> numbers, double most, int threads = 1) {
  const long count = std::ssize(numbers);
  std::vector<double> scratch(std::size_t(clip_scratch(Cpu{threads}, count)));
  double norm = -1;
  clip_norm(Cpu{threads}, numbers.data(), count, most, scratch.data(), &norm);
  numbers.push_back(T(norm));
  return numbers;
}

BOOST_AUTO_TEST_CASE(as_it_is_written) {
  BOOST_TEST((clipped<double>({3, 4}, 10) == std::vector<double>{3, 4, 5}));
  BOOST_TEST(
      (clipped<double>({3, 4}, 5) == std::vector<double>{3 * (5 / (5 + 1e-6)), 4 * (5 / (5 + 1e-6)), 5}));
  BOOST_TEST((clipped<double>({3, 4}, 0.5) ==
              std::vector<double>{3 * (0.5 / (5 + 1e-6)), 4 * (0.5 / (5 + 1e-6)), 5}));
  BOOST_TEST((clipped<double>({0, 0}, 1) == std::vector<double>{0, 0, 0}));
  BOOST_TEST((clipped<float>({}, 1) == std::vector<float>{0}));
  // Squares are computed in double: those of floats never overflow.
  BOOST_TEST((clipped<float>({3e30F, 4e30F}, 1e31) == std::vector<float>{3e30F, 4e30F, 5e30F}));
}

BOOST_AUTO_TEST_CASE(numbers_that_are_not_finite_stay) {
  const auto got = clipped<float>({1, std::nanf(""), 2}, 0.5);
  BOOST_TEST(got[0] == 1);
  BOOST_TEST(std::isnan(got[1]));
  BOOST_TEST(std::isnan(got[3]));
}

BOOST_AUTO_TEST_CASE(a_sum_of_all_and_the_same_for_any_number_of_threads) {
  for (const long count : {1L, 7L, 9L, clip_piece - 1, clip_piece, 3 * clip_piece + 77}) {
    std::vector<float> numbers(static_cast<std::size_t>(count));
    double sum = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      numbers[i] = float(tests::uniform(8, 1, long(i)));
      sum += double(numbers[i]) * double(numbers[i]);
    }
    const auto expected = clipped(numbers, 0.1);
    BOOST_TEST(std::abs(double(expected.back()) - std::sqrt(sum)) < 1e-6 * std::sqrt(sum));
    double left = 0;
    for (long i = 0; i < count; ++i) left += std::pow(double(expected[std::size_t(i)]), 2);
    BOOST_TEST(std::abs(std::sqrt(left) - (std::min)(0.1, std::sqrt(sum))) < 1e-5);
    for (const int threads : {2, 5}) BOOST_TEST((clipped(numbers, 0.1, threads) == expected));
  }
}

BOOST_AUTO_TEST_SUITE_END()
