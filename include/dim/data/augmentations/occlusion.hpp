// A part of the image hidden.
#pragma once
#include <algorithm>

#include "../augmentation.hpp"

namespace dim {
inline namespace DIM_ABI {

/// With probability `chance`, makes a square gray whose side is `share` of the image's height, around a pixel drawn
/// from all of them, so that some of it may lie outside (Cutout; DeVries and Taylor 2017). Of a signal, whose height is 1,
/// it hides such a share of the length.
struct Occlusion {
  float share = 0.5F, chance = 0.5F;

  void check_options(Shape) const {
    detail::check_chance("an occlusion", chance);
    if (!(share > 0 && share <= 1))
      throw Error("an occlusion can't hide a square of ", share,
                  " of the height; give a number above 0 up to 1");
  }
  void apply(Canvas& canvas, const Draw& draw) const {
    if (draw.uniform(0) >= chance) return;
    const Batch<float>& image = canvas.image;
    const long side =
        (std::max)(1L, long(share * float(is_signal(image.shape) ? image.width() : image.height())));
    const long top = long(draw.below(std::uint64_t(image.height()), 1)) - side / 2,
               left = long(draw.below(std::uint64_t(image.width()), 2)) - side / 2;
    const long first = (std::max)(left, 0L), behind = (std::min)(left + side, image.width());
    for (long y = (std::max)(top, 0L); y < (std::min)(top + side, image.height()); ++y)
      std::fill(image.at(0, y, first), image.at(0, y, behind), 0.0F);
  }
};

}  // namespace DIM_ABI
}  // namespace dim
