#include "sources.hpp"

#include <algorithm>
#include <cstdio>
#include <dim/cpu/backend.hpp>
#include <dim/evaluate/classifier.hpp>
#include <dim/train/checkpoint.hpp>

#include "../run/models.hpp"
#include "../terminal/progress.hpp"
#include "../terminal/signals.hpp"
#include "../terminal/text.hpp"

namespace program {
namespace {

constexpr long supervised_epochs = 5;

/// The representations of an encoder, in the order of all_features, and their sizes.
std::vector<std::pair<std::string, long>> sizes_of(const Frozen& encoder) {
  std::vector<std::pair<std::string, long>> sizes;
  for (const std::string& name : all_features)
    if (const dim::Shape shape = encoder.shape(feature_of(name)); shape.valid())
      sizes.emplace_back(name, shape.size());
  return sizes;
}

}  // namespace

bool contains(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

std::vector<std::string> Source::features(const std::vector<std::string>& asked) const {
  std::vector<std::string> names;
  for (const auto& each : sizes)
    if (!make || contains(asked, each.first)) names.push_back(each.first);
  return names;
}

long Source::size(const std::string& feature) const {
  return std::find_if(sizes.begin(), sizes.end(), [&](const auto& each) { return each.first == feature; })
      ->second;
}

void Source::prepare() {
  if (make && !encoder) encoder.emplace(make());
}

std::vector<Represented> Source::represent(const std::vector<std::string>& features, const SplitImages& train,
                                           const SplitImages& test, const dim::Images& views) const {
  std::vector<Represented> data(features.size(), Represented{train, test});
  if (features.empty()) return data;
  if (!encoder) {
    data[0].train = pixels_of(train.images);
    data[0].test = pixels_of(test.images);
    if (views.size() > 0) data[0].views = pixels_of(views);
    return data;
  }
  const auto fill = [&](const dim::Images& images, std::vector<float> Represented::*split) {
    std::vector<Frozen::Target> targets;
    for (std::size_t i = 0; i < features.size(); ++i) {
      const dim::Representation feature = feature_of(features[i]);
      (data[i].*split).resize(std::size_t(images.size() * encoder->shape(feature).size()));
      targets.push_back({feature, (data[i].*split).data()});
    }
    encoder->features(images, targets);
  };
  fill(train.images, &Represented::train);
  fill(test.images, &Represented::test);
  if (views.size() > 0) fill(views, &Represented::views);
  return data;
}

Source trained_source(const EvaluateSettings& settings, const RunFolder& run, dim::Shape image) {
  const TrainedEncoder trained = load_frozen(run, encoder_file(run, settings.best), image, settings.threads);
  return {"trained", trained.steps, sizes_of(trained.encoder), [trained] { return trained.encoder; }};
}

void add_baselines(const EvaluateSettings& settings, const RunFolder& run, const DataSet& data, Saves& saves,
                   std::vector<Source>& sources) {
  const dim::Shape image = data.train.shape();
  const TrainSettings trained = run.settings();
  const Frozen untrained = dim::untrained<dim::Cpu, float>(dim::Cpu::with_threads(settings.threads),
                                                           make_encoder(trained, image), trained.seed);
  const auto sizes = sizes_of(untrained);
  if (contains(settings.baselines, "untrained"))
    sources.push_back({"untrained", 0, sizes, [untrained] { return untrained; }});
  if (contains(settings.baselines, "supervised") && data.train.classes() > 0)
    sources.push_back({"supervised", supervised_steps(trained, data.train.size()), sizes, [=, &saves] {
                         return supervised_encoder(run, data, settings.again, settings.threads, saves);
                       }});
  if (contains(settings.baselines, "pixels")) sources.push_back({"pixels", 0, {{"pixels", image.size()}}});
}

long supervised_steps(const TrainSettings& settings, long images) {
  return supervised_epochs * std::max(1L, images / settings.batch);
}

// The class is predicted from y by one Linear layer, so that all three representations are trained.
Frozen supervised_encoder(const RunFolder& run, const DataSet& data, bool again, int threads, Saves& saves) {
  const TrainSettings settings = run.settings();
  const dim::Images& train = data.train;
  const long steps = supervised_steps(settings, train.size());
  const dim::Metadata made{{"steps", std::to_string(steps)},
                           {"images", std::to_string(train.size())},
                           {"data", data.id},
                           {"encoder", settings.encoder},
                           {"batch", std::to_string(settings.batch)},
                           {"seed", std::to_string(settings.seed)},
                           {"precision", settings.precision}};
  if (!again && run.has_supervised()) {
    dim::Metadata found = read_remade(run.supervised(), "it is trained again").metadata();
    found.erase(dim::description_name);
    if (found == made) return load_frozen(run, run.supervised(), train.shape(), threads).encoder;
  }

  dim::ClassifierOptions options;
  options.feature = dim::Representation::y;
  options.layers.hidden.clear();
  options.layers.batch_norm = false;
  options.layers.dropout = 0;
  options.batch = settings.batch;
  options.steps = steps;
  options.seed = settings.seed;
  options.threads = threads;
  options.arithmetic = settings.arithmetic();
  dim::Classifier classifier(options, make_encoder(settings, train.shape()), train.classes());
  const Clock clock;
  Progress bar("training the supervised encoder", steps);
  classifier.fit(train, dim::labelled_part(train, 1, settings.seed), [&](long step, double loss) {
    stop_if_requested();
    bar.show(step, "loss " + std::to_string(loss) + " nats");
  });
  bar.clear();
  std::printf("an encoder was trained with labels for %ld epochs: %s, %s\n", supervised_epochs,
              run.supervised().c_str(), duration(clock.seconds()).c_str());
  const Frozen encoder = classifier.trainer().encoder().copy(dim::Cpu::with_threads(threads));
  saves.replace(run.supervised(),
                [path = run.supervised(), encoder, made] { dim::save(encoder, path, made); });
  saves.write();
  return encoder;
}

}  // namespace program
