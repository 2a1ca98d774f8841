// Images of another size.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "../core/error.hpp"

namespace dim {
inline namespace DIM_ABI {

/// One image of bytes, (H, W, C).
struct ByteImage {
  long height = 0, width = 0, channels = 0;
  std::vector<std::uint8_t> bytes;

  const std::uint8_t* at(long y, long x) const { return bytes.data() + (y * width + x) * channels; }
  std::uint8_t* at(long y, long x) { return bytes.data() + (y * width + x) * channels; }
};

namespace detail {

/// How a line of `from` numbers becomes one of `to`: number i is Sum_j weights[i * taps + j] x(first[i] + j).
struct LineFilter {
  long taps = 0;
  std::vector<long> first;
  std::vector<float> weights;

  /// Triangles as wide as two input numbers, or two output numbers where these lie farther apart: linear interpolation
  /// with anti-aliasing, as Pillow's BILINEAR and PyTorch's antialias=True have it.
  LineFilter(long from, long to) {
    const double scale = double(from) / double(to), reach = (std::max)(scale, 1.0);
    taps = (std::min)(from, 2 * long(std::ceil(reach)) + 1);
    for (long i = 0; i < to; ++i) {
      const double centre = (double(i) + 0.5) * scale;
      const long begin = (std::max)(0L, long(centre - reach + 0.5));
      const long end = (std::min)(from, long(centre + reach + 0.5));
      const long start = (std::min)(begin, from - taps);
      double sum = 0;
      std::vector<double> line(std::size_t(taps), 0);
      for (long k = begin; k < end; ++k) {
        const double weight = (std::max)(0.0, 1 - std::abs((double(k) - centre + 0.5) / reach));
        line[std::size_t(k - start)] = weight;
        sum += weight;
      }
      first.push_back(start);
      for (const double weight : line) weights.push_back(float(weight / sum));
    }
  }

  /// Writes the `to` pixels that a line of pixels (from, channels) becomes. A number of channels that is known when this
  /// is compiled makes it faster.
  void apply(const std::uint8_t* line, float* pixels, long to, auto channels) const {
    for (long i = 0; i < to; ++i)
      for (long c = 0; c < channels; ++c) {
        const std::uint8_t* const begin = line + first[std::size_t(i)] * channels + c;
        const float* const weight = weights.data() + i * taps;
        float sum = 0;
        for (long k = 0; k < taps; ++k) sum += weight[k] * float(begin[k * channels]);
        pixels[i * channels + c] = sum;
      }
  }
};

}  // namespace detail

/// The image with so many rows and columns, by linear interpolation with anti-aliasing, along rows and then along
/// columns, in float; rounded to the nearest byte. Throws Error for sizes that aren't positive.
inline ByteImage resized(const ByteImage& image, long height, long width) {
  if (height < 1 || width < 1 || image.height < 1 || image.width < 1 || image.channels < 1)
    throw Error("an image of ", image.height, " x ", image.width, " can't become one of ", height, " x ",
                width, "; sizes must be positive");
  if (height == image.height && width == image.width) return image;
  const detail::LineFilter across(image.width, width), down(image.height, height);
  const long channels = image.channels, line = width * channels;
  std::vector<float> rows(std::size_t(image.height * line));
  for (long y = 0; y < image.height; ++y) {
    const std::uint8_t* const from = image.at(y, 0);
    float* const to = rows.data() + y * line;
    if (channels == 3)
      across.apply(from, to, width, std::integral_constant<long, 3>());
    else
      across.apply(from, to, width, channels);
  }
  ByteImage result{height, width, channels, std::vector<std::uint8_t>(std::size_t(height * line))};
  std::vector<float> sums(static_cast<std::size_t>(line));
  for (long y = 0; y < height; ++y) {
    std::fill(sums.begin(), sums.end(), 0.5F);  // so that what is cut off rounds
    for (long k = 0; k < down.taps; ++k) {
      const float weight = down.weights[std::size_t(y * down.taps + k)];
      const float* const from = rows.data() + (down.first[std::size_t(y)] + k) * line;
      for (long i = 0; i < line; ++i) sums[std::size_t(i)] += weight * from[i];
    }
    for (long i = 0; i < line; ++i)
      result.bytes[std::size_t(y * line + i)] =
          std::uint8_t((std::clamp)(sums[std::size_t(i)], 0.0F, 255.0F));
  }
  return result;
}

/// The square in the middle, as large as the shorter side.
inline ByteImage centre_square(const ByteImage& image) {
  const long side = (std::min)(image.height, image.width), top = (image.height - side) / 2,
             left = (image.width - side) / 2;
  if (side == image.height && side == image.width) return image;
  ByteImage square{side, side, image.channels, {}};
  square.bytes.reserve(std::size_t(side * side * image.channels));
  for (long y = 0; y < side; ++y) {
    const std::uint8_t* const from = image.at(top + y, left);
    square.bytes.insert(square.bytes.end(), from, from + side * image.channels);
  }
  return square;
}

}  // namespace DIM_ABI
}  // namespace dim
