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
    const auto blur = [&](bool across) {
      for (long y = 0; y < image.height(); ++y)
        for (long x = 0; x < image.width(); ++x) {
          float* const to = canvas.spare.at(0, y, x);
          std::fill_n(to, image.channels(), 0.0F);
          for (long k = -reach; k <= reach; ++k) {
            const float* const from = across ? canvas.image.at(0, y, within(x + k, image.width()))
                                             : canvas.image.at(0, within(y + k, image.height()), x);
            for (long c = 0; c < image.channels(); ++c) to[c] += window[std::size_t(k + reach)] * from[c];
          }
        }
      canvas.swap();
    };
    blur(true);
    blur(false);
  }

 private:
  static constexpr long most = 31;
  /// The pixel that is seen at i by a mirror at each end.
  static long within(long i, long count) { return i < 0 ? -i : i >= count ? 2 * (count - 1) - i : i; }
};

}  // namespace DIM_ABI
}  // namespace dim
