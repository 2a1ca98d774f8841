// Encoders and objectives by their names.
#pragma once
#include <dim/model/interfaces.hpp>
#include <memory>

#include "settings.hpp"

namespace program {

using AnyEncoder = dim::AnyEncoder<dim::Cpu, float>;
using AnyObjective = dim::AnyObjective<dim::Cpu, float>;

/// The encoder of that name; with an empty one the encoder that fits pictures of this shape, whose name it
/// writes back. Throws dim::Error where there is none, or where it takes other pictures.
std::unique_ptr<AnyEncoder> make_encoder(std::string& name, dim::Shape pictures);

/// The objective that the settings name, for an encoder of these shapes. Throws dim::Error.
std::unique_ptr<AnyObjective> make_objective(const TrainSettings& settings, const dim::EncoderShapes& shapes);

}  // namespace program
