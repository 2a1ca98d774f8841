#include "dim/data/augmentations/occlusion.hpp"

#include <algorithm>
#include <set>

#include "canvas.hpp"

BOOST_AUTO_TEST_SUITE(occlusion)

using namespace tests;
using dim::Occlusion;

BOOST_AUTO_TEST_CASE(hides_a_square_around_any_pixel) {
  const ImageValues image = ImageValues::of({3, 8, 10}, [](int y, int x, int) { return (y + x + 1) / 32.0; });
  std::set<std::pair<long, long>> places;
  for (std::uint64_t epoch = 0; epoch < 800; ++epoch) {
    const ImageValues view = image.by(Occlusion{.share = 0.5F, .chance = 1}, epoch);
    long top = 8, left = 10, bottom = -1, right = -1, hidden = 0;
    for (long y = 0; y < 8; ++y)
      for (long x = 0; x < 10; ++x) {
        const bool gray = view.at(y, x, 0) == 0 && view.at(y, x, 1) == 0 && view.at(y, x, 2) == 0;
        if (!gray) {
          BOOST_TEST(view.at(y, x, 1) == image.at(y, x, 1));
          continue;
        }
        ++hidden;
        top = std::min(top, y), left = std::min(left, x);
        bottom = std::max(bottom, y), right = std::max(right, x);
      }
    BOOST_TEST(hidden == (bottom - top + 1) * (right - left + 1));
    BOOST_TEST((bottom - top + 1 == 4 || top == 0 || bottom == 7));
    BOOST_TEST((right - left + 1 == 4 || left == 0 || right == 9));
    places.insert({top == 0 ? bottom - 3 : top, left == 0 ? right - 3 : left});
  }
  BOOST_TEST(places.size() == 80);
}

BOOST_AUTO_TEST_CASE(hides_a_share_of_a_signal) {
  const ImageValues signal = ImageValues::of({2, 1, 40}, [](int, int, int) { return 1; });
  long most = 0;
  for (std::uint64_t epoch = 0; epoch < 100; ++epoch) {
    const ImageValues view = signal.by(Occlusion{.share = 0.25F, .chance = 1}, epoch);
    most = std::max(most, std::count(view.values.begin(), view.values.end(), 0.0F));
  }
  BOOST_TEST(most == 2 * 10);
}

BOOST_AUTO_TEST_CASE(some_views_are_whole) {
  const ImageValues image = ImageValues::of({1, 8, 8}, [](int, int, int) { return 1; });
  int whole = 0;
  for (std::uint64_t epoch = 0; epoch < 400; ++epoch)
    whole += image.by(Occlusion{}, epoch).values == image.values;
  BOOST_TEST(std::abs(whole - 200) < 60);
}

BOOST_AUTO_TEST_CASE(options_are_checked) {
  BOOST_TEST(refusal(Occlusion{.share = 0}) ==
             "an occlusion can't hide a square of 0 of the height; give a number above 0 up to 1");
  BOOST_TEST(refusal(Occlusion{.share = 1.5F}) != "");
  BOOST_TEST(refusal(Occlusion{.chance = 1.5F}) != "");
}

BOOST_AUTO_TEST_SUITE_END()
