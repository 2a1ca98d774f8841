// Rounding to bfloat16 and sums of products of such values, lane by lane.
#include "dim/cpu/bfloat16.hpp"

#include <bit>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "brain.hpp"
#include "exact.hpp"

BOOST_AUTO_TEST_SUITE(bfloat16)

using namespace tests::exact;
using dim::cpu::BfloatPair;
using dim::cpu::Vector;

constexpr long lanes = Vector<float>::lanes;

float rounded(float x) {
  BfloatPair pairs[lanes];
  dim::cpu::bfloat_pairs(Vector<float>::all(x), Vector<float>::all(x)).store(pairs);
  BOOST_TEST((pairs[0] & 0xffffU) == pairs[0] >> 16);
  return first_of(pairs[0]);
}

BOOST_AUTO_TEST_CASE(to_nearest_and_ties_to_even) {
  BOOST_TEST(rounded(1.0F) == 1.0F);
  BOOST_TEST(rounded(1.0F + 0x1p-8F) == 1.0F);                 // a tie, down to even
  BOOST_TEST(rounded(1.0F + 0x3p-8F) == 1.0F + 0x1p-6F);       // a tie, up to even
  BOOST_TEST(rounded(1.0F + 0x1.0002p-8F) == 1.0F + 0x1p-7F);  // just above a tie
  BOOST_TEST(rounded(-1.0F - 0x3p-8F) == -1.0F - 0x1p-6F);
  BOOST_TEST(std::signbit(rounded(-0.0F)));
  BOOST_TEST(rounded(std::numeric_limits<float>::max()) == std::numeric_limits<float>::infinity());
  BOOST_TEST(rounded(-std::numeric_limits<float>::infinity()) == -std::numeric_limits<float>::infinity());
  BOOST_TEST(std::isnan(rounded(std::numeric_limits<float>::quiet_NaN())));
  BOOST_TEST(std::isnan(rounded(std::bit_cast<float>(0x7f800001U))));  // whose upper half would be infinity
  BOOST_TEST(std::isnan(rounded(std::bit_cast<float>(0xffffffffU))));
}

BOOST_AUTO_TEST_CASE(many_numbers_are_as_near_as_can_be) {
  RandomNumbers random;
  for (int i = 0; i < 10000; ++i) {
    const float x = std::ldexp(random.number<float>(false), int(random.between(-30, 30)));
    BOOST_TEST(rounded(x) == brain(x), x);
    BOOST_TEST(std::abs(rounded(x) - x) <= std::abs(x) * 0x1p-8F, x);
  }
}

BOOST_AUTO_TEST_CASE(pairs_along_a_line) {
  RandomNumbers random;
  const auto line = random.numbers<float>(2 * lanes, false);
  constexpr int count = int(dim::cpu::register_bytes / sizeof(float));
  BfloatPair pairs[count];
  const dim::cpu::PairRegister result = dim::cpu::bfloat_pairs_along(line.data());
  std::memcpy(pairs, &result, sizeof pairs);
  for (int i = 0; i < count; ++i) {
    BOOST_TEST(first_of(pairs[i]) == brain(line[std::size_t(2 * i)]));
    BOOST_TEST(second_of(pairs[i]) == brain(line[std::size_t(2 * i + 1)]));
  }
}

BOOST_AUTO_TEST_CASE(the_second_products_are_added_first) {
  RandomNumbers random;
  for (int round = 0; round < 1000; ++round) {
    std::vector<float> in[5];
    for (auto& numbers : in) numbers = random.numbers<float>(lanes, false);
    const auto pairs = [&](int i) {
      return dim::cpu::bfloat_pairs(Vector<float>::load(in[i].data()), Vector<float>::load(in[i + 1].data()));
    };
    float sums[lanes];
    fused(pairs(0), pairs(2), Vector<float>::load(in[4].data())).store(sums);
    for (std::size_t i = 0; i < std::size_t(lanes); ++i) {
      const float inner = multiply_add(brain(in[1][i]), brain(in[3][i]), in[4][i]);
      BOOST_TEST(sums[i] == multiply_add(brain(in[0][i]), brain(in[2][i]), inner));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
