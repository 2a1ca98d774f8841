// A random part of the image, enlarged to its size.
#pragma once
#include <algorithm>
#include <cmath>
#include <vector>

#include "../augmentation.hpp"

namespace dim {
inline namespace DIM_ABI {

/// A random rectangle of the image, enlarged to the image's size by bilinear interpolation (Szegedy et al. 2015). Its
/// area is uniform between the shares `smallest` and `largest` of the image's, the logarithm of its width over its
/// height between -ln(ratio) and ln(ratio); if ten such rectangles don't fit into the image, it is all of the image. Of a
/// signal, whose height is 1, it is such a share of its length, which is stretched.
struct RandomResizedCrop {
  float smallest = 0.25F, largest = 1, ratio = 4.0F / 3;

  void check_options(Shape) const {
    if (!(smallest > 0 && smallest <= largest && largest <= 1 && ratio >= 1 && std::isfinite(ratio)))
      throw Error("a crop of a share of ", smallest, " to ", largest,
                  " of the area, of sides of a ratio of up to ", ratio,
                  ", can't be; give shares above 0 up to 1, the smaller one first, and a ratio from 1 on");
  }
  void apply(Canvas& canvas, const Draw& draw) const {
    const long height = canvas.image.height(), width = canvas.image.width();
    Part part{0, 0, height, width};
    if (is_signal(canvas.image.shape)) {
      part.width = std::clamp(std::lround(detail::between(smallest, largest, draw.uniform(0)) * float(width)),
                              1L, width);
      part.left = (std::min)(long(draw.uniform(3) * float(width - part.width + 1)), width - part.width);
      return enlarge(canvas, part);
    }
    for (std::uint64_t k = 0; k < 10; ++k) {
      const float area = detail::between(smallest, largest, draw.uniform(4 * k)) * float(height * width),
                  sides =
                      std::exp(detail::between(-std::log(ratio), std::log(ratio), draw.uniform(4 * k + 1)));
      const long high = std::lround(std::sqrt(area / sides)), wide = std::lround(std::sqrt(area * sides));
      if (high < 1 || wide < 1 || high > height || wide > width) continue;
      part = {(std::min)(long(draw.uniform(4 * k + 2) * float(height - high + 1)), height - high),
              (std::min)(long(draw.uniform(4 * k + 3) * float(width - wide + 1)), width - wide), high, wide};
      break;
    }
    enlarge(canvas, part);
  }

 private:
  struct Part {
    long top, left, height, width;
  };
  /// Two neighbouring pixels, and the second one's share.
  struct Between {
    long first, second;
    float share;
  };
  /// Where pixel i of `count` lies among `from` pixels, pixel centres being at halves.
  static Between place(long i, long count, long from) {
    const float at = std::clamp((float(i) + 0.5F) * float(from) / float(count) - 0.5F, 0.0F, float(from - 1));
    const long first = long(at);
    return {first, (std::min)(first + 1, from - 1), at - float(first)};
  }

  static void enlarge(Canvas& canvas, const Part& part) {
    const Batch<float>& image = canvas.image;
    const long channels = image.channels();
    std::vector<Between> columns;
    for (long x = 0; x < image.width(); ++x) columns.push_back(place(x, image.width(), part.width));
    for (long y = 0; y < image.height(); ++y) {
      const Between row = place(y, image.height(), part.height);
      const float* const above = image.at(0, part.top + row.first, part.left);
      const float* const below = image.at(0, part.top + row.second, part.left);
      float* to = canvas.spare.at(0, y, 0);
      for (const Between& column : columns) {
        const long left = column.first * channels, right = column.second * channels;
        for (long c = 0; c < channels; ++c) {
          const float upper = above[left + c] + column.share * (above[right + c] - above[left + c]),
                      lower = below[left + c] + column.share * (below[right + c] - below[left + c]);
          *to++ = upper + row.share * (lower - upper);
        }
      }
    }
    canvas.swap();
  }
};

}  // namespace DIM_ABI
}  // namespace dim
