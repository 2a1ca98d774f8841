// Encoders of runs, ready for use.
#pragma once
#include <cstdint>
#include <dim/cpu/cpu.hpp>
#include <dim/data/images.hpp>
#include <dim/io/safetensors.hpp>
#include <dim/model/frozen_encoder.hpp>
#include <optional>
#include <string>

#include "run_folder.hpp"

namespace program {

using Frozen = dim::FrozenEncoder<dim::Cpu, float>;

/// An encoder, the number of steps it was trained for, 0 where its file doesn't say, and a checksum of that file.
struct TrainedEncoder {
  Frozen encoder;
  long steps;
  std::uint64_t checksum = 0;
};

/// The number of steps in an encoder's file; nothing where it doesn't say, as one that PyTorch wrote. Throws dim::Error
/// for what is no number.
std::optional<long> steps_in(const dim::Safetensors& encoder);

/// The representation of that name. Throws dim::Error.
dim::Representation feature_of(const std::string& name);

/// The file with a run's last encoder, or with the best one on held-out images. Throws dim::Error if there is none.
std::string encoder_file(const RunFolder& run, bool best);

/// The encoder in that file of a run, as the file describes it, or else as the run's settings name it, for images of
/// this shape. File and step count come from one reading, as training may write the file anew meanwhile. Throws
/// dim::Error if they don't fit.
TrainedEncoder load_frozen(const RunFolder& run, const std::string& file, dim::Shape image, int threads);

/// The encoder in a file that describes it, of whatever images, with the file's checksum. Throws dim::Error.
TrainedEncoder load_frozen(const std::string& file, int threads);

/// Reads a file that the program makes anew if it is missing. Throws dim::Error, which says what follows from
/// deleting it.
dim::Safetensors read_remade(const std::string& path, const std::string& then);

/// The shape of the representation of that name. Throws dim::Error if there is no such name, or the encoder, which is that
/// of a run, has none.
dim::Shape shape_of(const Frozen& encoder, const RunFolder& run, const std::string& feature);

/// The representation of that name of all images, (N, D).
std::vector<float> features_of(const Frozen& encoder, const std::string& feature, const dim::Images& images);
/// y of all images, (N, D).
std::vector<float> codes_of(const Frozen& encoder, const dim::Images& images);

}  // namespace program
