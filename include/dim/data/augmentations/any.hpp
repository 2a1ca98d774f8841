// Augmentations chosen at run time.
#pragma once
#include <variant>
#include <vector>

#include "colour_jitter.hpp"
#include "gaussian_blur.hpp"
#include "grayscale.hpp"
#include "horizontal_flip.hpp"
#include "occlusion.hpp"
#include "random_crop.hpp"
#include "random_resized_crop.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Some of the library's augmentations, in this order; they draw as in `Augmented` of the same list of types.
struct AnyAugmentations {
  using Choice = std::variant<RandomCrop, RandomResizedCrop, HorizontalFlip, ColourJitter, Grayscale,
                              GaussianBlur, Occlusion>;
  std::vector<Choice> choices;

  void check_options(Shape image) const {
    for (const Choice& choice : choices)
      std::visit([&](const auto& augmentation) { augmentation.check_options(image); }, choice);
  }
  void apply(Canvas& canvas, const Draw& draw) const {
    std::uint64_t part = 0;
    for (const Choice& choice : choices)
      std::visit([&](const auto& augmentation) { augmentation.apply(canvas, draw.part(part++)); }, choice);
  }
};

}  // namespace DIM_ABI
}  // namespace dim
