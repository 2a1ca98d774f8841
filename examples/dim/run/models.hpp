// Encoders and objectives by name.
#pragma once
#include <dim/model/interfaces.hpp>
#include <memory>

#include "settings.hpp"

namespace program {

using AnyEncoder = dim::AnyEncoder<dim::Cpu, float>;
using AnyObjective = dim::AnyObjective<dim::Cpu, float>;

/// The encoder of that name: a ready one, a planned one, or that of a file. Throws dim::Error if there is none.
std::unique_ptr<AnyEncoder> named_encoder(const std::string& name);

/// Completes the settings: with the name of the ready encoder for images of this shape, or else of a planned one, if
/// they name none; with what the file says, if they name a file and don't hold that yet. Throws dim::Error.
void choose_encoder(TrainSettings& settings, dim::Shape images);

/// The encoder of a run. Throws dim::Error if there is none of its name, or if it takes other images than these.
std::unique_ptr<AnyEncoder> make_encoder(const TrainSettings& settings, dim::Shape images);

/// The objective that the settings name, for an encoder of these shapes. Throws dim::Error.
std::unique_ptr<AnyObjective> make_objective(const TrainSettings& settings, const dim::EncoderShapes& shapes);

}  // namespace program
