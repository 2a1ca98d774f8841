#include <cstdio>
#include <dim/cpu/backend.hpp>
#include <dim/evaluate/knn.hpp>
#include <dim/evaluate/linear_probe.hpp>
#include <dim/evaluate/mlp_probe.hpp>
#include <dim/evaluate/svm_probe.hpp>
#include <dim/train/checkpoint.hpp>

#include "commands.hpp"
#include "data.hpp"
#include "frozen.hpp"
#include "models.hpp"
#include "progress.hpp"
#include "run_folder.hpp"

namespace program {
namespace {

using dim::Json;

/// A representation of both splits, (N, D), with the labels.
struct Represented {
  std::vector<float> train, test;
  std::vector<int> train_labels{}, test_labels{};
  long size = 0;

  dim::Features<float> train_features() const {
    return {train.data(), long(train_labels.size()), size, train_labels.data()};
  }
  dim::Features<float> test_features() const {
    return {test.data(), long(test_labels.size()), size, test_labels.data()};
  }
};

/// Pixels as an encoder sees them, in [-1, 1].
std::vector<float> pixels_of(const dim::Images& images) {
  const dim::Shape shape = images.shape();
  std::vector<float> pixels(std::size_t(images.size() * shape.size()));
  const dim::Pictures<float> to{pixels.data(), images.size(), shape.height, shape.width, shape.channels, 0};
  for (long i = 0; i < images.size(); ++i) images.copy(i, to, i);
  return pixels;
}

/// One number that a probe gives: its name in metrics.jsonl, and its value.
struct Measured {
  std::string name;
  double value;
};

/// A probe: the protocol's name, which says exactly what is measured, and what it gives on the test pictures, the
/// accuracy first.
struct Probe {
  std::string name, protocol;
  std::vector<Measured> (*measure)(const dim::Cpu&, const Represented&, int classes);
};
const Probe probes[] = {
    {"knn", "knn-20-cosine",
     [](const dim::Cpu& cpu, const Represented& data, int classes) -> std::vector<Measured> {
       return {
           {"accuracy", dim::knn_accuracy(cpu, data.train_features(), data.test_features(), classes, 20)}};
     }},
    {"linear", "logistic-regression-standardised-decay-1e-3",
     [](const dim::Cpu& cpu, const Represented& data, int classes) -> std::vector<Measured> {
       dim::LinearProbe probe;
       probe.fit(cpu, data.train_features(), classes, {.decay = 1e-3});
       return {{"accuracy", probe.accuracy(cpu, data.test_features())}};
     }},
    {"svm", "svm-hinge-one-vs-rest-standardised-mean-of-5-on-90-percent",
     [](const dim::Cpu& cpu, const Represented& data, int classes) -> std::vector<Measured> {
       const dim::SvmAccuracy found =
           dim::svm_accuracy(cpu, data.train_features(), data.test_features(), classes);
       return {{"accuracy", found.mean}, {"deviation", found.deviation}, {"C", found.C}};
     }},
    {"mlp", "mlp-200-dropout-0.1-standardised-20-epochs-mean-of-last-5",
     [](const dim::Cpu& cpu, const Represented& data, int classes) -> std::vector<Measured> {
       const dim::MlpAccuracy found =
           dim::mlp_accuracy(cpu, data.train_features(), data.test_features(), classes);
       return {{"accuracy", found.mean_of_last}, {"final_accuracy", found.final}};
     }}};

/// Measures one representation with every probe that was asked for; prints and records the results.
class Report {
 public:
  Report(const EvaluateSettings& settings, const RunFolder& run, dim::Images train, dim::Images test)
      : settings_(settings),
        run_(run),
        step_(long(dim::metadata_number(dim::read_safetensors(run.encoder()), "steps"))),
        cpu_(dim::Cpu::with_threads(settings.threads)),
        train_(std::move(train)),
        test_(std::move(test)) {
    std::printf("%-8s %-10s %8s", "feature", "of", "numbers");
    for (const Probe& probe : probes)
      if (asked(probe)) std::printf("  %12s", probe.name.c_str());
    std::printf("     test accuracy in %%\n");
  }

