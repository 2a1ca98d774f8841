#include "dim/data/augmentations/random_resized_crop.hpp"

#include <limits>

#include "canvas.hpp"

BOOST_AUTO_TEST_SUITE(random_resized_crop)

using namespace tests;
using dim::RandomResizedCrop;

// A part of a slope is a slope: its steepness tells how large the part was, its values where.
BOOST_AUTO_TEST_CASE(a_part_of_a_slope_is_a_slope) {
  const ImageValues image =
      ImageValues::of({2, 20, 30}, [](int y, int x, int c) { return c == 0 ? y / 32.0 : x / 32.0; });
  double least = 1, most = 0;
  for (std::uint64_t epoch = 0; epoch < 200; ++epoch) {
    const ImageValues view = image.by(RandomResizedCrop{.smallest = 0.25F, .largest = 0.8F}, epoch);
    // Away from the edges, where values repeat.
    const double down = 32 * double(view.at(11, 7, 0) - view.at(9, 7, 0)) / 2,
                 right = 32 * double(view.at(7, 16, 1) - view.at(7, 14, 1)) / 2;
    for (long y = 4; y < 16; ++y)
      for (long x = 4; x < 26; ++x) {
        BOOST_TEST(std::abs(view.at(y, x, 0) - view.at(9, 7, 0) - double(y - 9) * down / 32) < 1e-5);
        BOOST_TEST(std::abs(view.at(y, x, 1) - view.at(7, 14, 1) - double(x - 14) * right / 32) < 1e-5);
      }
    const double height = 20 * down, width = 30 * right;  // of the part, whole numbers
    BOOST_TEST(std::abs(height - std::round(height)) < 1e-3);
    BOOST_TEST(std::abs(width - std::round(width)) < 1e-3);
    BOOST_TEST(width / height < 4 / 3. * 1.1);
    BOOST_TEST(height / width < 4 / 3. * 1.1);
    least = std::min(least, height * width / 600);
    most = std::max(most, height * width / 600);
  }
  BOOST_TEST(least > 0.22);
  BOOST_TEST(least < 0.3);
  BOOST_TEST(most > 0.7);
  BOOST_TEST(most < 0.83);
}

// A part of a signal is a share of its length.
BOOST_AUTO_TEST_CASE(a_part_of_a_signal_is_stretched) {
  const ImageValues signal = ImageValues::of({1, 1, 100}, [](int, int x, int) { return x / 128.0; });
  double least = 1, most = 0, first = 100, last = 0;
  for (std::uint64_t epoch = 0; epoch < 200; ++epoch) {
    const ImageValues view = signal.by(RandomResizedCrop{}, epoch);
    const double share = 128 * double(view.at(0, 60) - view.at(0, 40)) / 20, length = 100 * share;
    BOOST_TEST(std::abs(length - std::round(length)) < 1e-2);
    least = std::min(least, share), most = std::max(most, share);
    first = std::min(first, 128 * double(view.at(0, 0))), last = std::max(last, 128 * double(view.at(0, 99)));
  }
  BOOST_TEST(least > 0.24);
  BOOST_TEST(least < 0.3);
  BOOST_TEST(most > 0.95);
  BOOST_TEST(most < 1.01);
  BOOST_TEST(first < 1);
  BOOST_TEST(last > 98);
}

BOOST_AUTO_TEST_CASE(the_whole_image_stays_as_it_is) {
  const ImageValues image = ImageValues::of({3, 8, 8}, mixed);
  BOOST_TEST((image.by(RandomResizedCrop{.smallest = 1, .ratio = 1}).values == image.values));
  // No rectangle of this form fits.
  BOOST_TEST((ImageValues::of({1, 2, 40}, mixed).by(RandomResizedCrop{.smallest = 1}).values ==
              ImageValues::of({1, 2, 40}, mixed).values));
}

BOOST_AUTO_TEST_CASE(options_are_checked) {
  BOOST_TEST(
      refusal(RandomResizedCrop{.smallest = 0}) ==
      "a crop of a share of 0 to 1 of the area, of sides of a ratio of up to 1.333, can't be; give shares "
      "above 0 up to 1, the smaller one first, and a ratio from 1 on");
  BOOST_TEST(refusal(RandomResizedCrop{.smallest = 0.5F, .largest = 0.4F}) != "");
  BOOST_TEST(refusal(RandomResizedCrop{.largest = 1.5F}) != "");
  BOOST_TEST(refusal(RandomResizedCrop{.ratio = 0.5F}) != "");
  BOOST_TEST(refusal(RandomResizedCrop{.smallest = std::numeric_limits<float>::quiet_NaN()}) != "");
}

BOOST_AUTO_TEST_SUITE_END()
