#include <cstdio>
#include <dim/cpu/backend.hpp>
#include <dim/io/npy.hpp>
#include <dim/train/checkpoint.hpp>

#include "commands.hpp"
#include "data.hpp"
#include "frozen.hpp"
#include "models.hpp"
#include "run_folder.hpp"

namespace program {

dim::Feature feature_of(const std::string& name) {
  require_one_of("--feature", name, all_features);
  return name == "conv" ? dim::Feature::conv : name == "fc" ? dim::Feature::fc : dim::Feature::y;
}

std::string encoder_file(const RunFolder& run, bool best) {
  if (best && !run.has_best())
    throw dim::Error(run.path() +
                     " has no best.safetensors: it held no pictures out of its training, or has not come to "
                     "the end of an epoch; leave --best out");
  return best ? run.best() : run.encoder();
}

Frozen load_frozen(const RunFolder& run, const std::string& file, dim::Shape pictures, int threads) {
  std::string name = run.settings().encoder;
  auto encoder = make_encoder(name, pictures);
  return dim::load_encoder<dim::Cpu, float>(dim::Cpu::with_threads(threads), std::move(encoder), file);
}

void features(const FeatureSettings& settings) {
  require_one_of("--split", settings.split, {"train", "test"});
  const RunFolder run(settings.run);
  const std::string spec = settings.data.empty() ? run.settings().data : settings.data;
  const dim::Feature feature = feature_of(settings.feature);
  const dim::Images images =
      read_data(spec, settings.split == "train" ? dim::Split::train : dim::Split::test, 0);
  const Frozen encoder = load_frozen(run, encoder_file(run, settings.best), images.shape(), settings.threads);

  const dim::Shape shape = encoder.shape(feature);
  std::vector<float> values(std::size_t(images.size() * shape.size()));
  encoder.features(images, feature, values.data());
  std::vector<long> sizes{images.size(), shape.channels};
  if (shape.area() > 1) sizes.insert(sizes.end(), {shape.height, shape.width});
  dim::write_npy(settings.out, values.data(), sizes);
  std::printf("%s: %ld x %ld numbers, %s of the %s pictures of %s\n", settings.out.c_str(), images.size(),
              shape.size(), settings.feature.c_str(), settings.split.c_str(), spec.c_str());
}

}  // namespace program