  void measure(const std::string& feature, const std::string& source, Represented data) {
    data.train_labels = train_.labels(), data.test_labels = test_.labels();
    data.size = long(data.test.size()) / test_.size();
    std::printf("%-8s %-10s %8ld", feature.c_str(), source.c_str(), data.size);
    std::fflush(stdout);
    for (const Probe& probe : probes) {
      if (!asked(probe)) continue;
      const Clock clock;
      const std::vector<Measured> found = probe.measure(cpu_, data, train_.classes());
      std::printf("  %6.2f %4.0fs", 100 * found.front().value, clock.seconds());
      std::fflush(stdout);
      for (const Measured& number : found) {
        Json::Object line{{"step", step_},
                          {"split", "test"},
                          {"protocol", probe.protocol},
                          {"feature", feature},
                          {"name", number.name},
                          {"value", number.value},
                          {"train_pictures", train_.size()},
                          {"test_pictures", test_.size()}};
        if (source != "trained") line.push_back({"baseline", source});
        run_.record(std::move(line));
      }
    }
    std::printf("\n");
  }
  /// All of an encoder's representations that were asked for and that it has.
  void measure(const std::string& source, const Frozen& encoder) {
    std::vector<std::string> names;
    for (const std::string& name : settings_.features)
      if (encoder.shape(feature_of(name)).valid()) names.push_back(name);
    std::vector<Represented> data(names.size());
    const auto fill = [&](const dim::Images& images, std::vector<float> Represented::*split) {
      std::vector<Frozen::Target> targets;
      for (std::size_t i = 0; i < names.size(); ++i) {
        const dim::Feature feature = feature_of(names[i]);
        (data[i].*split).resize(std::size_t(images.size() * encoder.shape(feature).size()));
        targets.push_back({feature, (data[i].*split).data()});
      }
      encoder.features(images, targets);
    };
    fill(train_, &Represented::train);
    fill(test_, &Represented::test);
    for (std::size_t i = 0; i < names.size(); ++i) measure(names[i], source, std::move(data[i]));
  }

 private:
  bool asked(const Probe& probe) const {
    for (const std::string& name : settings_.probes)
      if (name == probe.name) return true;
    return false;
  }

  const EvaluateSettings& settings_;
  const RunFolder& run_;
  long step_;  // how often the encoder was trained
  dim::Cpu cpu_;
  dim::Images train_, test_;
};

}  // namespace

void evaluate(const EvaluateSettings& settings) {
  for (const std::string& probe : settings.probes)
    require_one_of("--probes", probe, {"knn", "linear", "svm", "mlp"});
  for (const std::string& feature : settings.features)
    require_one_of("--features", feature, {"conv", "fc", "y"});
  const RunFolder run(settings.run);
  const TrainSettings trained = run.settings();
  const std::string spec = settings.data.empty() ? trained.data : settings.data;
  const dim::Images train = read_data(spec, dim::Split::train, settings.limit);
  const dim::Images test = read_data(spec, dim::Split::test, settings.limit);
  const Frozen encoder = load_frozen(run, train.shape(), settings.threads);

  std::printf("probes of %s, fitted on %ld labelled pictures of %s, measured on %ld test pictures\n",
              run.encoder().c_str(), train.size(), spec.c_str(), test.size());
  Report report(settings, run, train, test);
  report.measure("trained", encoder);
  if (!settings.baselines) return;

  std::string name = trained.encoder;
  const Frozen start = dim::untrained<dim::Cpu, float>(dim::Cpu::with_threads(settings.threads),
                                                       make_encoder(name, train.shape()), trained.seed);
  report.measure("untrained", start);
  report.measure("pixels", "pixels", {.train = pixels_of(train), .test = pixels_of(test)});
}

}  // namespace program
