#include <cmath>
#include <cstdio>
#include <dim/cpu/backend.hpp>
#include <dim/train/checkpoint.hpp>
#include <dim/train/trainer.hpp>

#include "commands.hpp"
#include "data.hpp"
#include "models.hpp"
#include "progress.hpp"
#include "run_folder.hpp"

namespace program {
namespace {

using dim::Json;
using Trainer = dim::BasicTrainer<dim::Cpu, float>;

/// Means of the losses over an epoch, in nats.
class EpochMeans {
 public:
  void add(const dim::Losses& losses) {
    const auto mean = [this](double& of, double value) { of += (value - of) / double(count_); };
    ++count_;
    mean(means_.local.loss, losses.local.loss);
    mean(means_.local.estimate, losses.local.estimate);
    mean(means_.global.loss, losses.global.loss);
    mean(means_.global.estimate, losses.global.estimate);
    mean(means_.prior.encoder, losses.prior.encoder);
    mean(means_.prior.adversary, losses.prior.adversary);
    mean(means_.prior.penalty, losses.prior.penalty);
    means_.local.ceiling = losses.local.ceiling;
    means_.global.ceiling = losses.global.ceiling;
  }
  const dim::Losses& operator*() const { return means_; }
  const dim::Losses* operator->() const { return &means_; }

