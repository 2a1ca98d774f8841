// Some images of a split, and a second view of each, for measures that need no labels.
#pragma once
#include <dim/data/images.hpp>
#include <dim/evaluate/features.hpp>

namespace program {

/// The most images of which such measures are taken: their time grows with the square of the number or faster.
constexpr long most_viewed = 2000;

/// From one of these images to the next among all `images` of a split: images 0, step, 2 step, ..., so that those of a
/// folder, which lie class by class, are of all classes.
constexpr long viewed_step(long images) {
  return images > most_viewed ? (images + most_viewed - 1) / most_viewed : 1;
}
/// How many images that makes.
constexpr long viewed_count(long images) {
  return (images + viewed_step(images) - 1) / viewed_step(images);
}
/// The features of these images among those of the whole split.
dim::Features<float> viewed(const dim::Features<float>& all);

/// A second view of each of these images: shifted by up to 4 pixels either way, what comes in being black, and half of
/// them mirrored, by chance; a signal is shifted along only. Always the same.
dim::Images second_views(const dim::Images& all);

}  // namespace program
