#include "dim/data/augmentations/horizontal_flip.hpp"

#include "canvas.hpp"

BOOST_AUTO_TEST_SUITE(horizontal_flip)

using namespace tests;
using dim::HorizontalFlip;

BOOST_AUTO_TEST_CASE(mirrors_half_of_the_views) {
  for (const int width : {5, 6}) {
    const ImageValues image = ImageValues::of({3, 4, width}, mixed),
                      mirrored = ImageValues::of(
                          {3, 4, width}, [&](int y, int x, int c) { return mixed(y, width - 1 - x, c); });
    BOOST_TEST((image.by(HorizontalFlip{.chance = 1}).values == mirrored.values));
    BOOST_TEST((image.by(HorizontalFlip{.chance = 0}).values == image.values));
    int flips = 0;
    for (std::uint64_t epoch = 0; epoch < 400; ++epoch) {
      const ImageValues view = image.by(HorizontalFlip{}, epoch);
      flips += view.values == mirrored.values;
      BOOST_TEST((view.values == mirrored.values || view.values == image.values));
    }
    BOOST_TEST(std::abs(flips - 200) < 60);
  }
}

BOOST_AUTO_TEST_CASE(options_are_checked) {
  BOOST_TEST(refusal(HorizontalFlip{.chance = 1.5F}) ==
             "a flip with a chance of 1.5 can't be; give a probability, from 0 to 1");
  BOOST_TEST(refusal(HorizontalFlip{}, {2, 1, 64}) ==
             "a flip would run signals, images of 2x1x64, backwards; leave it out");
}

BOOST_AUTO_TEST_SUITE_END()
