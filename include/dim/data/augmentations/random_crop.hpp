// The image moved at random.
#pragma once
#include <algorithm>

#include "../augmentation.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Moves the image by up to `padding` pixels down or up and to the left or right; what comes in is black. That is a
/// random crop of the image within a border of `padding` black pixels (Krizhevsky 2009). A signal, whose height is 1, is
/// moved to the left or right only.
struct RandomCrop {
  int padding = 4;

  void check_options(Shape image) const {
    if (padding < 0 || (padding >= image.height && !is_signal(image)) || padding >= image.width)
      throw Error("a crop can't move images of ", to_string(image), " by up to ", padding,
                  " pixels; give 0 or more, and less than the images' sides");
  }
  void apply(Canvas& canvas, const Draw& draw) const {
    const std::uint64_t places = 2 * std::uint64_t(padding) + 1;
    const long down = is_signal(canvas.image.shape) ? 0 : long(draw.below(places, 0)) - padding,
               right = long(draw.below(places, 1)) - padding;
    const Batch<float>& image = canvas.image;
    const long first = std::clamp(-right, 0L, image.width()),
               behind = std::clamp(image.width() - right, 0L, image.width());
    for (long y = 0; y < image.height(); ++y) {
      float* const line = canvas.spare.at(0, y, 0);
      std::fill_n(line, image.line(), -1.0F);
      if (y + down >= 0 && y + down < image.height())
        std::copy(image.at(0, y + down, first + right), image.at(0, y + down, behind + right),
                  line + first * image.channels());
    }
    canvas.swap();
  }
};

}  // namespace DIM_ABI
}  // namespace dim
