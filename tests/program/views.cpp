#include "../../examples/dim/commands/views.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

#include "../../examples/dim/data/data.hpp"

BOOST_AUTO_TEST_SUITE(views)

using dim::Images, dim::Shape, dim::Strides;

BOOST_AUTO_TEST_CASE(images_are_spread_over_the_split) {
  BOOST_TEST(program::viewed_step(2000) == 1);
  BOOST_TEST(program::viewed_count(2000) == 2000);
  BOOST_TEST(program::viewed_step(2001) == 2);
  BOOST_TEST(program::viewed_count(2001) == 1001);
  BOOST_TEST(program::viewed_count(10000) == 2000);
  BOOST_TEST(program::viewed_count(1) == 1);
  std::vector<float> numbers;
  for (int i = 0; i < 3 * 4001; ++i) numbers.push_back(float(i));
  const dim::Features<float> some = program::viewed({numbers.data(), 4001, 3});
  BOOST_TEST(some.count == 1334);
  BOOST_TEST(some(0, 2) == 2);
  BOOST_TEST(some(1333, 1) == 3 * 3999 + 1);
}

// Each pixel of an image is different, so that a shift can be told.
BOOST_AUTO_TEST_CASE(a_view_is_shifted_and_perhaps_mirrored) {
  const Shape shape{2, 9, 13};
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < 300; ++i)
    for (int k = 0; k < 2 * 9 * 13; ++k) bytes.push_back(std::uint8_t(1 + k));
  const Images images(bytes, 300, shape, Strides::planes(shape)), views = program::second_views(images);
  BOOST_TEST(views.size() == 300);
  BOOST_TEST((views.shape() == shape));
  // Values are recorded under the same name for good.
  BOOST_TEST(program::checksum_of(views) == "2a0f5fc7");
  std::set<int> downs, rights;
  int mirrored = 0;
  for (long i = 0; i < 300; ++i) {
    // The centre is always inside.
    const int centre = views.pixel(i, 0, 4, 6) - 1, y = centre / 13, x = centre % 13;
    const bool mirror = views.pixel(i, 0, 4, 7) < views.pixel(i, 0, 4, 6);
    downs.insert(4 - y), rights.insert((mirror ? 12 - 6 : 6) - x);
    mirrored += mirror;
    for (int c = 0; c < 2; ++c)
      for (int v = 0; v < 9; ++v)
        for (int u = 0; u < 13; ++u) {
          const int from_y = y + v - 4, from_x = x + (mirror ? 6 - u : u - 6);
          const bool inside = from_y >= 0 && from_y < 9 && from_x >= 0 && from_x < 13;
          BOOST_TEST_REQUIRE(views.pixel(i, c, v, u) == (inside ? images.pixel(i, c, from_y, from_x) : 0));
        }
  }
  for (const std::set<int>& shifts : {downs, rights}) {
    BOOST_TEST(shifts.size() == 9U);
    BOOST_TEST(*shifts.begin() == -4);
    BOOST_TEST(*shifts.rbegin() == 4);
  }
  BOOST_TEST(mirrored > 110);
  BOOST_TEST(mirrored < 190);
}

BOOST_AUTO_TEST_CASE(a_signal_is_shifted_along) {
  const Shape shape{1, 1, 40};
  std::vector<std::uint8_t> bytes;
  for (int i = 0; i < 100; ++i)
    for (int k = 0; k < 40; ++k) bytes.push_back(std::uint8_t(1 + k));
  const Images signals(bytes, 100, shape, Strides::planes(shape)), views = program::second_views(signals);
  std::set<int> shifts;
  for (long i = 0; i < 100; ++i) {
    const int right = 21 - views.pixel(i, 0, 0, 20);
    shifts.insert(right);
    for (int x = 0; x < 40; ++x)
      BOOST_TEST(int(views.pixel(i, 0, 0, x)) == (x - right >= 0 && x - right < 40 ? x - right + 1 : 0));
  }
  BOOST_TEST(shifts.size() == 9U);
}

BOOST_AUTO_TEST_SUITE_END()
