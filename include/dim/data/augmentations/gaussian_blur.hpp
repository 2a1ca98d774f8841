// The image out of focus.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "../augmentation.hpp"

namespace dim {
inline namespace DIM_ABI {

/// With probability `chance`, blurs the image by a Gaussian whose standard deviation is uniform between `smallest` and
/// `largest` pixels (Chen et al. 2020, SimCLR). Its window reaches a twentieth of the image's height, but at least one
/// pixel and at most 31; what lies outside mirrors the image.
struct GaussianBlur {
  float chance = 0.5F, smallest = 0.1F, largest = 2;

  void check_options(Shape image) const {
    detail::check_chance("a blur", chance);
    if (!(smallest > 0 && smallest <= largest && std::isfinite(largest)))
      throw Error("a blur can't have standard deviations of ", smallest, " to ", largest,
                  " pixels; give finite numbers above 0, the smaller one first");
    if (image.height < 2 || image.width < 2)
      throw Error("a blur takes images of 2 x 2 pixels or more, not of ", to_string(image), "; leave it out");
  }
  void apply(Canvas& canvas, const Draw& draw) const {
    if (draw.uniform(0) >= chance) return;
    const Batch<float>& image = canvas.image;
    const float sigma = detail::between(smallest, largest, draw.uniform(1));
    const long reach =
        (std::min)({most, (std::max)(1L, image.height() / 20), image.height() - 1, image.width() - 1});
    std::array<float, 2 * most + 1> window{};
    const float spread = (std::max)(2 * sigma * sigma, (std::numeric_limits<float>::min)());  // 0 / 0 is none
    float sum = 0;
    for (long k = -reach; k <= reach; ++k)
      sum += window[std::size_t(k + reach)] = std::exp(-float(k * k) / spread);
    for (float& share : window) share /= sum;
    const long height = image.height(), width = image.width(), channels = image.channels();
    const auto add = [](float* to, float share, const float* from, long count) {
      for (long i = 0; i < count; ++i) to[i] += share * from[i];
    };
    const auto blur = [&](const auto& add_pixels) {  // (line of the blurred image, y, k, share)
      for (long y = 0; y < height; ++y) {
        float* const to = canvas.spare.at(0, y, 0);
        std::fill_n(to, image.line(), 0.0F);
        for (long k = -reach; k <= reach; ++k) add_pixels(to, y, k, window[std::size_t(k + reach)]);
      }
      canvas.swap();
    };
    blur([&](float* to, long y, long k, float share) {
      const float* const from = canvas.image.at(0, y, 0);
      const long first = (std::max)(0L, -k), last = (std::min)(width, width - k);  // between mirrored pixels
      for (long x = 0; x < first; ++x)
        add(to + x * channels, share, from + within(x + k, width) * channels, channels);
      add(to + first * channels, share, from + (first + k) * channels, (last - first) * channels);
      for (long x = last; x < width; ++x)
        add(to + x * channels, share, from + within(x + k, width) * channels, channels);
    });
    blur([&](float* to, long y, long k, float share) {
      add(to, share, canvas.image.at(0, within(y + k, height), 0), image.line());
    });
  }

 private:
  static constexpr long most = 31;
  /// The pixel that is seen at i by a mirror at each end.
  static long within(long i, long count) { return i < 0 ? -i : i >= count ? 2 * (count - 1) - i : i; }
};

}  // namespace DIM_ABI
}  // namespace dim
