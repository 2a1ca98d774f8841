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

/// The encoder of a run, for pictures of this shape. Throws dim::Error where they don't fit.
Frozen load_frozen(const RunFolder& run, dim::Shape pictures, int threads);

}  // namespace program
