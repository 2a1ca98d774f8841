#include "sources.hpp"

#include <algorithm>
#include <dim/cpu/backend.hpp>
#include <dim/train/checkpoint.hpp>

#include "data.hpp"
#include "models.hpp"

namespace program {

bool contains(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

std::vector<std::string> Source::features(const std::vector<std::string>& asked) const {
  if (!encoder) return {"pixels"};
  std::vector<std::string> names;
  for (const std::string& each : asked)
    if (encoder->shape(feature_of(each)).valid()) names.push_back(each);
  return names;
}

long Source::size(const std::string& feature, const dim::Images& images) const {
  return encoder ? encoder->shape(feature_of(feature)).size() : images.shape().size();
}

std::vector<Represented> Source::represent(const std::vector<std::string>& features,
                                           const SplitPictures& train, const SplitPictures& test) const {
  std::vector<Represented> data(features.size(), Represented{train, test});
  if (features.empty()) return data;
  if (!encoder) {
    data[0].train = pixels_of(train.images);
    data[0].test = pixels_of(test.images);
    return data;
  }
  const auto fill = [&](const dim::Images& images, std::vector<float> Represented::*split) {
    std::vector<Frozen::Target> targets;
    for (std::size_t i = 0; i < features.size(); ++i) {
      const dim::Feature feature = feature_of(features[i]);
      (data[i].*split).resize(std::size_t(images.size() * encoder->shape(feature).size()));
      targets.push_back({feature, (data[i].*split).data()});
    }
    encoder->features(images, targets);
  };
  fill(train.images, &Represented::train);
  fill(test.images, &Represented::test);
  return data;
}

Source trained_source(const EvaluateSettings& settings, const RunFolder& run, dim::Shape pictures) {
  TrainedEncoder trained = load_frozen(run, encoder_file(run, settings.best), pictures, settings.threads);
  return {"trained", trained.steps, std::move(trained.encoder)};
}

void add_baselines(const EvaluateSettings& settings, const RunFolder& run, const std::string& data,
                   const dim::Images& train, std::vector<Source>& sources) {
  if (contains(settings.baselines, "untrained")) {
    const TrainSettings trained = run.settings();
    std::string name = trained.encoder;
    const dim::Cpu cpu = dim::Cpu::with_threads(settings.threads);
    sources.push_back(
        {"untrained", 0,
         dim::untrained<dim::Cpu, float>(cpu, make_encoder(name, train.shape()), trained.seed)});
  }
  if (contains(settings.baselines, "supervised")) {
    TrainedEncoder trained = supervised_encoder(run, data, train, settings.again, settings.threads);
    sources.push_back({"supervised", trained.steps, std::move(trained.encoder)});
  }
  if (contains(settings.baselines, "pixels")) sources.push_back({"pixels", 0, {}});
}

}  // namespace program
