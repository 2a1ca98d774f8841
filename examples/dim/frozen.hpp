// Encoders of runs, ready for use.
#pragma once
#include <dim/cpu/cpu.hpp>
#include <dim/train/frozen_encoder.hpp>
#include <string>

#include "run_folder.hpp"

namespace program {

using Frozen = dim::FrozenEncoder<dim::Cpu, float>;

/// The representation of that name. Throws dim::Error.
dim::Feature feature_of(const std::string& name);

/// The file with a run's last encoder, or its best one on held-out pictures. Throws dim::Error where there is none.
std::string encoder_file(const RunFolder& run, bool best);

/// The encoder of a run in that file, for pictures of this shape. Throws dim::Error where they don't fit.
Frozen load_frozen(const RunFolder& run, const std::string& file, dim::Shape pictures, int threads);

}  // namespace program
