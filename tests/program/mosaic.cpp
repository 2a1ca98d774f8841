#include "../../examples/dim/report/mosaic.hpp"

#include <png.h>

#include <boost/test/unit_test.hpp>

#include "../io/temporary.hpp"

BOOST_AUTO_TEST_SUITE(mosaic)

using namespace program;

// RFC 4648, section 10.
BOOST_AUTO_TEST_CASE(base64_of_the_standards_words) {
  const std::pair<const char*, const char*> words[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : words) BOOST_TEST(base64(bytes) == text);
  BOOST_TEST(base64(std::string("\xFB\xFF\x00", 3)) == "+/8A");
}

/// Decodes base64.
std::string from_base64(const std::string& text) {
  const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned buffer = 0;
  int bits = 0;
  for (const char digit : text) {
    if (digit == '=') break;
    buffer = buffer << 6 | unsigned(digits.find(digit));
    if ((bits += 6) >= 8) bytes += char(buffer >> (bits -= 8) & 255);
  }
  return bytes;
}

// Two grey tiles and a coloured one, two per row with a gap of one pixel: 3 x 3 pixels.
BOOST_AUTO_TEST_CASE(tiles_are_put_side_by_side) {
  const float levels[] = {-1, 0.5F, 7};
  const std::vector<Tile> tiles{tile_of(levels, {1, 1, 1}), tile_of(levels + 2, {1, 1, 1}),
                                tile_of(levels, {3, 1, 1}, 2)};
  const std::string html = grid(tiles, 2, 1).html("<three>", 30);
  BOOST_TEST(has(html, "<img width=\"30\" height=\"30\" alt=\"&lt;three&gt;\""), html);
  const std::size_t begin = html.find("base64,") + 7;
  const std::string png = from_base64(html.substr(begin, html.find('"', begin) - begin));
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  BOOST_REQUIRE(png_image_begin_read_from_memory(&image, png.data(), png.size()));
  BOOST_TEST((image.width == 3 && image.height == 3));
  image.format = PNG_FORMAT_RGBA;
  std::vector<unsigned char> pixels(3 * 3 * 4);
  BOOST_REQUIRE(png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr));
  const auto pixel = [&](std::size_t y, std::size_t x) {
    return std::vector<int>(&pixels[4 * (3 * y + x)], &pixels[4 * (3 * y + x)] + 4);
  };
  const auto each = boost::test_tools::per_element();
  BOOST_TEST(pixel(0, 0) == (std::vector<int>{0, 0, 0, 255}), each);
  BOOST_TEST(pixel(0, 1) == (std::vector<int>{0, 0, 0, 0}), each);
  BOOST_TEST(pixel(0, 2) == (std::vector<int>{255, 255, 255, 255}), each);
  BOOST_TEST(pixel(2, 0) == (std::vector<int>{64, 159, 255, 255}), each);
  BOOST_TEST(pixel(2, 2) == (std::vector<int>{0, 0, 0, 0}), each);
}

BOOST_AUTO_TEST_SUITE_END()
