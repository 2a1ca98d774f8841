// The image without its colours.
#pragma once
#include "../augmentation.hpp"

namespace dim {
inline namespace DIM_ABI {

namespace detail {
/// The luma of a pixel of red, green and blue (ITU-R BT.601), or its one value.
inline float luma(const float* pixel, long channels) {
  return channels == 3 ? 0.299F * pixel[0] + 0.587F * pixel[1] + 0.114F * pixel[2] : pixel[0];
}
}  // namespace detail

/// Gives all three channels the pixel's luma, with probability `chance`. Gray images stay as they are.
struct Grayscale {
  float chance = 0.2F;

  void check_options(Shape image) const {
    detail::check_chance("a grayscale", chance);
    detail::check_colours("a grayscale", image);
  }
  void apply(Canvas& canvas, const Draw& draw) const {
    const Batch<float>& image = canvas.image;
    if (draw.uniform(0) >= chance || image.channels() != 3) return;
    for (long i = 0; i < image.pixels(); ++i) {
      float* const pixel = image.data + 3 * i;
      pixel[0] = pixel[1] = pixel[2] = detail::luma(pixel, 3);
    }
  }
};

}  // namespace DIM_ABI
}  // namespace dim
