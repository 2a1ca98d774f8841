#include "dim/data/augmentations/colour_jitter.hpp"

#include <limits>

#include "canvas.hpp"

BOOST_AUTO_TEST_SUITE(colour_jitter)

using namespace tests;
using dim::ColourJitter;

const dim::Shape shape{3, 6, 6};
/// Values far from 0 and 1, so that none is cut off.
const ImageValues image = ImageValues::of(shape, [](int y, int x, int c) { return mixed(y, x, c) / 4; });

/// Value i of an image in [0, 1].
double unit(const ImageValues& values, std::size_t i) {
  return (double(values.values[i]) + 1) / 2;
}
double luma_of(const ImageValues& values, std::size_t pixel) {
  return 0.299 * unit(values, 3 * pixel) + 0.587 * unit(values, 3 * pixel + 1) +
         0.114 * unit(values, 3 * pixel + 2);
}

/// Checks that every view is towards + f (x - towards) for one factor f in [0.5, 1.5], and that factors differ.
template <class Towards>
void check_blend(const ColourJitter& jitter, const Towards& towards) {
  double least = 2, most = 0;
  for (std::uint64_t epoch = 0; epoch < 100; ++epoch) {
    const ImageValues view = image.by(jitter, epoch);
    const double factor = (unit(view, 24) - towards(8)) / (unit(image, 24) - towards(8));
    for (std::size_t i = 0; i < view.values.size(); ++i)
      BOOST_TEST(std::abs(unit(view, i) - (towards(i / 3) + factor * (unit(image, i) - towards(i / 3)))) <
                 1e-5);
    least = std::min(least, factor);
    most = std::max(most, factor);
  }
  BOOST_TEST(least > 0.499);
  BOOST_TEST(least < 0.55);
  BOOST_TEST(most > 1.45);
  BOOST_TEST(most < 1.501);
}

BOOST_AUTO_TEST_CASE(brightness_is_the_distance_to_black) {
  check_blend({.brightness = 0.5F, .contrast = 0, .saturation = 0, .hue = 0, .chance = 1},
              [](std::size_t) { return 0; });
}
BOOST_AUTO_TEST_CASE(contrast_is_the_distance_to_the_mean_luma) {
  double mean = 0;
  for (std::size_t pixel = 0; pixel < 36; ++pixel) mean += luma_of(image, pixel) / 36;
  check_blend({.brightness = 0, .contrast = 0.5F, .saturation = 0, .hue = 0, .chance = 1},
              [mean](std::size_t) { return mean; });
}
BOOST_AUTO_TEST_CASE(saturation_is_the_distance_to_the_luma) {
  check_blend({.brightness = 0, .contrast = 0, .saturation = 0.5F, .hue = 0, .chance = 1},
              [](std::size_t pixel) { return luma_of(image, pixel); });
}

// Python's colorsys, rgb_to_hsv and hsv_to_rgb with the hue turned by that of the first pixel, which is red.
BOOST_AUTO_TEST_CASE(hues_turn) {
  const std::vector<float> colours{1,    0,    0,    0.25F, 0.5F,   0.75F, 0.75F, 0.25F,
                                   0.5F, 0.5F, 0.5F, 0.5F,  0.125F, 1,     0.5F};
  const auto hue_and_rest = [](double r, double g, double b) {
    const double most = std::max({r, g, b}), least = std::min({r, g, b}), range = most - least;
    const double hue = range == 0  ? 0
                       : most == r ? (g - b) / range
                       : most == g ? 2 + (b - r) / range
                                   : 4 + (r - g) / range;
    return std::array{(hue < 0 ? hue + 6 : hue) / 6, most, least};
  };
  ImageValues coloured{{3, 5, 1}, {}};
  for (const float value : colours) coloured.values.push_back(2 * value - 1);
  double least = 1, most = 0;
  for (std::uint64_t epoch = 0; epoch < 100; ++epoch) {
    const ImageValues view = coloured.by(
        ColourJitter{.brightness = 0, .contrast = 0, .saturation = 0, .hue = 0.25F, .chance = 1}, epoch);
    const double turn = hue_and_rest(unit(view, 0), unit(view, 1), unit(view, 2))[0];
    const double turned = turn > 0.5 ? turn - 1 : turn;
    least = std::min(least, turned);
    most = std::max(most, turned);
    for (std::size_t i = 0; i < colours.size(); i += 3) {
      const auto before = hue_and_rest(double(colours[i]), double(colours[i + 1]), double(colours[i + 2])),
                 after = hue_and_rest(unit(view, i), unit(view, i + 1), unit(view, i + 2));
      BOOST_TEST(std::abs(after[1] - before[1]) < 1e-5);
      BOOST_TEST(std::abs(after[2] - before[2]) < 1e-5);
      if (before[1] == before[2]) continue;  // gray has no hue
      const double off = after[0] - before[0] - turn;
      BOOST_TEST(std::abs(off - std::round(off)) < 1e-5);
    }
  }
  BOOST_TEST(least > -0.2501);
  BOOST_TEST(least < -0.23);
  BOOST_TEST(most < 0.2501);
  BOOST_TEST(most > 0.23);
}

BOOST_AUTO_TEST_CASE(values_stay_within_range_and_some_views_unchanged) {
  const ImageValues bright = ImageValues::of(shape, mixed);
  int unchanged = 0;
  for (std::uint64_t epoch = 0; epoch < 200; ++epoch) {
    const ImageValues view = bright.by(ColourJitter{.brightness = 0.8F, .contrast = 0.8F}, epoch);
    for (const float value : view.values) BOOST_TEST(std::abs(value) <= 1);
    unchanged += view.values == bright.values;
  }
  BOOST_TEST(unchanged > 15);
  BOOST_TEST(unchanged < 80);
}

BOOST_AUTO_TEST_CASE(gray_images_have_brightness_and_contrast) {
  const ImageValues gray = ImageValues::of({1, 4, 4}, mixed);
  BOOST_TEST((gray.by(ColourJitter{.brightness = 0, .contrast = 0, .chance = 1}).values == gray.values));
  BOOST_TEST((gray.by(ColourJitter{.chance = 1}).values != gray.values));
}

BOOST_AUTO_TEST_CASE(options_are_checked) {
  BOOST_TEST(refusal(ColourJitter{.hue = 0.6F}) ==
             "a colour jitter can't turn hues by up to 0.6 of a circle; give 0 to 0.5");
  BOOST_TEST(refusal(ColourJitter{.contrast = -1}) ==
             "a colour jitter can't change brightness, contrast and saturation by 0.4, -1 and 0.4; give "
             "finite numbers "
             "from 0 on");
  BOOST_TEST(refusal(ColourJitter{.brightness = std::numeric_limits<float>::infinity()}) != "");
  BOOST_TEST(refusal(ColourJitter{.chance = 2}) != "");
  BOOST_TEST(refusal(ColourJitter{}, {2, 8, 8}) != "");
}

BOOST_AUTO_TEST_SUITE_END()
