// The reference vectors of tests/golden/ssim.cpp hold the values; this is what they do not cover.
#include "dim/evaluate/ssim.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "dim/core/random.hpp"
#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(ssim)

using dim::Cpu, dim::Batch;

std::vector<float> noise(long count, std::uint64_t seed) {
  std::vector<float> result;
  for (long i = 0; i < count; ++i) result.push_back(dim::Random{seed}.uniform(std::uint64_t(i)) * 2 - 1);
  return result;
}

BOOST_AUTO_TEST_CASE(a_image_is_itself_and_its_negative_is_not) {
  std::vector<float> a = noise(2 * 32 * 32 * 3, 1), negative;
  for (const float x : a) negative.push_back(-x);
  const Batch<const float> images{a.data(), 2, {3, 32, 32}, 0}, negatives{negative.data(), 2, {3, 32, 32}, 0};
  BOOST_TEST(dim::ssim(Cpu{1}, images, images) == 1, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(dim::ms_ssim(Cpu{1}, images, images, 2) == 1, boost::test_tools::tolerance(1e-12));
  const std::vector<float> b = noise(2 * 32 * 32 * 3, 5);
  BOOST_TEST(std::abs(dim::ssim(Cpu{1}, images, Batch<const float>{b.data(), 2, {3, 32, 32}, 0})) < 0.05);
  BOOST_TEST(dim::ms_ssim(Cpu{1}, images, negatives, 2) == 0);
}

// Also for bright images and their negatives: in luminance alone, a change of sign would not make them less similar.
BOOST_AUTO_TEST_CASE(images_about_0_are_measured_as_those_from_0_to_1) {
  std::vector<float> x, y, from_0_x, from_0_y;
  for (const float number : noise(2 * 32 * 32 * 3, 1)) {
    from_0_x.push_back(0.1F + 0.15F * (number + 1));  // in [0.1, 0.4]
    from_0_y.push_back(1 - from_0_x.back());
    x.push_back(2 * from_0_x.back() - 1);
    y.push_back(2 * from_0_y.back() - 1);
  }
  const auto of = [](const std::vector<float>& data) {
    return Batch<const float>{data.data(), 2, {3, 32, 32}, 0};
  };
  const auto near = boost::test_tools::tolerance(1e-6);
  const dim::SsimOptions from_0{.lowest = 0, .range = 1};
  const double alike = dim::ssim(Cpu{1}, of(x), of(x)), negatives = dim::ssim(Cpu{1}, of(x), of(y));
  BOOST_TEST(alike == 1, near);
  BOOST_TEST(negatives == dim::ssim(Cpu{1}, of(from_0_x), of(from_0_y), from_0), near);
  BOOST_TEST(negatives < -0.5);
  const std::vector<float> other = noise(2 * 32 * 32 * 3, 5);
  std::vector<float> blend, from_0_blend;  // of both, so that all factors matter
  for (std::size_t i = 0; i < x.size(); ++i) {
    blend.push_back(0.7F * x[i] + 0.3F * other[i]);
    from_0_blend.push_back((blend[i] + 1) / 2);
  }
  for (const int scales : {1, 2})
    BOOST_TEST(dim::ms_ssim(Cpu{1}, of(x), of(blend), scales) ==
                   dim::ms_ssim(Cpu{1}, of(from_0_x), of(from_0_blend), scales, from_0),
               near);
  const dim::SsimOptions padded{.padding = 5}, padded_from_0{.padding = 5, .lowest = 0, .range = 1};
  BOOST_TEST(dim::ssim(Cpu{1}, of(x), of(blend), padded) ==
                 dim::ssim(Cpu{1}, of(from_0_x), of(from_0_blend), padded_from_0),
             near);
}

BOOST_AUTO_TEST_CASE(a_border_and_threads_change_no_bit) {
  const std::vector<float> a = noise(3 * 14 * 18 * 2, 2), b = noise(3 * 14 * 18 * 2, 3);
  const Batch<const float> x{a.data(), 3, {2, 12, 16}, 1}, y{b.data(), 3, {2, 12, 16}, 1};
  std::vector<float> dense;
  for (long n = 0; n < 3; ++n)
    for (long i = 0; i < 12; ++i) dense.insert(dense.end(), x.at(n, i, 0), x.at(n, i, 16));
  const double expected = dim::ssim(Cpu{1}, Batch<const float>{dense.data(), 3, {2, 12, 16}, 0}, y);
  for (const int threads : {1, 2, 5}) BOOST_TEST(dim::ssim(Cpu{threads}, x, y) == expected);
}

// For two constants a and b above black: (2 a b + c1) / (a^2 + b^2 + c1), c1 = (0.01 range)^2.
BOOST_AUTO_TEST_CASE(the_range_is_that_of_images_about_0) {
  const double above = 1.0 / 128;  // exact, and 3 of it, at -1
  const std::vector<float> a(12 * 12, float(above) - 1), b(12 * 12, 3 * float(above) - 1);
  const Batch<const float> x{a.data(), 1, {1, 12, 12}, 0}, y{b.data(), 1, {1, 12, 12}, 0};
  const auto near = boost::test_tools::tolerance(1e-6);
  const auto expected = [&](double c1) { return (6 * above * above + c1) / (10 * above * above + c1); };
  BOOST_TEST(dim::ssim(Cpu{1}, x, y) == expected(4e-4), near);
  BOOST_TEST(dim::ssim(Cpu{1}, x, y, {.range = 1}) == expected(1e-4), near);
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
  const Batch<const float> one{a.data(), 1, {1, 32, 32}, 0}, two{a.data(), 2, {1, 32, 32}, 0};
  const auto measure = [&](auto x, auto y, int scales, dim::SsimOptions options = {}) {
    dim::ms_ssim(Cpu{1}, x, y, scales, options);
  };
  BOOST_CHECK_EXCEPTION(measure(one, two, 1), dim::Error,
                        tests::says({"1 images of 1x32x32", "2 of 1x32x32"}));
  BOOST_CHECK_EXCEPTION(measure(one, one, 3), dim::Error, tests::says({"3 scales", "2 fit"}));
  BOOST_CHECK_EXCEPTION(measure(one, one, 0), dim::Error, tests::says({"0 scales"}));
  BOOST_CHECK_EXCEPTION(measure(one, one, 1, {.window = 10}), dim::Error, tests::says({"window of 10"}));
  BOOST_CHECK_EXCEPTION(measure(one, one, 1, {.sigma = 0}), dim::Error, tests::says({"sigma 0"}));
  for (const double odd : {0.0, -1.0, 1e-170, std::numeric_limits<double>::infinity(), std::nan("")}) {
    BOOST_CHECK_EXCEPTION(measure(one, one, 1, {.sigma = odd}), dim::Error, tests::says({"sigma and range"}));
    BOOST_CHECK_EXCEPTION(measure(one, one, 1, {.range = odd}), dim::Error, tests::says({"sigma and range"}));
  }
  for (const double odd : {-1e7, std::numeric_limits<double>::infinity(), std::nan("")})
    BOOST_CHECK_EXCEPTION(measure(one, one, 1, {.lowest = odd}), dim::Error,
                          tests::says({"a lowest number"}));
  std::vector<float> broken = a;
  broken[32 * 32 + 500] = std::nanf("");
  for (const int scales : {1, 2})
    BOOST_CHECK_EXCEPTION(measure(two, Batch<const float>{broken.data(), 2, {1, 32, 32}, 0}, scales),
                          dim::Error, tests::says({"channel 0 of image 1", "nan"}));
  // Far out of the range, where variances would be those of rounding.
  std::vector<float> far = a;
  for (float& number : far) number += 3000;
  BOOST_CHECK_EXCEPTION(measure(two, Batch<const float>{far.data(), 2, {1, 32, 32}, 0}, 1), dim::Error,
                        tests::says({"channel 0 of image 0", "far out of range"}));
  BOOST_CHECK_EXCEPTION(measure(one, one, 1, {.padding = 2000}), dim::Error,
                        tests::says({"a padding from 0 to 1024"}));
  const Batch<const float> colourless{a.data(), 1, {0, 32, 32}, 0};
  BOOST_CHECK_EXCEPTION(measure(colourless, colourless, 1), dim::Error, tests::says({"0x32x32"}));
  BOOST_CHECK_EXCEPTION(measure(one, one, 1, {.padding = -1}), dim::Error,
                        tests::says({"a padding from 0 to 1024"}));
}

BOOST_AUTO_TEST_SUITE_END()
