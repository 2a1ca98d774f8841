// Augmentations by name.
#pragma once
#include <dim/data/augmentations/any.hpp>
#include <string>

namespace program {

/// The names of all augmentations, for a list of choices.
extern const char* const augmentation_names;

/// The augmentations that a text names, as in crop,flip,jitter, in this order and with the library's options; "none" has
/// none. Throws dim::Error for any other text.
dim::AnyAugmentations augmentations_of(const std::string& text);

}  // namespace program
