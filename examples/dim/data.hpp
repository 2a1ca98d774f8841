// Data sets by their names.
#pragma once
#include <dim/data/cifar.hpp>
#include <dim/data/images.hpp>
#include <string>
#include <vector>

namespace program {

/// Reads a split of the data that SPEC names: fashion-mnist[:DIR], cifar10:DIR or cifar100:DIR; `limit` > 0
/// takes the first so many pictures. Throws dim::Error.
dim::Images read_data(const std::string& spec, dim::Split split, long limit);

/// The part of SPEC before the colon.
std::string data_name(const std::string& spec);

/// Pixels as an encoder sees them, (N, H W C), in [-1, 1].
std::vector<float> pixels_of(const dim::Images& images);

}  // namespace program
