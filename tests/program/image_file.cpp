#include "../../examples/dim/data/image_file.hpp"

#include <boost/test/unit_test.hpp>

#include "../io/temporary.hpp"
#include "image_files.hpp"

BOOST_AUTO_TEST_SUITE(image_file)

using namespace tests;
using dim::ByteImage;

ByteImage decoded(const std::string& file, long side = 1000) {
  return program::decode_image(std::as_bytes(std::span(file.data(), file.size())), "x", side);
}

/// Is each byte of both within `apart` of the other's?
bool is_close(const ByteImage& a, const ByteImage& b, int apart) {
  if (a.height != b.height || a.width != b.width || a.bytes.size() != b.bytes.size()) return false;
  for (std::size_t i = 0; i < a.bytes.size(); ++i)
    if (std::abs(int(a.bytes[i]) - int(b.bytes[i])) > apart) return false;
  return true;
}

BOOST_AUTO_TEST_CASE(colours_and_grays) {
  const ByteImage colours = ramps(20, 30), gray = ramps(20, 30, 1);
  BOOST_TEST(is_close(decoded(png_of(colours, PNG_FORMAT_RGB)), colours, 0));
  BOOST_TEST(is_close(decoded(jpeg_of(colours)), colours, 4));
  ByteImage three{20, 30, 3, {}};
  for (const std::uint8_t value : gray.bytes) three.bytes.insert(three.bytes.end(), 3, value);
  BOOST_TEST(is_close(decoded(png_of(gray, PNG_FORMAT_GRAY)), three, 0));
  BOOST_TEST(is_close(decoded(jpeg_of(gray)), three, 3));
}

BOOST_AUTO_TEST_CASE(what_is_transparent_is_white) {
  ByteImage image{2, 2, 4, std::vector<std::uint8_t>(16, 10)};
  image.bytes[3] = 0, image.bytes[7] = image.bytes[11] = image.bytes[15] = 255;
  const ByteImage seen = decoded(png_of(image, PNG_FORMAT_RGBA));
  BOOST_TEST(int(seen.bytes[0]) == 255);
  BOOST_TEST(int(seen.bytes[3]) == 10);
}

BOOST_AUTO_TEST_CASE(inks_are_printed) {
  const ByteImage inks{
      1, 2, 4, {255, 0, 0, 255, 255, 255, 255, 0}};  // as Adobe has them, how much is left white
  const ByteImage seen = decoded(jpeg_of(inks));
  BOOST_TEST(seen.channels == 3);
  BOOST_TEST(seen.bytes.size() == 6u);
  const std::vector<int> expected{255, 0, 0, 0, 0, 0};
  for (std::size_t i = 0; i < 6; ++i) BOOST_TEST(std::abs(int(seen.bytes[i]) - expected[i]) < 60, i);
}

// The corner that is the origin of the ramps lies where the orientation says.
BOOST_AUTO_TEST_CASE(as_the_camera_was_turned) {
  const ByteImage image = ramps(16, 32);
  const ByteImage plain = decoded(jpeg_of(image, 1));
  BOOST_TEST(is_close(plain, decoded(jpeg_of(image)), 0));
  for (int orientation = 2; orientation <= 8; ++orientation) {
    const ByteImage turned = decoded(jpeg_of(image, orientation));
    const bool upright = orientation < 5;
    BOOST_TEST(turned.height == (upright ? 16 : 32));
    for (long y = 0; y < 16; ++y)
      for (long x = 0; x < 32; ++x) {
        const long right = 31 - x, low = 15 - y;
        const auto [row, column] = orientation == 2   ? std::pair{y, right}
                                   : orientation == 3 ? std::pair{low, right}
                                   : orientation == 4 ? std::pair{low, x}
                                   : orientation == 5 ? std::pair{x, y}
                                   : orientation == 6 ? std::pair{x, low}
                                   : orientation == 7 ? std::pair{right, low}
                                                      : std::pair{right, y};
        BOOST_REQUIRE(std::memcmp(turned.at(row, column), plain.at(y, x), 3) == 0);
      }
  }
}

BOOST_AUTO_TEST_CASE(of_large_ones_fewer_pixels_are_decoded) {
  const ByteImage seen = decoded(jpeg_of(ramps(600, 800)), 32);
  BOOST_TEST(seen.height == 75);
  BOOST_TEST(seen.width == 100);
  BOOST_TEST(decoded(jpeg_of(ramps(600, 800)), 100).height == 225);  // three of eight
}

BOOST_AUTO_TEST_CASE(what_is_damaged_is_refused) {
  const ByteImage image = ramps(64, 64);
  const std::string jpeg = jpeg_of(image), png = png_of(image, PNG_FORMAT_RGB);
  const auto why = [](const std::string& file) { return error_of([&] { decoded(file); }); };
  BOOST_TEST(why("") == "x is neither a JPEG nor a PNG file");
  BOOST_TEST(why("hello") == "x is neither a JPEG nor a PNG file");
  for (const std::size_t kept : {4u, 100u, unsigned(jpeg.size() / 2), unsigned(jpeg.size()) - 20})
    BOOST_TEST(why(jpeg.substr(0, kept)).rfind("x is a damaged JPEG file: ", 0) == 0u, kept);
  for (const std::size_t kept : {9u, 40u, unsigned(png.size() / 2)})
    BOOST_TEST(why(png.substr(0, kept)).rfind("x is a damaged PNG file: ", 0) == 0u, kept);
  std::string vast = png;  // a header that says 65,535 x 65,535, with its own checksum gone wrong
  vast.replace(16, 8, std::string("\0\0\xFF\xFF\0\0\xFF\xFF", 8));
  BOOST_TEST(why(vast) != "");
  // Whatever a byte becomes, it is read or refused.
  for (std::size_t i = 2; i < jpeg.size(); i += 7) {
    std::string other = jpeg;
    other[i] = char(other[i] ^ 0x55);
    why(other);
  }
  for (std::size_t i = 8; i < png.size(); i += 3) {
    std::string other = png;
    other[i] = char(other[i] ^ 0x55);
    why(other);
  }
}

BOOST_AUTO_TEST_SUITE_END()
