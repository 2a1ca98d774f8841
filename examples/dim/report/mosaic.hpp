// Images within a page: PNG in base64.
#pragma once
#include <cstdint>
#include <dim/core/shape.hpp>
#include <dim/data/images.hpp>
#include <string>
#include <vector>

namespace program {

/// A small image to be combined with others, (H, W, C) bytes; one channel means grey.
struct Tile {
  dim::Shape shape;
  std::vector<std::uint8_t> bytes;
};

/// Image i of a data set.
Tile tile_of(const dim::Images& images, long i);
/// Values (C, H, W) from -1 (black) to 1, each first divided by `scale`. Values outside are clipped.
Tile tile_of(const float* numbers, dim::Shape shape, float scale = 1);

/// A mosaic (H, W) of four bytes per pixel, initially transparent.
class Mosaic {
 public:
  Mosaic(long height, long width) : height_(height), width_(width), bytes_(std::size_t(4 * height * width)) {}
  /// Puts a tile's upper left corner at row y, column x. It must lie within the mosaic.
  void put(const Tile& tile, long y, long x);
  /// The mosaic as the address of an image within a page, "data:image/png;base64,...". Throws dim::Error if it cannot be
  /// packed.
  std::string url() const;
  /// The mosaic as an element of a page, `shown` pixels wide at most. Throws dim::Error if it cannot be packed.
  std::string html(const std::string& description, long shown) const;

 private:
  std::string png() const;

  long height_, width_;
  std::vector<std::uint8_t> bytes_;
};

/// Tiles of one shape side by side, `columns` per row, with a gap of some pixels.
Mosaic grid(const std::vector<Tile>& tiles, long columns, long gap);

/// Bytes as base64 (RFC 4648).
std::string base64(const std::string& bytes);

}  // namespace program
