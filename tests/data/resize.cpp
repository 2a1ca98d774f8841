#include "dim/data/resize.hpp"

#include <boost/test/unit_test.hpp>

#include "../io/temporary.hpp"

BOOST_AUTO_TEST_SUITE(resize)

using dim::ByteImage, dim::resized;

/// Five rows of seven pixels of three channels.
ByteImage some_image() {
  ByteImage image{5, 7, 3, {}};
  for (long y = 0; y < 5; ++y)
    for (long x = 0; x < 7; ++x)
      for (long c = 0; c < 3; ++c)
        image.bytes.push_back(std::uint8_t((37 * y * y + 91 * x + 53 * c * y) % 256));
  return image;
}

// torch.nn.functional.interpolate(..., mode="bilinear", antialias=True) of PyTorch 1.13, in float32.
BOOST_AUTO_TEST_CASE(is_that_of_pytorch) {
  const std::vector<double> smaller{115.31, 115.95, 129.05, 110.34, 101.74, 129.41, 130.45, 111.14, 134.22,
                                    117.91, 140.6,  154.14, 99.01,  138.9,  125.41, 95.65,  122.49, 130.22};
  const ByteImage small = resized(some_image(), 2, 3);
  BOOST_REQUIRE(small.bytes.size() == smaller.size());
  for (std::size_t i = 0; i < smaller.size(); ++i) BOOST_TEST(std::abs(small.bytes[i] - smaller[i]) <= 0.51);
  const std::vector<double> first{47.67, 47.67, 47.67, 117.6, 117.6, 117.6, 100.72, 100.72, 100.72, 108.24};
  const ByteImage mixed = resized(some_image(), 8, 4);  // more rows, fewer columns
  BOOST_TEST(mixed.bytes.size() == 96u);
  for (std::size_t i = 0; i < first.size(); ++i) BOOST_TEST(std::abs(mixed.bytes[i] - first[i]) <= 0.51);
}

BOOST_AUTO_TEST_CASE(one_colour_stays_what_it_is) {
  for (const std::uint8_t colour : std::vector<std::uint8_t>{0, 77, 255}) {
    const ByteImage plain{50, 31, 1, std::vector<std::uint8_t>(50 * 31, colour)};
    for (const auto& [height, width] : {std::pair{3L, 7L}, {50L, 31L}, {200L, 1L}}) {
      const ByteImage other = resized(plain, height, width);
      BOOST_TEST(other.height == height);
      BOOST_TEST(other.width == width);
      BOOST_TEST((other.bytes == std::vector<std::uint8_t>(std::size_t(height * width), colour)));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_square_in_the_middle) {
  const ByteImage square = dim::centre_square(some_image());
  BOOST_TEST(square.height == 5);
  BOOST_TEST(square.width == 5);
  for (long y = 0; y < 5; ++y)
    for (long x = 0; x < 5; ++x) BOOST_TEST(*square.at(y, x) == *some_image().at(y, x + 1));
}

BOOST_AUTO_TEST_CASE(sizes_that_are_none_are_refused) {
  BOOST_TEST(error_of([] { resized(some_image(), 0, 3); }) ==
             "an image of 5 x 7 can't become one of 0 x 3; sizes must be positive");
  BOOST_TEST(error_of([] { resized(ByteImage(), 3, 3); }) != "");
}

BOOST_AUTO_TEST_SUITE_END()
