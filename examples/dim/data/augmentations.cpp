#include "augmentations.hpp"

#include <dim/io/file.hpp>
#include <set>

namespace program {
namespace {

struct NamedAugmentation {
  const char* name;
  dim::AnyAugmentations::Choice choice;
};
const NamedAugmentation augmentations[] = {
    {"crop", dim::RandomCrop{}},     {"resized-crop", dim::RandomResizedCrop{}},
    {"flip", dim::HorizontalFlip{}}, {"jitter", dim::ColourJitter{}},
    {"gray", dim::Grayscale{}},      {"blur", dim::GaussianBlur{}},
    {"occlusion", dim::Occlusion{}}};

}  // namespace

const char* const augmentation_names = "crop, resized-crop, flip, jitter, gray, blur and occlusion";

dim::AnyAugmentations augmentations_of(const std::string& text) {
  dim::AnyAugmentations named;
  if (text == "none") return named;
  std::set<std::string> before;
  for (std::size_t begin = 0, end = 0; end != text.npos; begin = end + 1) {
    end = text.find(',', begin);
    const std::string name = text.substr(begin, end - begin);
    if (!before.insert(name).second) throw dim::Error(name, " is given twice; give it once");
    bool found = false;
    for (const NamedAugmentation& each : augmentations)
      if (name == each.name) {
        named.choices.push_back(each.choice);
        found = true;
      }
    if (!found)
      throw dim::Error("there is no augmentation ", dim::in_quotes(name), "; choose among ",
                       augmentation_names, ", or none");
  }
  return named;
}

}  // namespace program
