#include "frozen.hpp"

#include <dim/cpu/backend.hpp>
#include <dim/io/checksum.hpp>
#include <dim/io/file.hpp>
#include <dim/train/checkpoint.hpp>

#include "../terminal/text.hpp"
#include "models.hpp"

namespace program {

dim::Safetensors read_remade(const std::string& path, const std::string& then) {
  try {
    dim::Safetensors file = dim::read_safetensors(path);
    if (!file.has_checksum())
      throw dim::Error(path + ": it has no checksum, which it was written with: use another copy");
    return file;
  } catch (const dim::Error& error) {
    throw dim::Error(std::string(error.what()) + ", or delete it: " + then);
  }
}

std::optional<long> steps_in(const dim::Safetensors& encoder) {
  if (!encoder.metadata().contains("steps")) return std::nullopt;
  return long(dim::metadata_number(encoder, "steps"));
}

dim::Representation feature_of(const std::string& name) {
  require_one_of("--feature", name, all_features);
  return name == "conv" ? dim::Representation::conv
         : name == "fc" ? dim::Representation::fc
                        : dim::Representation::y;
}

std::string encoder_file(const RunFolder& run, bool best) {
  if (best && !run.has_best())
    throw dim::Error(run.path() +
                     " has no best.safetensors: it held no images out of its training, or has not come to "
                     "the end of an epoch; leave --best out");
  if (!best && run.exists() && !run.has_encoder())
    throw dim::Error(
        run.path() +
        " has no encoder.safetensors: the `dim train` command that made the folder writes it again");
  return best ? run.best() : run.encoder();
}

TrainedEncoder load_frozen(const RunFolder& run, const std::string& file, dim::Shape image, int threads) {
  auto encoder = make_encoder(run.settings(), image);
  const dim::Safetensors weights = dim::read_safetensors(file);
  const auto cpu = dim::Cpu::with_threads(threads);
  return {dim::is_described(weights) ? dim::load_described<dim::Cpu, float>(cpu, weights)
                                     : dim::load_encoder<dim::Cpu, float>(cpu, std::move(encoder), weights),
          steps_in(weights).value_or(0)};
}

TrainedEncoder load_frozen(const std::string& file, int threads) {
  std::vector<std::byte> bytes = dim::read_file(file);
  const std::uint64_t checksum = dim::checksum(bytes);
  const dim::Safetensors weights(std::move(bytes), file);
  return {dim::load_described<dim::Cpu, float>(dim::Cpu::with_threads(threads), weights),
          steps_in(weights).value_or(0), checksum};
}

dim::Shape shape_of(const Frozen& encoder, const RunFolder& run, const std::string& feature) {
  const dim::Shape shape = encoder.shape(feature_of(feature));
  if (!shape.valid())
    throw dim::Error("the encoder of ", run.path(), " has no ", feature, "; choose another --feature");
  return shape;
}

std::vector<float> features_of(const Frozen& encoder, const std::string& feature, const dim::Images& images) {
  const dim::Representation of = feature_of(feature);
  std::vector<float> rows(std::size_t(images.size() * encoder.shape(of).size()));
  encoder.features(images, of, rows.data());
  return rows;
}

std::vector<float> codes_of(const Frozen& encoder, const dim::Images& images) {
  return features_of(encoder, "y", images);
}

}  // namespace program
