// The image as a mirror shows it.
#pragma once
#include <algorithm>

#include "../augmentation.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Mirrors the image, left to right, with probability `chance`.
struct HorizontalFlip {
  float chance = 0.5F;

  void check_options(Shape image) const {
    detail::check_chance("a flip", chance);
    if (is_signal(image))
      throw Error("a flip would run signals, images of ", to_string(image), ", backwards; leave it out");
  }
  void apply(Canvas& canvas, const Draw& draw) const {
    if (draw.uniform(0) >= chance) return;
    const Batch<float>& image = canvas.image;
    for (long y = 0; y < image.height(); ++y)
      for (long left = 0, right = image.width() - 1; left < right; ++left, --right)
        std::swap_ranges(image.at(0, y, left), image.at(0, y, left + 1), image.at(0, y, right));
  }
};

}  // namespace DIM_ABI
}  // namespace dim
