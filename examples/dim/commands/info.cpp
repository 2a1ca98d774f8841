#include <cstdio>
#include <dim/cpu/backend.hpp>
#include <dim/train/checkpoint.hpp>

#include "../run/run_folder.hpp"
#include "../terminal/instructions.hpp"
#include "commands.hpp"

namespace program {

namespace {

/// What the file says of its encoder.
void print_description(const dim::Safetensors& file) {
  if (!dim::is_described(file)) {
    std::printf("  %-13s not described, as in older files\n", "layers");
    return;
  }
  const auto encoder = dim::DescriptionReader<dim::Cpu, float>::read(
      dim::Json::parse(file.metadata().at(dim::description_name), file.source()), file.source());
  const dim::EncoderShapes shapes = encoder.shapes();
  std::printf("  %-13s %s, bytes scaled to [-1, 1]\n", "image", to_string(shapes.image).c_str());
  for (const auto& stage : encoder.graph.stages())
    std::printf("  %-28s %s to %s\n", stage.path.substr(0, stage.path.rfind('.')).c_str(),
                stage.layer->name().c_str(), to_string(encoder.shape(stage.out)).c_str());
  std::printf("  %-13s map %s, conv %s, %sy %s\n", "gives", to_string(shapes.map).c_str(),
              to_string(shapes.conv).c_str(),
              shapes.fc.valid() ? ("fc " + to_string(shapes.fc) + ", ").c_str() : "",
              to_string(shapes.code).c_str());
}

}  // namespace

void info(const std::string& path) {
  std::printf("%s, %s\n", build_text().c_str(), threads_text(dim::available_threads()).c_str());
  if (const std::string processor = processor_text(); !processor.empty())
    std::printf("  %-13s %s\n", "processor", processor.c_str());
  if (path.empty()) return;

  const RunFolder run(path);
  const dim::Json identity = run.settings().identity();
  for (const auto& member : identity.object())
    std::printf("  %-13s %s\n", member.name.c_str(), member.value.dump().c_str());
  const dim::Safetensors encoder = dim::read_safetensors(run.encoder());
  std::printf("  %-13s %ld\n", "steps", long(dim::metadata_number(encoder, "steps")));
  print_description(encoder);
  long numbers = 0;
  for (const dim::Tensor& tensor : encoder.tensors()) {
    std::string shape;
    long size = 1;
    for (const long extent : tensor.shape) {
      shape += (shape.empty() ? "" : " x ") + std::to_string(extent);
      size *= extent;
    }
    numbers += size;
    std::printf("  %-28s %s\n", tensor.name.c_str(), shape.c_str());
  }
  std::printf("  %ld numbers in %s\n", numbers, run.encoder().c_str());
}

}  // namespace program
