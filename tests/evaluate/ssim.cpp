// The reference vectors of tests/golden/ssim.cpp hold the values; here is what they don't show.
#include "dim/evaluate/ssim.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "dim/core/random.hpp"
#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(ssim)

using dim::Cpu, dim::Pictures;

std::vector<float> noise(long count, std::uint64_t seed) {
  std::vector<float> result;
  for (long i = 0; i < count; ++i) result.push_back(dim::Random{seed}.uniform(std::uint64_t(i)) * 2 - 1);
  return result;
}

BOOST_AUTO_TEST_CASE(a_picture_is_itself_and_its_negative_is_not) {
  std::vector<float> a = noise(2 * 32 * 32 * 3, 1), negative;
  for (const float x : a) negative.push_back(-x);
  const Pictures<const float> pictures{a.data(), 2, 32, 32, 3, 0},
      negatives{negative.data(), 2, 32, 32, 3, 0};
  BOOST_TEST(dim::ssim(Cpu{1}, pictures, pictures) == 1, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(dim::ms_ssim(Cpu{1}, pictures, pictures, 2) == 1, boost::test_tools::tolerance(1e-12));
  const std::vector<float> b = noise(2 * 32 * 32 * 3, 5);
  BOOST_TEST(std::abs(dim::ssim(Cpu{1}, pictures, Pictures<const float>{b.data(), 2, 32, 32, 3, 0})) < 0.05);
  BOOST_TEST(dim::ms_ssim(Cpu{1}, pictures, negatives, 2) == 0);
}

BOOST_AUTO_TEST_CASE(a_border_and_threads_change_no_bit) {
  const std::vector<float> a = noise(3 * 14 * 18 * 2, 2), b = noise(3 * 14 * 18 * 2, 3);
  const Pictures<const float> x{a.data(), 3, 12, 16, 2, 1}, y{b.data(), 3, 12, 16, 2, 1};
  std::vector<float> dense;
  for (long n = 0; n < 3; ++n)
    for (long i = 0; i < 12; ++i) dense.insert(dense.end(), x.at(n, i, 0), x.at(n, i, 16));
  const double expected = dim::ssim(Cpu{1}, Pictures<const float>{dense.data(), 3, 12, 16, 2, 0}, y);
  for (const int threads : {1, 2, 5}) BOOST_TEST(dim::ssim(Cpu{threads}, x, y) == expected);
}

// Of two constants a and b: (2 a b + c1) / (a^2 + b^2 + c1), c1 = (0.01 range)^2.
BOOST_AUTO_TEST_CASE(the_range_is_that_of_pictures_about_0) {
  const std::vector<float> a(12 * 12, 0.01F), b(12 * 12, 0.03F);
  const Pictures<const float> x{a.data(), 1, 12, 12, 1, 0}, y{b.data(), 1, 12, 12, 1, 0};
  const auto near = boost::test_tools::tolerance(1e-6);
  BOOST_TEST(dim::ssim(Cpu{1}, x, y) == (2 * 3e-4 + 4e-4) / (1e-3 + 4e-4), near);
  BOOST_TEST(dim::ssim(Cpu{1}, x, y, {.range = 1}) == (2 * 3e-4 + 1e-4) / (1e-3 + 1e-4), near);
}

BOOST_AUTO_TEST_CASE(scales_that_fit) {
  BOOST_TEST(dim::ms_ssim_scales(10, 100) == 0);
  BOOST_TEST(dim::ms_ssim_scales(4, 4, {.padding = 6}) == 3);  // 4, 2 and 1 pixels
  BOOST_TEST(dim::ms_ssim_scales(0, 4, {.padding = 6}) == 0);
  BOOST_TEST(dim::ms_ssim_scales(28, 28) == 2);
  BOOST_TEST(dim::ms_ssim_scales(32, 32) == 2);
  BOOST_TEST(dim::ms_ssim_scales(64, 64) == 3);
  BOOST_TEST(dim::ms_ssim_scales(175, 176) == 4);
  BOOST_TEST(dim::ms_ssim_scales(500, 176) == 5);
}

BOOST_AUTO_TEST_CASE(bad_input_is_refused) {
  const std::vector<float> a = noise(2 * 32 * 32, 4);
  const Pictures<const float> one{a.data(), 1, 32, 32, 1, 0}, two{a.data(), 2, 32, 32, 1, 0};
  const auto measure = [&](auto x, auto y, int scales, dim::SsimOptions options = {}) {
    dim::ms_ssim(Cpu{1}, x, y, scales, options);
  };
  BOOST_CHECK_EXCEPTION(measure(one, two, 1), dim::Error,
                        tests::says({"1 pictures of 1x32x32", "2 of 1x32x32"}));
  BOOST_CHECK_EXCEPTION(measure(one, one, 3), dim::Error, tests::says({"3 scales", "2 fit"}));
  BOOST_CHECK_EXCEPTION(measure(one, one, 0), dim::Error, tests::says({"0 scales"}));
  BOOST_CHECK_EXCEPTION(measure(one, one, 1, {.window = 10}), dim::Error, tests::says({"window of 10"}));
  BOOST_CHECK_EXCEPTION(measure(one, one, 1, {.sigma = 0}), dim::Error, tests::says({"sigma 0"}));
  for (const double odd : {0.0, -1.0, 1e-170, std::numeric_limits<double>::infinity(), std::nan("")}) {
    BOOST_CHECK_EXCEPTION(measure(one, one, 1, {.sigma = odd}), dim::Error, tests::says({"sigma and range"}));
    BOOST_CHECK_EXCEPTION(measure(one, one, 1, {.range = odd}), dim::Error, tests::says({"sigma and range"}));
  }
  const Pictures<const float> colourless{a.data(), 1, 32, 32, 0, 0};
  BOOST_CHECK_EXCEPTION(measure(colourless, colourless, 1), dim::Error, tests::says({"0x32x32"}));
  BOOST_CHECK_EXCEPTION(measure(one, one, 1, {.padding = -1}), dim::Error,
                        tests::says({"a padding from 0 to 2^20"}));
}

BOOST_AUTO_TEST_SUITE_END()
