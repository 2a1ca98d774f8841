// Images of a data set, a name for each, and an encoder's representation of each: what is grouped or shown.
#pragma once
#include <dim/data/images.hpp>
#include <dim/evaluate/features.hpp>
#include <string>
#include <vector>

#include "settings.hpp"

namespace program {

struct NamedFeatures {
  dim::Images images;
  std::vector<std::string> names;  // N paths within the folder, or "test/17"
  std::vector<float> rows;         // (N, size)
  long size;

  dim::Features<float> features() const { return {rows.data(), images.size(), size}; }
};

/// Reads the images of a folder or of SPEC, in the shape that the run's encoder takes, and has it represent them. Throws
/// dim::Error.
NamedFeatures named_features(const UseSettings& settings);

/// The name of a class, or its number if it has none.
std::string class_name(const dim::Images& images, int label);

}  // namespace program
