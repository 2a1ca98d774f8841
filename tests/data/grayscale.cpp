#include "dim/data/augmentations/grayscale.hpp"

#include "canvas.hpp"

BOOST_AUTO_TEST_SUITE(grayscale)

using namespace tests;
using dim::Grayscale;

BOOST_AUTO_TEST_CASE(channels_become_the_luma) {
  const ImageValues image = ImageValues::of({3, 4, 5}, mixed), view = image.by(Grayscale{.chance = 1});
  for (long y = 0; y < 4; ++y)
    for (long x = 0; x < 5; ++x)
      for (long c = 0; c < 3; ++c)
        BOOST_TEST(std::abs(view.at(y, x, c) - (0.299 * image.at(y, x, 0) + 0.587 * image.at(y, x, 1) +
                                                0.114 * image.at(y, x, 2))) < 1e-6);
  BOOST_TEST((image.by(Grayscale{.chance = 0}).values == image.values));
}

BOOST_AUTO_TEST_CASE(gray_images_stay) {
  const ImageValues image = ImageValues::of({1, 4, 5}, mixed);
  BOOST_TEST((image.by(Grayscale{.chance = 1}).values == image.values));
}

BOOST_AUTO_TEST_CASE(options_are_checked) {
  BOOST_TEST(refusal(Grayscale{.chance = -0.5F}) != "");
  BOOST_TEST(refusal(Grayscale{}, {4, 8, 8}) ==
             "a grayscale takes images of one channel (gray) or three (red, green, blue), not of 4x8x8; "
             "leave it out");
  BOOST_TEST(refusal(Grayscale{}, {3, 1, 64}) != "");  // the channels of a signal are no colours
  BOOST_TEST(refusal(Grayscale{}, {1, 1, 64}) == "");
}

BOOST_AUTO_TEST_SUITE_END()
