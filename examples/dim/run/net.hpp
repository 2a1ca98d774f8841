// Encoders as files describe them, and as they are planned for images of any size.
#pragma once
#include <dim/cpu/cpu.hpp>
#include <dim/io/json.hpp>
#include <dim/model/interfaces.hpp>
#include <string>

namespace program {

using EncoderGraph = dim::EncoderGraph<dim::Cpu, float>;

/// Is this name of an encoder that of a file, which ends in .json?
bool is_net_file(const std::string& name);
/// The whole description of the encoder in a file (docs/writing-your-own.md). Throws dim::Error, with the file and
/// the number of the layer.
dim::Json read_net(const std::string& path);
/// The encoder of a run's own description. Throws dim::Error.
EncoderGraph graph_of(const dim::Json& net);
/// A description as one edits it: a line a layer, and nothing that follows from their order.
std::string net_text(const dim::Json& net);

/// The name of the encoder that is planned for images of this shape, "basic-3x48x48".
std::string planned_name(dim::Shape images);
/// Is the name of that kind?
bool is_planned(const std::string& name);
/// The description of the encoder of such a name: the plan of basic32x32 and basic64x64, whose convolutions halve
/// the map and double its channels, from 64 to at most 512, until its shorter side is 3 to 5. For signals, which are
/// images of height 1, they are along the signal, of 8 samples and stride 4, until 3 to 11 locations are left. Throws
/// dim::Error.
dim::Json planned_net(const std::string& name);

}  // namespace program
