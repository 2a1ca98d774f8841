// Brightness, contrast, saturation and hue changed at random.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>

#include "grayscale.hpp"

namespace dim {
inline namespace DIM_ABI {

/// With probability `chance`, changes four properties of the image in a random order (Chen et al. 2020, SimCLR, after
/// torchvision's ColorJitter), for values in [0, 1] and cut off there. `brightness`, `contrast` and `saturation` b draw a
/// factor from [max(0, 1 - b), 1 + b], by which the distance to black, to the image's mean luma, and to the pixel's luma
/// is multiplied; `hue` h turns colours by up to h of the circle of hues. Gray images have no saturation and no hue.
struct ColourJitter {
  float brightness = 0.4F, contrast = 0.4F, saturation = 0.4F, hue = 0.1F, chance = 0.8F;

  void check_options(Shape image) const {
    detail::check_chance("a colour jitter", chance);
    detail::check_colours("a colour jitter", image);
    for (const float each : {brightness, contrast, saturation})
      if (!(each >= 0 && std::isfinite(each)))
        throw Error("a colour jitter can't change brightness, contrast and saturation by ", brightness, ", ",
                    contrast, " and ", saturation, "; give finite numbers from 0 on");
    if (!(hue >= 0 && hue <= 0.5F))
      throw Error("a colour jitter can't turn hues by up to ", hue, " of a circle; give 0 to 0.5");
  }
  void apply(Canvas& canvas, const Draw& draw) const {
    if (draw.uniform(0) >= chance) return;
    const Batch<float>& image = canvas.image;
    const auto factor = [&](float by, std::uint64_t index) {
      return detail::between((std::max)(0.0F, 1 - by), 1 + by, draw.uniform(index));
    };
    std::array<int, 4> order{0, 1, 2, 3};
    for (std::size_t k = 3; k > 0; --k)
      std::swap(order[k], order[(std::min)(std::size_t(draw.uniform(k) * float(k + 1)), k)]);
    for (const int which : order) {
      if (which == 0 && brightness > 0) blend(image.data, image.sample(), -1, factor(brightness, 4));
      if (which == 1 && contrast > 0)
        blend(image.data, image.sample(), mean_luma(image), factor(contrast, 5));
      if (image.channels() != 3) continue;
      if (which == 2 && saturation > 0) {
        const float by = factor(saturation, 6);
        for (float* pixel = image.data; pixel != image.data + image.sample(); pixel += 3)
          blend(pixel, 3, detail::luma(pixel, 3), by);
      }
      if (which == 3 && hue > 0) turn_hues(image, detail::between(-hue, hue, draw.uniform(7)));
    }
  }

 private:
  static float mean_luma(const Batch<float>& image) {
    double sum = 0;
    for (long i = 0; i < image.pixels(); ++i)
      sum += double(detail::luma(image.data + image.channels() * i, image.channels()));
    return float(sum / double(image.pixels()));
  }
  /// x = towards + factor (x - towards), within [-1, 1].
  static void blend(float* x, long count, float towards, float factor) {
    for (long i = 0; i < count; ++i) x[i] = std::clamp(towards + factor * (x[i] - towards), -1.0F, 1.0F);
  }
  /// Turns each pixel's hue in HSV by `turn` of the circle, in sixths: with v the largest and v - d the smallest of its
  /// channels, each channel is v - d clamp(min(k, 4 - k), 0, 1), k = (n + hue) mod 6, n = 5, 3, 1 (Smith 1978).
  static void turn_hues(const Batch<float>& image, float turn) {
    for (long i = 0; i < image.pixels(); ++i) {
      float* const pixel = image.data + 3 * i;
      const float r = pixel[0], g = pixel[1], b = pixel[2];
      const float v = (std::max)({r, g, b}), d = v - (std::min)({r, g, b});
      if (d <= 0) continue;
      const float apart = v == r ? g - b : v == g ? b - r : r - g, first = v == r ? 0 : v == g ? 2 : 4;
      const float hue_of = apart / d + first + 6 * turn + 6;  // in [2, 14)
      for (int c = 0; c < 3; ++c) {
        float k = hue_of + float(5 - 2 * c);  // in [3, 19)
        k -= k >= 18 ? 18.0F : k >= 12 ? 12.0F : k >= 6 ? 6.0F : 0.0F;
        pixel[c] = v - d * std::clamp((std::min)(k, 4 - k), 0.0F, 1.0F);
      }
    }
  }
};

}  // namespace DIM_ABI
}  // namespace dim