 private:
  dim::Losses means_;
  long count_ = 0;
};

/// "local 1.234 of 8.302": an estimate with its ceiling, if it has one.
std::string text(const char* name, const dim::Measured& measured) {
  char buffer[80];
  if (std::isinf(measured.ceiling))
    std::snprintf(buffer, sizeof buffer, "%s %.3f", name, measured.estimate);
  else
    std::snprintf(buffer, sizeof buffer, "%s %.3f of at most %.3f", name, measured.estimate,
                  measured.ceiling);
  return buffer;
}

std::string text(const TrainSettings& settings, const dim::Losses& losses) {
  std::string line;
  if (settings.task != "global") line += text("local", losses.local);
  if (settings.task == "both") line += ", ";
  if (settings.task != "local") line += text("global", losses.global);
  char buffer[80];
  std::snprintf(buffer, sizeof buffer, " nats  prior %.3f", losses.prior.encoder);
  return line + (settings.prior == "none" ? " nats" : buffer);
}

void record(const RunFolder& run, const TrainSettings& settings, long epoch, long step,
            const dim::Losses& losses) {
  const auto line = [&](const char* name, double value) {
    run.record({{"epoch", epoch},
                {"step", step},
                {"split", "train"},
                {"protocol", "mean-of-epoch"},
                {"name", name},
                {"value", value}});
  };
  const auto measured = [&](const std::string& name, const dim::Measured& of) {
    line((name + "_loss").c_str(), of.loss);
    line((name + "_estimate").c_str(), of.estimate);
    if (!std::isinf(of.ceiling)) line((name + "_ceiling").c_str(), of.ceiling);
  };
  if (settings.task != "global") measured("local_" + settings.estimator, losses.local);
  if (settings.task != "local") measured("global_" + settings.estimator, losses.global);
  if (settings.prior == "none") return;
  line("prior_encoder_loss", losses.prior.encoder);
  line("prior_adversary_loss", losses.prior.adversary);
  line("prior_gradient_penalty", losses.prior.penalty);
}

/// The encoder first: whoever reads both finds it no older than the checkpoint.
void save(const Trainer& trainer, const RunFolder& run) {
  dim::save(trainer.encoder(), run.encoder());
  dim::save(trainer, run.checkpoint());
}

void require_finite(const dim::Losses& losses, long step, const RunFolder& run) {
  const double sum = losses.local.loss + losses.global.loss + losses.prior.encoder + losses.prior.adversary;
  if (std::isfinite(sum)) return;
  throw dim::Error("the loss is not a number at step " + std::to_string(step) + ": take a lower --rate; " +
                   (run.has_checkpoint() ? run.checkpoint() + " is from before" : "nothing was saved yet"));
}

}  // namespace

bool train(TrainSettings settings) {
  const dim::Images images = read_data(settings.data, dim::Split::train, settings.limit);
  auto encoder = make_encoder(settings.encoder, images.shape());
  auto objective = make_objective(settings, encoder->shapes());
  if (settings.out.empty()) settings.out = "runs/" + data_name(settings.data);
  const RunFolder run(settings.out);
  if (run.exists()) run.require_same(settings);

  dim::TrainerOptions options{.batch = settings.batch, .seed = settings.seed, .threads = settings.threads};
  options.optimizer = dim::Adam{.rate = settings.rate};
  const std::string name = settings.encoder;
  Trainer trainer(options, std::move(encoder), std::move(objective));
  const long each = images.size() / settings.batch, total = settings.epochs * each;
  std::printf("data     %s: %ld pictures of %dx%dx%d, seen without their labels\n", settings.data.c_str(),
              images.size(), images.shape().channels, images.shape().height, images.shape().width);
  std::printf("model    %s and its objective: %.2f million parameters\n", name.c_str(),
              double(trainer.counts().parameters) / 1e6);
  std::printf("goal     %s, %s, %s%s, prior %s, seed %s\n", settings.task.c_str(), settings.estimator.c_str(),
              settings.score.c_str(),
              settings.score == "dot" ? (" " + std::to_string(settings.units)).c_str() : "",
              settings.prior.c_str(), std::to_string(settings.seed).c_str());
  std::printf("memory   %ld MiB for training, %ld MiB for the pictures; %d threads\n",
              trainer.memory_bytes() >> 20, (images.size() * images.shape().size()) >> 20,
              trainer.backend().threads);

  if (run.has_checkpoint()) {
    dim::load(trainer, run.checkpoint());
    std::printf("resumed  %s at step %ld of %ld\n", run.checkpoint().c_str(), trainer.steps(), total);
  } else {
    run.create(settings);
    save(trainer, run);
  }
  std::fflush(stdout);

  EpochMeans means;
  Clock clock;
  long epoch_begin = trainer.steps();
  bool interrupted = stop_requested();
  const auto title = [&](long epoch) {
    return "epoch " + std::to_string(epoch) + "/" + std::to_string(settings.epochs);
  };
  auto progress = std::make_unique<Progress>(title(trainer.steps() / each + 1), each);
  const auto on_step = [&](const dim::Losses& losses, long step) {
    require_finite(losses, step, run);
    means.add(losses);
    const double rate = double((step - epoch_begin) * settings.batch) / clock.seconds();
    char speed[32];
    std::snprintf(speed, sizeof speed, "  %.0f images/s", rate);
    progress->show((step - 1) % each + 1, text(settings, *means) + speed);
    if (step % each == 0) {
      const long epoch = step / each;
      progress.reset();
      save(trainer, run);
      record(run, settings, epoch, step, *means);
      std::printf("%s  %s%s  %s\n", title(epoch).c_str(), text(settings, *means).c_str(), speed,
                  duration(clock.seconds()).c_str());
      std::fflush(stdout);
      means = {};
      clock = {};
      epoch_begin = step;
      progress = std::make_unique<Progress>(title(epoch + 1), each);
    }
    interrupted = stop_requested();
    return !interrupted;
  };
  trainer.fit(images, {.epochs = settings.epochs}, on_step);
  progress.reset();

  if (interrupted && trainer.steps() < total) {
    save(trainer, run);
    std::printf("stopped at step %ld of %ld and saved %s: the same command goes on from there\n",
                trainer.steps(), total, run.checkpoint().c_str());
    return false;
  }
  std::printf("done     %s holds encoder.safetensors, last.safetensors, metrics.jsonl, run.json\n",
              run.path().c_str());
  return true;
}

}  // namespace program
