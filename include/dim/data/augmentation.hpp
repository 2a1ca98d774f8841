// Random changes of images, by which training sees another view of each image every time.
#pragma once
#include <utility>

#include "../core/error.hpp"
#include "dataset.hpp"

namespace dim {
inline namespace DIM_ABI {

/// What augmentations work on: one image (1, H, W, C) without a border, of values from -1 (black) to 1, and as much
/// memory again, whose content is anything. Augmentations that can't work in place write there and swap the two.
struct Canvas {
  Batch<float> image, spare;

  void swap() { std::swap(image.data, spare.data); }
};

/// A random change of an image. `apply(canvas, draw)` makes it, by random numbers 0 to 63 of `draw`: the same numbers
/// give the same view. `check_options(shape)` throws Error for options that can't be, or not for images of this shape.
template <class A>
concept Augmentation = requires(const A& augmentation, Canvas& canvas, const Draw& draw, Shape shape) {
  augmentation.apply(canvas, draw);
  augmentation.check_options(shape);
};

namespace detail {

/// Throws Error unless `chance` is a probability.
inline void check_chance(const char* augmentation, double chance) {
  if (!(chance >= 0 && chance <= 1))
    throw Error(augmentation, " with a chance of ", chance, " can't be; give a probability, from 0 to 1");
}
/// Throws Error unless images have one channel, or red, green and blue, which the channels of a signal aren't.
inline void check_colours(const char* augmentation, Shape image) {
  if (image.channels != 1 && (image.channels != 3 || is_signal(image)))
    throw Error(augmentation, " takes images of one channel (gray) or three (red, green, blue), not of ",
                to_string(image), "; leave it out");
}

/// A number uniform on [low, high).
inline float between(float low, float high, float uniform) {
  return low + (high - low) * uniform;
}

}  // namespace detail
}  // namespace DIM_ABI
}  // namespace dim
