#include "dim/data/augmentations/random_crop.hpp"

#include <cmath>
#include <set>

#include "canvas.hpp"

BOOST_AUTO_TEST_SUITE(random_crop)

using namespace tests;
using dim::RandomCrop;

BOOST_AUTO_TEST_CASE(moves_the_image_and_brings_in_black) {
  const ImageValues image = ImageValues::of({3, 6, 5}, mixed);
  std::set<std::pair<long, long>> moves;
  for (std::uint64_t epoch = 0; epoch < 300; ++epoch) {
    const ImageValues view = image.by(RandomCrop{.padding = 2}, epoch);
    const auto moved = [&](long down, long right) {
      for (long y = 0; y < 6; ++y)
        for (long x = 0; x < 5; ++x)
          for (long c = 0; c < 3; ++c) {
            const long from_y = y + down, from_x = x + right;
            const bool inside = from_y >= 0 && from_y < 6 && from_x >= 0 && from_x < 5;
            if (view.at(y, x, c) != (inside ? image.at(from_y, from_x, c) : -1)) return false;
          }
      return true;
    };
    int fits = 0;
    for (long down = -2; down <= 2; ++down)
      for (long right = -2; right <= 2; ++right)
        if (moved(down, right)) {
          ++fits;
          moves.insert({down, right});
        }
    BOOST_TEST(fits == 1);
  }
  BOOST_TEST(moves.size() == 25);
}

BOOST_AUTO_TEST_CASE(signals_move_along) {
  const ImageValues signal =
      ImageValues::of({2, 1, 9}, [](int, int x, int c) { return (x + 10 * c) / 32.0; });
  std::set<long> moves;
  for (std::uint64_t epoch = 0; epoch < 100; ++epoch) {
    const ImageValues view = signal.by(RandomCrop{.padding = 2}, epoch);
    const long right = std::lround(32 * view.at(0, 4)) - 4;
    moves.insert(right);
    for (long x = 0; x < 9; ++x)
      for (long c = 0; c < 2; ++c)
        BOOST_TEST(view.at(0, x, c) == (x + right >= 0 && x + right < 9 ? signal.at(0, x + right, c) : -1));
  }
  BOOST_TEST(moves.size() == 5);
}

BOOST_AUTO_TEST_CASE(no_padding_changes_nothing) {
  const ImageValues image = ImageValues::of({1, 4, 4}, mixed);
  BOOST_TEST((image.by(RandomCrop{.padding = 0}).values == image.values));
}

BOOST_AUTO_TEST_CASE(options_are_checked) {
  BOOST_TEST(
      refusal(RandomCrop{.padding = 8}) ==
      "a crop can't move images of 3x8x8 by up to 8 pixels; give 0 or more, and less than the images' sides");
  BOOST_TEST(refusal(RandomCrop{.padding = -1}) != "");
  BOOST_TEST(refusal(RandomCrop{}, {1, 1, 4}) != "");
  BOOST_TEST(refusal(RandomCrop{}, {1, 2, 9}) != "");
}

BOOST_AUTO_TEST_SUITE_END()
