#include "dim/data/augmentations/gaussian_blur.hpp"

#include "canvas.hpp"

BOOST_AUTO_TEST_SUITE(gaussian_blur)

using namespace tests;
using dim::GaussianBlur;

const GaussianBlur blur{.chance = 1, .smallest = 1.5F, .largest = 1.5F};

// A window of two pixels to each side: (0.1201, 0.2339, 0.2921, 0.2339, 0.1201), from exp(-k^2 / 4.5).
BOOST_AUTO_TEST_CASE(a_point_becomes_the_window) {
  const std::vector<double> window{0.120078, 0.233881, 0.292082, 0.233881, 0.120078};
  const ImageValues point =
      ImageValues::of({2, 40, 9}, [](int y, int x, int c) { return y == 20 && x == 4 ? 1 - 2 * c : 0; });
  const ImageValues view = point.by(blur);
  for (long y = 0; y < 40; ++y)
    for (long x = 0; x < 9; ++x) {
      const bool seen = std::abs(y - 20) <= 2 && std::abs(x - 4) <= 2;
      const double expected = seen ? window[std::size_t(y - 18)] * window[std::size_t(x - 2)] : 0;
      BOOST_TEST(std::abs(view.at(y, x, 0) - expected) < 1e-5);
      BOOST_TEST(std::abs(view.at(y, x, 1) + expected) < 1e-5);
    }
}

// One pixel to each side, seen in a mirror that doesn't repeat the last one.
BOOST_AUTO_TEST_CASE(edges_are_mirrors) {
  const std::vector<double> window{0.307801, 0.384398, 0.307801};
  const ImageValues columns = ImageValues::of({1, 8, 6}, [](int, int x, int) { return x / 8.0; }),
                    view = columns.by(blur);
  for (long y = 0; y < 8; ++y) {
    BOOST_TEST(std::abs(view.at(y, 0) - 2 * window[0] / 8) < 1e-5);
    BOOST_TEST(std::abs(view.at(y, 2) - 2 / 8.) < 1e-5);
    BOOST_TEST(std::abs(view.at(y, 5) - (2 * window[0] * 4 + window[1] * 5) / 8) < 1e-5);
  }
}

// So little that its square is 0 as a float.
BOOST_AUTO_TEST_CASE(the_least_blur_is_none) {
  const ImageValues columns = ImageValues::of({1, 8, 6}, [](int, int x, int) { return x / 8.0; });
  const ImageValues view = columns.by(GaussianBlur{.chance = 1, .smallest = 1e-30F, .largest = 1e-30F});
  for (long x = 0; x < 6; ++x) BOOST_TEST(view.at(3, x, 0) == columns.at(3, x, 0));
}

BOOST_AUTO_TEST_CASE(options_are_checked) {
  BOOST_TEST(refusal(GaussianBlur{.smallest = 2, .largest = 1}) ==
             "a blur can't have standard deviations of 2 to 1 pixels; give finite numbers above 0, the "
             "smaller one first");
  BOOST_TEST(refusal(GaussianBlur{.smallest = 0}) != "");
  BOOST_TEST(refusal(GaussianBlur{.chance = -1}) != "");
  BOOST_TEST(refusal(GaussianBlur{}, {3, 1, 8}) != "");
}

BOOST_AUTO_TEST_SUITE_END()
