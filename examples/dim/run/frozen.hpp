// Encoders of runs, ready for use.
#pragma once
#include <dim/cpu/cpu.hpp>
#include <dim/data/images.hpp>
#include <dim/io/safetensors.hpp>
#include <dim/model/frozen_encoder.hpp>
#include <string>

#include "run_folder.hpp"

namespace program {

using Frozen = dim::FrozenEncoder<dim::Cpu, float>;

/// An encoder, and how many steps it was trained for.
struct TrainedEncoder {
  Frozen encoder;
  long steps;
};

/// The representation of that name. Throws dim::Error.
dim::Representation feature_of(const std::string& name);

/// The file with a run's last encoder, or its best one on held-out pictures. Throws dim::Error where there is none.
std::string encoder_file(const RunFolder& run, bool best);

/// The encoder of a run in that file, as it is described there, else as the run's settings name it, for pictures of
/// this shape; both from one reading, as training may write it anew meanwhile. Throws dim::Error where they don't
/// fit.
TrainedEncoder load_frozen(const RunFolder& run, const std::string& file, dim::Shape pictures, int threads);

/// Reads a file that the program makes anew where it is missing. Throws dim::Error, with what comes of deleting it.
dim::Safetensors read_remade(const std::string& path, const std::string& then);

/// y of all pictures, (N, D).
std::vector<float> codes_of(const Frozen& encoder, const dim::Images& images);

}  // namespace program
