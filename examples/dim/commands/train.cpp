#include <cstdio>
#include <dim/cpu/backend.hpp>
#include <dim/data/augmented.hpp>
#include <dim/train/checkpoint.hpp>
#include <filesystem>

#include "../data/augmentations.hpp"
#include "../data/data.hpp"
#include "../data/npy_data.hpp"
#include "../run/frozen.hpp"
#include "../run/metrics.hpp"
#include "../run/models.hpp"
#include "../run/net.hpp"
#include "../run/run_lock.hpp"
#include "../run/schedules.hpp"
#include "../terminal/instructions.hpp"
#include "../terminal/signals.hpp"
#include "commands.hpp"
#include "epoch_csv.hpp"
#include "epoch_log.hpp"
#include "monitor.hpp"
#include "tensorboard.hpp"

namespace program {
namespace {

using Trainer = dim::BasicTrainer<dim::Cpu, float>;

/// The names under which a checkpoint within an epoch holds the means so far of the epoch and of the current tenth of
/// it.
constexpr const char *means_name = "means", *part_name = "means-of-tenth";

/// Saves the encoder first, so that whoever reads both finds it no older than the checkpoint.
void save(const Trainer& trainer, const RunFolder& run, const EpochMeans& means = {},
          const EpochMeans& part = {}) {
  dim::save(trainer.encoder(), run.encoder(), {{"steps", std::to_string(trainer.steps())}});
  dim::Metadata metadata;
  if (means.steps() > 0) metadata[means_name] = means.text();
  if (part.steps() > 0) metadata[part_name] = part.text();
  dim::save(trainer, run.checkpoint(), metadata);
}

/// The means that the run's checkpoint holds under that name.
EpochMeans saved_means(const RunFolder& run, const char* name) {
  const dim::Metadata metadata = dim::read_safetensors(run.checkpoint()).metadata();
  const auto found = metadata.find(name);
  return found == metadata.end() ? EpochMeans() : EpochMeans::of(found->second);
}

/// Checks what a checkpoint would hold, before the first of the run's files is written, so that all stay of one step.
void require_finite(const Trainer& trainer, const RunFolder& run) {
  const dim::Counts counts = trainer.counts();
  const long moments = dim::moments(trainer.options().optimizer) * counts.parameters;
  const dim::Cpu& cpu = trainer.backend();
  if (!all_finite(cpu, trainer.weights(), counts) || !all_finite(cpu, trainer.moments(), moments))
    throw dim::Error(
        "a weight is not a number, or its moments are not, at step " + std::to_string(trainer.steps()) +
        ": begin anew with a lower --rate and another --out; " + run.checkpoint() + " is from before");
}

/// Throws dim::Error for a folder that has a trained encoder but no checkpoint.
void require_nothing_to_lose(const RunFolder& run) {
  // An encoder that doesn't say how long it was trained was put there by someone.
  const bool trained = run.has_encoder() && steps_in(dim::read_safetensors(run.encoder())) != 0L;
  if (trained || run.has_best())
    throw dim::Error(run.path() +
                     " holds a trained encoder and no last.safetensors to go on from: put that back, or "
                     "begin anew in another folder by --out");
}

/// A file that is no longer there is the one that the run began with: run.json holds what it said.
void recall_net(TrainSettings& settings, const RunFolder& run) {
  std::error_code code;
  if (!is_net_file(settings.encoder) || std::filesystem::exists(settings.encoder, code)) return;
  const TrainSettings saved = run.settings();
  if (saved.encoder == settings.encoder) settings.net = saved.net;
}

/// Throws dim::Error if the end of training is to depend on an accuracy that nobody measures.
void require_measured(const TrainSettings& settings, const HeldOut& split) {
  if (settings.patience == 0 || split.held_out.size() > 0) return;
  throw dim::Error("--patience is about the accuracy on held-out images, and no images are held out" +
                   (split.why_none.empty() ? ": give --held-out a number above 0, or leave --patience out"
                                           : ", since " + split.why_none + ": leave --patience out"));
}

/// Prints what is going to be trained and how much memory that takes.
void describe(const TrainSettings& settings, const HeldOut& split, const Trainer& trainer, bool chosen) {
  const dim::Images& images = split.trained_on;
  const dim::Shape shape = images.shape();
  const std::string units = settings.score == "dot" ? " " + std::to_string(settings.units) : "";
  std::string estimator = settings.estimator;
  if (const double temperature = settings.nce_temperature(); estimator == "nce" && temperature != 1)
    estimator += " at temperature " + dim::decimal(temperature);
  if (settings.score_clip > 0) estimator += " clipped at " + dim::decimal(settings.score_clip);
  const std::string why = split.why_none.empty() ? "" : ", since " + split.why_none;
  std::printf("data     %s: %ld %s of %s, seen without their labels, and %ld held out%s\n",
              settings.data.c_str(), images.size(), is_signal(shape) ? "signals" : "images",
              to_string(shape).c_str(), split.held_out.size(), why.c_str());
  if (keeps_a_tenth(settings.data))
    std::printf("test     every tenth, by a hash of its name, is kept for dim evaluate%s\n",
                images.size() < 100 ? "; of so few, that may be none" : "");
  std::printf("model    %s and its objective: %.2f million parameters\n", settings.encoder.c_str(),
              double(trainer.counts().parameters) / 1e6);
  if (chosen && is_planned(settings.encoder)) {
    const dim::EncoderShapes shapes = trainer.encoder().shapes();
    std::printf("plan     that %s, as no ready encoder takes %s: map %s, conv %s, fc %d, y %d\n",
                is_signal(shape) ? "for signals" : "of basic64x64", to_string(shape).c_str(),
                to_string(shapes.map).c_str(), to_string(shapes.conv).c_str(), shapes.fc.channels,
                shapes.code.channels);
  }
  std::printf("goal     %s, %s, %s%s, prior %s, %s, seed %s\n", settings.task.c_str(), estimator.c_str(),
              settings.score.c_str(), units.c_str(), settings.prior.c_str(), settings.precision.c_str(),
              std::to_string(settings.seed).c_str());
  std::string rate;  // printed unless it is Adam's alone
  if (settings.schedule != "constant") rate += ", " + settings.schedule;
  if (settings.weight_decay > 0) rate += ", weight decay " + dim::decimal(settings.weight_decay);
  if (settings.clip > 0) rate += ", gradients up to " + dim::decimal(settings.clip);
  if (!rate.empty()) std::printf("rate     %s%s\n", dim::decimal(settings.rate).c_str(), rate.c_str());
  if (settings.augment != "none")
    std::printf("views    %s%s\n", settings.augment.c_str(),
                settings.views > 1 ? (", " + std::to_string(settings.views) + " of each image").c_str() : "");
  std::printf("memory   %ld MiB for training, %ld MiB for the images; %s\n", trainer.memory_bytes() >> 20,
              (images.size() * shape.size()) >> 20, threads_text(trainer.backend().threads()).c_str());
}

/// Says where a resumed run goes on, and what its epochs and its schedule make of that.
void tell_resumed(const TrainSettings& settings, const RunFolder& run, const Trainer& trainer, long total) {
  const long steps = trainer.steps(), cosine = trainer.schedule_state().end();
  if (steps > total) {
    std::printf("resumed  %s at step %ld, which is beyond the %ld of --epochs %ld: there is nothing to do\n",
                run.checkpoint().c_str(), steps, total, settings.epochs);
    return;
  }
  std::printf("resumed  %s at step %ld of %ld\n", run.checkpoint().c_str(), steps, total);
  if (cosine > 0 && cosine < total)
    std::printf(
        "rate     its cosine ends at step %ld, and another one begins there, which ends at step %ld\n",
        cosine, total);
}

}  // namespace

void train(TrainSettings settings) {
  constexpr const char* command = "dim train";
  if (dim::Json::find_invalid_utf8(settings.data) != std::string::npos)
    throw dim::Error("--data ", dim::in_quotes(settings.data),
                     " is not UTF-8, in which run.json has it; rename the folder, or name a link to it");
  settings.data = normal(settings.data);
  if (settings.out.empty())
    settings.out = "runs/" + (is_folder(settings.data) || is_npy(settings.data) ? data_title(settings.data)
                                                                                : data_name(settings.data));
  const RunFolder run(settings.out);
  std::optional<RunLock> lock;
  if (run.exists()) lock.emplace(run, command);
  ImageCache cache = cache_for(run, settings.data, settings.cache);
  dim::Images given = read_data(settings.data, dim::Split::train, 0, &cache);
  settings.data_checksum = checksum_of(given);
  if (settings.limit > 0 && settings.limit < given.size()) given = given.part(0, settings.limit);
  const HeldOut split = hold_out(given, settings.held_out);
  require_measured(settings, split);
  const dim::Images& images = split.trained_on;
  if (settings.batch > images.size())
    throw dim::Error("there are ", images.size(), " images to train on",
                     keeps_a_tenth(settings.data) ? " beside those that are kept for dim evaluate" : "",
                     ", which is less than a batch of ", settings.batch,
                     "; take a smaller --batch, or more images");
  const long each = dim::Sampler(images.size(), settings.batch, settings.seed).batches_per_epoch();
  if (settings.epochs == 0) settings.epochs = usual_epochs(images.size());
  const long total = settings.epochs * each;
  const bool chosen = settings.encoder.empty();  // by the program
  if (run.exists()) recall_net(settings, run);
  choose_encoder(settings, images.shape());
  auto encoder = make_encoder(settings, images.shape());
  auto objective = make_objective(settings, encoder->shapes());
  const dim::Augmented views(images, augmentations_of(settings.augment));
  const dim::AnySchedule schedule = schedule_of(settings.schedule);
  settings.schedule = text_of(schedule);
  if (run.exists()) run.require_same(settings);
  if (run.exists() && !run.has_checkpoint()) require_nothing_to_lose(run);
  if (!run.exists() && run.holds_anything())
    throw dim::Error(
        run.path() +
        " holds files of a run and no run.json, which would say what they are of: put that back, or "
        "name another folder by --out");

  dim::ScheduleState first;  // an invalid schedule must not leave a folder
  if (!run.has_checkpoint()) dim::Scheduled(schedule, first, each, 0, total);
  Trainer trainer(dim::Cpu::with_threads(settings.threads, settings.arithmetic()),
                  {.batch = settings.batch,
                   .seed = settings.seed,
                   .optimizer = dim::Adam{.rate = settings.rate},
                   .weight_decay = settings.weight_decay,
                   .clip = settings.clip},
                  std::move(encoder), std::move(objective));
  defer_signals();  // until the end of a step
  describe(settings, split, trainer, chosen);
  if (!lock) {
    run.make();
    lock.emplace(run, command);
    if (run.exists())
      throw dim::Error(run.path() + " was made by another command just now: give the same command again");
  }
  cache.finish();
  EpochMeans means, part;
  if (run.has_checkpoint()) {
    dim::load(trainer, run.checkpoint());
    run.keep(settings);  // with the present place of the data
    means = saved_means(run, means_name);
    part = saved_means(run, part_name);
    if (!run.has_encoder()) save(trainer, run, means, part);
    tell_resumed(settings, run, trainer, total);
  } else {
    run.keep(settings);
    save(trainer, run);
  }
  forget_epochs_after(run, trainer.steps());
  run.require_recordable();

  Saves saves("training");
  EpochLog log(settings, run, trainer.steps(), each, means, part, saves);
  std::optional<Monitor> monitor;
  if (split.held_out.size() > 0) monitor.emplace(split, run, trainer.steps());
  std::optional<EpochCsv> csv;
  if (settings.csv || run.has_epoch_csv()) csv.emplace(run);
  std::optional<TensorBoardLog> board;
  if (settings.tensorboard) board.emplace(run, trainer.steps());
  // Only the accuracies and the patience count, not where a run was interrupted or how many epochs were asked for.
  const auto out_of_patience = [&] {
    return settings.patience > 0 &&
           trainer.steps() / each - monitor->best_steps() / each >= settings.patience;
  };
  const auto keep_checkpoint = [&] {
    saves.replace(run.checkpoint(), [&, steps = trainer.steps()] {
      // The last attempt comes when training has ended with an error, and the trainer's state may be broken.
      if (trainer.steps() != steps)
        throw dim::Error("the encoder of step " + std::to_string(steps) + " could not be written in time");
      save(trainer, run);
    });
  };
  const dim::FitOptions fit{.epochs = settings.epochs, .schedule = schedule};
  bool ended = out_of_patience();
  const auto after_step = [&](const dim::Losses& losses, long step) {
    log.add(losses, step);
    if (step % each == 0) {
      require_finite(trainer, run);
      keep_checkpoint();  // in case the measurement fails
      std::optional<double> accuracy;
      if (monitor) accuracy = monitor->measure(trainer.encoder(), step, saves);
      const EpochRecord record = log.end_epoch(accuracy, monitor ? monitor->protocol() : "");
      if (csv) csv->add(record, saves);
      if (board) board->add(record, saves);
      keep_checkpoint();  // after the epoch's lines, since a checkpoint must not be newer than they are
      ended = out_of_patience();
      // At the end finish() writes, and reports errors in its own way.
      if (step < total && !ended) saves.write();
      log.begin_epoch();
    }
    return !ended && !stop_requested();
  };
  if (!ended) trainer.fit_to(views, fit, after_step);
  log.close();
  if (trainer.steps() < total && !ended) {
    require_finite(trainer, run);
    saves.replace(run.checkpoint(), [&] { save(trainer, run, log.means(), log.part()); });
    saves.finish();
    std::printf("stopped at step %ld of %ld and saved %s: the same command goes on from there\n",
                trainer.steps(), total, run.checkpoint().c_str());
    return;
  }
  saves.finish();
  log.warn();
  if (trainer.steps() < total)
    std::printf(
        "patience the accuracy on held-out images was best after epoch %ld: training has ended after epoch "
        "%ld of %ld, and a larger --patience goes on\n",
        monitor->best_steps() / each, trainer.steps() / each, settings.epochs);
  if (monitor && !monitor->summary().empty()) std::printf("best     %s\n", monitor->summary().c_str());
  std::printf("done     %s holds encoder.safetensors, %slast.safetensors, %s%smetrics.jsonl, run.json\n",
              run.path().c_str(), run.has_best() ? "best.safetensors, " : "", csv ? "metrics.csv, " : "",
              board ? "events for TensorBoard, " : "");
}

}  // namespace program
