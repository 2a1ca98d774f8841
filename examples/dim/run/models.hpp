// Encoders and objectives by name.
#pragma once
#include <dim/model/interfaces.hpp>
#include <memory>

#include "settings.hpp"

namespace program {

using AnyEncoder = dim::AnyEncoder<dim::Cpu, float>;
using AnyObjective = dim::AnyObjective<dim::Cpu, float>;

/// The encoder of that name, or if it is empty, the encoder that fits images of this shape, whose name is written
/// back to it. Throws dim::Error if there is none, or if it takes other images.
std::unique_ptr<AnyEncoder> make_encoder(std::string& name, dim::Shape images);

/// The objective that the settings name, for an encoder of these shapes. Throws dim::Error.
std::unique_ptr<AnyObjective> make_objective(const TrainSettings& settings, const dim::EncoderShapes& shapes);

}  // namespace program
