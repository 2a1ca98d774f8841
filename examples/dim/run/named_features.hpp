// Images of a data set, a name for each, and an encoder's representation of each: what is grouped or shown.
#pragma once
#include <dim/data/images.hpp>
#include <dim/evaluate/features.hpp>
#include <string>
#include <vector>

#include "../data/image_folder.hpp"
#include "settings.hpp"

namespace program {

struct NamedFeatures {
  dim::Images images;
  std::vector<std::string> names;  // N paths within the folder, numbers in the array, or "test/17"
  std::vector<float> rows;         // (N, size)
  long size;

  dim::Features<float> features() const { return {rows.data(), images.size(), size}; }
};

/// Images of DATA, and a name for each: of a folder, or of files and arrays as SPEC has them, all unless `split` says
/// train or test; of other data those of that split, test if it is empty, or all. Files are brought to `shape`, and those
/// that are left out are told. What the cache holds is not decoded; it is finished. Throws dim::Error.
FileImages named_images(const std::string& data, const std::string& split, dim::Shape shape,
                        ImageCache cache);

/// Reads such images and has the run's encoder represent them. Throws dim::Error.
NamedFeatures named_features(const UseSettings& settings);

/// The name of a class, or its number if it has none.
std::string class_name(const dim::Images& images, int label);

}  // namespace program
