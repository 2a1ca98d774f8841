#include "mosaic.hpp"

#include <png.h>

#include <algorithm>
#include <cmath>

#include "page.hpp"

namespace program {

Tile tile_of(const dim::Images& images, long i) {
  const dim::Shape shape = images.shape();
  Tile tile{shape, {}};
  for (int y = 0; y < shape.height; ++y)
    for (int x = 0; x < shape.width; ++x)
      for (int c = 0; c < shape.channels; ++c) tile.bytes.push_back(images.pixel(i, c, y, x));
  return tile;
}

Tile tile_of(const float* numbers, dim::Shape shape, float scale) {
  Tile tile{shape, {}};
  for (long place = 0; place < shape.area(); ++place)
    for (long c = 0; c < shape.channels; ++c) {
      const float level = 127.5F + 127.5F * numbers[c * shape.area() + place] / scale;
      tile.bytes.push_back(std::uint8_t(std::lround(std::clamp(level, 0.0F, 255.0F))));
    }
  return tile;
}

void Mosaic::put(const Tile& tile, long y, long x) {
  const long channels = tile.shape.channels;
  for (long row = 0; row < tile.shape.height; ++row)
    for (long column = 0; column < tile.shape.width; ++column) {
      const std::uint8_t* const from = &tile.bytes[std::size_t((row * tile.shape.width + column) * channels)];
      std::uint8_t* const to = &bytes_[std::size_t(4 * ((y + row) * width_ + x + column))];
      for (long c = 0; c < 3; ++c) to[c] = from[channels == 3 ? c : 0];
      to[3] = 255;
    }
}

std::string Mosaic::png() const {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = png_uint_32(width_);
  image.height = png_uint_32(height_);
  image.format = PNG_FORMAT_RGBA;
  const auto write = [&](void* to, png_alloc_size_t& size) {
    if (!png_image_write_to_memory(&image, to, &size, 0, bytes_.data(), 0, nullptr))
      throw dim::Error(std::string("cannot pack an image as PNG: ") + image.message +
                       "; free some memory and try again");
  };
  png_alloc_size_t size = 0;
  write(nullptr, size);
  std::string packed(size, '\0');
  write(packed.data(), size);
  packed.resize(size);
  return packed;
}

std::string Mosaic::url() const {
  return "data:image/png;base64," + base64(png());
}

std::string Mosaic::html(const std::string& description, long shown) const {
  return "<img width=\"" + std::to_string(shown) + "\" height=\"" + std::to_string(shown * height_ / width_) +
         "\" alt=\"" + escape(description) + "\" src=\"" + url() + "\">\n";
}

Mosaic grid(const std::vector<Tile>& tiles, long columns, long gap) {
  const long across = tiles.front().shape.width + gap, down = tiles.front().shape.height + gap;
  const long rows = (long(tiles.size()) + columns - 1) / columns;
  Mosaic mosaic(rows * down - gap, std::min(columns, long(tiles.size())) * across - gap);
  for (long i = 0; i < long(tiles.size()); ++i)
    mosaic.put(tiles[std::size_t(i)], i / columns * down, i % columns * across);
  return mosaic;
}

std::string base64(const std::string& bytes) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto byte = [&](std::size_t i) {
    return i < bytes.size() ? unsigned(static_cast<unsigned char>(bytes[i])) : 0U;
  };
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const unsigned three = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    for (const unsigned shift : {18U, 12U, 6U, 0U}) text += digits[three >> shift & 63];
  }
  if (bytes.size() % 3 != 0)
    for (std::size_t k = bytes.size() % 3; k < 3; ++k) text[text.size() - 3 + k] = '=';
  return text;
}

}  // namespace program
