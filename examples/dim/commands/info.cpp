#include <cstdio>
#include <dim/cpu/backend.hpp>
#include <dim/train/checkpoint.hpp>

#include "../run/frozen.hpp"
#include "../run/models.hpp"
#include "../run/net.hpp"
#include "../run/run_folder.hpp"
#include "../terminal/instructions.hpp"
#include "../terminal/text.hpp"
#include "commands.hpp"
#include "epoch_log.hpp"

namespace program {

namespace {

/// A line of the list: a name and its value.
void add_line(std::string& text, std::size_t width, const std::string& name, const std::string& value) {
  text += "  " + name + std::string(name.size() < width ? width - name.size() + 1 : 1, ' ') + value + "\n";
}
constexpr std::size_t setting_width = 13, layer_width = 28;

/// The layers and shapes of an encoder.
std::string lines_of(const EncoderGraph& encoder) {
  std::string text;
  const dim::EncoderShapes shapes = encoder.shapes();
  add_line(text, setting_width, "image", to_string(shapes.image) + ", bytes scaled to [-1, 1]");
  for (const auto& stage : encoder.graph.stages())
    add_line(text, layer_width, stage.path.substr(0, stage.path.rfind('.')),
             stage.layer->name() + " to " + to_string(encoder.shape(stage.out)));
  add_line(text, setting_width, "gives",
           "map " + to_string(shapes.map) + ", conv " + to_string(shapes.conv) +
               (shapes.fc.valid() ? ", fc " + to_string(shapes.fc) : "") + ", y " + to_string(shapes.code));
  return text;
}

/// The file's description of its encoder.
std::string description_of(const dim::Safetensors& file) {
  std::string text;
  if (!dim::is_described(file)) {
    add_line(text, setting_width, "layers", "not described, as in older files");
    return text;
  }
  return lines_of(dim::DescriptionReader<dim::Cpu, float>::read(
      dim::Json::parse(file.metadata().at(dim::description_name), file.source()), file.source()));
}

/// The contents of a run's folder. Throws dim::Error.
std::string contents_of(const RunFolder& run) {
  std::string text;
  const dim::Json identity = run.settings().identity();
  for (const auto& member : identity.object())
    if (member.name != "net")  // whose layers follow
      add_line(text, setting_width, member.name, member.value.dump());
  const dim::Safetensors encoder = dim::read_safetensors(run.encoder());
  const std::optional<long> steps = steps_in(encoder);
  add_line(text, setting_width, "steps", steps ? std::to_string(*steps) : "not recorded");
  text += description_of(encoder);
  long numbers = 0;
  for (const dim::Tensor& tensor : encoder.tensors()) {
    std::string shape;
    long size = 1;
    for (const long extent : tensor.shape) {
      shape += (shape.empty() ? "" : " x ") + std::to_string(extent);
      size *= extent;
    }
    numbers += size;
    add_line(text, layer_width, tensor.name, shape);
  }
  return text + "  " + std::to_string(numbers) + " values in " + run.encoder() + "\n";
}

/// The settings of a run as a file for `dim train --config`: those that are not the program's defaults, with the epochs
/// that it has been trained.
std::string options_of(const RunFolder& run) {
  const TrainSettings settings = run.settings();
  std::string text;
  if (!settings.net.is_null())
    text += "# " + settings.encoder + " may have changed; what it said is printed by dim info " +
            quoted(run.path()) + " --json\n";
  text += settings.options();
  long epochs = 0;
  for (const dim::Json& line : run.recorded())
    if (const dim::Json* epoch = line.find("epoch");
        epoch && line.at("protocol").string() == EpochLog::epoch_protocol)
      epochs = epoch->integer();
  if (epochs > 0) text += "epochs = " + std::to_string(epochs) + "\n";
  return text;
}

}  // namespace

void info(const InfoSettings& settings) {
  if (settings.options) {
    std::fputs(options_of(RunFolder(settings.run)).c_str(), stdout);
    return;
  }
  if (settings.json && !settings.run.empty()) {
    const TrainSettings trained = RunFolder(settings.run).settings();
    const dim::Json net =
        trained.net.is_null() ? describe(named_encoder(trained.encoder)->graph()) : trained.net;
    std::fputs(net_text(net).c_str(), stdout);
    return;
  }
  // First, so that an error in the run or the encoder is all that is printed.
  std::string contents = settings.run.empty() ? "" : contents_of(RunFolder(settings.run));
  if (!settings.encoder.empty()) {
    const auto encoder = named_encoder(settings.encoder);
    if (settings.json) {
      std::fputs(net_text(describe(encoder->graph())).c_str(), stdout);
      return;
    }
    add_line(contents, setting_width, "encoder", settings.encoder);
    add_line(contents, setting_width, "parameters", std::to_string(encoder->counts().parameters));
    contents += lines_of(encoder->graph());
  }
  std::string text = build_text() + ", " + threads_text(dim::available_threads()) + "\n";
  if (const std::string processor = processor_text(); !processor.empty())
    add_line(text, setting_width, "processor", processor);
  std::fputs((text + contents).c_str(), stdout);
}

}  // namespace program
