#include "dim/core/random.hpp"

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>
#include <vector>

using namespace dim;

namespace tests {              // random alone is a function of the C library
BOOST_AUTO_TEST_SUITE(random)  // random is a function of the C library

using Words = std::array<std::uint32_t, 4>;

// The known answers of Random123 (kat_vectors, philox4x32 10).
static_assert(philox({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
static_assert(philox({~0U, ~0U, ~0U, ~0U}, {~0U, ~0U}) ==
              Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
static_assert(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
              Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});

BOOST_AUTO_TEST_CASE(counter_and_key) {
  const Random random{0x299f31d0a4093822, Purpose::user, 0x734413198a2e};
  const Words expected = philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x00077344}, {0xa4093822, 0x299f31d0});
  BOOST_TEST(random.block(0x85a308d3243f6a88) == expected);
  const Random zero{0, Purpose::weights, 0};
  BOOST_TEST(zero.word(0) == 0x6627e8d5U);
  BOOST_TEST(zero.word(3) == 0x9b00dbd8U);
  BOOST_TEST(zero.word(4) == zero.block(1)[0]);
  BOOST_TEST(zero.uniform(0) == float(0x6627e8) / 0x1p24F);
}

// Philox is one-to-one in the counter, so blocks of one seed differ exactly where counters do.
BOOST_AUTO_TEST_CASE(purposes_steps_and_indices_do_not_collide) {
  std::set<Words> seen;
  std::size_t count = 0;
  for (std::uint32_t purpose = 0; purpose <= std::uint32_t(Purpose::user); ++purpose)
    for (std::uint64_t step :
         {0ULL, 1ULL, 7ULL, 1ULL << 31, 1ULL << 32, 1ULL << 33, 1ULL << 47, (1ULL << 48) - 1})
      for (std::uint64_t index : {0ULL, 1ULL, 2ULL, 1ULL << 31, 1ULL << 32, 1ULL << 61, ~0ULL}) {
        seen.insert(Random{5, Purpose(purpose), step}.block(index));
        ++count;
      }
  BOOST_TEST(seen.size() == count);
  BOOST_TEST(Random{1}.block(0) != Random{2}.block(0));
  BOOST_TEST(Random{1}.block(0) != Random{1ULL << 32}.block(0));
}

// Largest distance between the sample's distribution and `cumulative`, times sqrt(n): above 1.95 once in 1000
// (Kolmogorov).
template <class Cumulative>
double kolmogorov(std::vector<double> numbers, const Cumulative& cumulative) {
  std::sort(numbers.begin(), numbers.end());
  const double n = double(numbers.size());
  double distance = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const double p = cumulative(numbers[i]);
    distance = std::max({distance, p - double(i) / n, double(i + 1) / n - p});
  }
  return distance * std::sqrt(n);
}

double mean_power(const std::vector<double>& numbers, int power) {
  double sum = 0;
  for (double x : numbers) sum += std::pow(x, power);
  return sum / double(numbers.size());
}

double lagged_product(const std::vector<double>& numbers, std::size_t lag) {
  double sum = 0;
  for (std::size_t i = lag; i < numbers.size(); ++i) sum += numbers[i] * numbers[i - lag];
  return sum / double(numbers.size() - lag);
}

BOOST_AUTO_TEST_CASE(uniform_numbers) {
  for (std::uint64_t seed : {0U, 1U, 2U}) {
    std::vector<double> numbers(100000);
    const Random random{seed, Purpose::prior, 3};
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = random.uniform(i);
    BOOST_TEST((*std::min_element(numbers.begin(), numbers.end()) >= 0));
    BOOST_TEST((*std::max_element(numbers.begin(), numbers.end()) < 1));
    BOOST_TEST(kolmogorov(numbers, [](double x) { return x; }) < 1.95);
    BOOST_TEST(std::abs(mean_power(numbers, 1) - 1.0 / 2) < 4e-3);
    BOOST_TEST(std::abs(mean_power(numbers, 2) - 1.0 / 3) < 4e-3);
    for (std::size_t lag : {1U, 2U, 3U, 4U}) BOOST_TEST(std::abs(lagged_product(numbers, lag) - 0.25) < 5e-3);
  }
}

BOOST_AUTO_TEST_CASE(normal_numbers) {
  for (std::uint64_t seed : {0U, 1U, 2U}) {
    std::vector<double> numbers(100000);
    const Random random{seed, Purpose::weights, 3};
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = random.normal(i);
    BOOST_TEST(kolmogorov(numbers, [](double x) { return std::erfc(-x / std::sqrt(2)) / 2; }) < 1.95);
    BOOST_TEST(std::abs(mean_power(numbers, 1)) < 4 * std::sqrt(1e-5));
    BOOST_TEST(std::abs(mean_power(numbers, 2) - 1) < 4 * std::sqrt(2e-5));
    BOOST_TEST(std::abs(mean_power(numbers, 3)) < 4 * std::sqrt(15e-5));
    BOOST_TEST(std::abs(mean_power(numbers, 4) - 3) < 4 * std::sqrt(96e-5));
    for (std::size_t lag : {1U, 2U, 3U, 4U})
      BOOST_TEST(std::abs(lagged_product(numbers, lag)) < 4 * std::sqrt(1e-5));
  }
}

BOOST_AUTO_TEST_CASE(normal_is_box_muller) {
  const Random random{3};
  for (std::uint64_t i = 0; i < 8; ++i) {
    const double u = (random.word(2 * i) + 0.5) / 0x1p32, v = random.word(2 * i + 1) / 0x1p32;
    BOOST_TEST(random.normal(i) == std::sqrt(-2 * std::log(u)) * std::cos(6.283185307179586 * v));
  }
}

BOOST_AUTO_TEST_CASE(integers_below_a_bound) {
  __extension__ using Wide = unsigned __int128;
  const Random random{9, Purpose::order, 1};
  for (std::uint64_t bound :
       {0ULL, 1ULL, 2ULL, 3ULL, 1000ULL, (1ULL << 32) - 1, 1ULL << 32, (1ULL << 32) + 1, 1ULL << 63, ~0ULL})
    for (std::uint64_t i = 0; i < 1000; ++i) {
      const Wide bits = Wide(random.word(2 * i)) << 32 | random.word(2 * i + 1);
      BOOST_REQUIRE_EQUAL(random.below(bound, i), std::uint64_t(bits * bound >> 64));
    }
  std::array<int, 10> counts{};
  for (std::uint64_t i = 0; i < 100000; ++i) ++counts[random.below(10, i)];
  double chi_squared = 0;
  for (int count : counts) chi_squared += (count - 1e4) * (count - 1e4) / 1e4;
  BOOST_TEST(chi_squared < 27.9);  // 9 degrees of freedom: above it once in 1000
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace tests
