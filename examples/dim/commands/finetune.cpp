#include <cstdio>
#include <dim/cpu/backend.hpp>
#include <dim/evaluate/classifier.hpp>
#include <dim/train/checkpoint.hpp>

#include "../data/data.hpp"
#include "../run/metrics.hpp"
#include "../run/models.hpp"
#include "../run/run_folder.hpp"
#include "../run/run_lock.hpp"
#include "../run/saves.hpp"
#include "../terminal/progress.hpp"
#include "../terminal/signals.hpp"
#include "../terminal/text.hpp"
#include "commands.hpp"

namespace program {
namespace {

using dim::Json;

/// Measures encoders trained with a fraction of the labels, and records the accuracies.
class Finetuning {
 public:
  Finetuning(const FinetuneSettings& settings, const RunFolder& run)
      : settings_(settings),
        run_(run),
        trained_(run.settings()),
        spec_(run.data_or(settings.data)),
        data_(read(settings, run)),
        recorded_(settings.again ? std::vector<Json>() : run.recorded()) {}

  void measure() {
    if (data_.train.classes() == 0)
      throw dim::Error(spec_, " has no labels, which fine-tuning learns from; ", how_to_label(spec_));
    run_.require_recordable();
    const auto is_none = [&](double part) { return part > 0 && part * double(data_.train.size()) < 0.5; };
    std::vector<double> fractions = settings_.labels;
    if (fractions.empty())
      for (const double part : {0.01, 0.1, 1.0})
        if (!is_none(part)) fractions.push_back(part);
    std::vector<std::vector<long>> parts;  // all of them first, since the last may be out of range
    for (const double part : fractions)
      if (is_none(part))
        throw dim::Error("--labels ", part, " of ", data_.train.size(),
                         " training images are none of them; give a larger fraction");
    for (const double part : fractions) parts.push_back(dim::labelled_part(data_.train, part, trained_.seed));
    std::printf(
        "encoders of the shape of %s and a hidden layer of 200 on conv, trained with labels of %s, "
        "measured on %ld test images\n",
        run_.path().c_str(), spec_.c_str(), labelled_images(data_.test).size());
    std::string lengths;
    for (const std::vector<long>& labelled : parts)
      lengths += (lengths.empty() ? "" : ", ") + grouped(steps(labelled.size())) + " for " +
                 grouped(std::ssize(labelled));
    std::printf("steps of %d labelled images: %s\n", trained_.batch, lengths.c_str());
    std::printf("%8s %9s  %14s %14s\n", "labels", "images", "fine-tuned", "from scratch");
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const double part = fractions[i];
      const std::vector<long>& labelled = parts[i];
      const double tuned = accuracy(part, labelled, true), scratch = accuracy(part, labelled, false);
      std::printf("%6g %% %9ld  %12.2f %% %12.2f %%\n", 100 * part, long(labelled.size()), 100 * tuned,
                  100 * scratch);
    }
    saves_.finish();
  }

 private:
  static DataSet read(const FinetuneSettings& settings, const RunFolder& run) {
    ImageCache cache = cache_of(run, settings.cache);
    DataSet data = read_for(run, settings.data, [&](const std::string& from) {
      return read_data_set(from, settings.limit, &cache);
    });
    cache.finish();
    return data;
  }
  /// As many as were asked for, else five epochs of the labelled images, but at least 2,000.
  long steps(std::size_t labelled) const {
    return settings_.steps > 0 ? settings_.steps : std::max(2000L, 5 * long(labelled) / trained_.batch);
  }

  double accuracy(double part, const std::vector<long>& labelled, bool tuned) {
    const long count = steps(labelled.size());
    Json::Object line{{"step", tuned ? steps_of_run() : 0L},
                      {"split", "test"},
                      {"protocol", FinetuneProtocol{part, count}.name()},
                      {"feature", "conv"},
                      {"name", "accuracy"},
                      {"data", data_.id},
                      {"train_images", data_.train.size()},
                      {"test_images", data_.test.size()}};
    if (!tuned) line.push_back({"baseline", "from-scratch"});
    if (const double* value = recorded_.find(line)) return *value;
    const double value = train(labelled, count, tuned);
    line.push_back({"value", value});
    saves_.record(run_, std::move(line));
    saves_.write();
    return value;
  }

  double train(const std::vector<long>& labelled, long count, bool tuned) const {
    auto encoder = make_encoder(trained_, data_.train.shape());
    auto beside = tuned ? make_objective(trained_, encoder->shapes()) : nullptr;
    dim::ClassifierOptions options;
    options.batch = trained_.batch;
    options.steps = count;
    options.seed = trained_.seed;
    options.threads = settings_.threads;
    options.arithmetic = trained_.arithmetic();
    dim::Classifier classifier(options, std::move(encoder), data_.train.classes(), std::move(beside));
    if (tuned) dim::load(classifier.trainer(), run_.checkpoint());
    Progress bar(tuned ? "fine-tuned" : "from scratch", count);
    classifier.fit(data_.train, labelled, [&](long step, double loss) {
      stop_if_requested();
      bar.show(step, std::to_string(labelled.size()) + " labels, loss " + std::to_string(loss) + " nats");
    });
    return classifier.accuracy(labelled_images(data_.test));
  }

  long steps_of_run() const {
    return long(dim::metadata_number(dim::read_safetensors(run_.checkpoint()), "steps"));
  }

  const FinetuneSettings& settings_;
  const RunFolder& run_;
  TrainSettings trained_;
  std::string spec_;
  DataSet data_;
  Recorded recorded_;
  Saves saves_{"fine-tuning"};
};

}  // namespace

void finetune(const FinetuneSettings& settings) {
  const RunFolder run(settings.run);
  run.settings();  // throws if there are none
  const RunLock lock(run, "dim finetune");
  Finetuning(settings, run).measure();
}

}  // namespace program
