// Options of the commands that train.
#include <memory>

#include "../commands/commands.hpp"
#include "../data/augmentations.hpp"
#include "../run/schedules.hpp"
#include "command_line.hpp"
#include "options.hpp"

namespace program {
namespace {

/// Accepts what `read` reads without an error.
template <class Read>
CLI::Validator readable(const Read& read) {
  return CLI::Validator(
      [read](std::string& text) {
        try {
          read(text);
          return std::string();
        } catch (const dim::Error& error) {
          return std::string(error.what());
        }
      },
      "");
}

}  // namespace

Command train_command(CLI::App& app) {
  const auto made = std::make_shared<TrainSettings>();
  TrainSettings& settings = *made;
  CLI::App& train = *app.add_subcommand("train", "Train an encoder on images, without their labels");
  add_config(train);
  train
      .add_option(
          "--data", settings.data,
          "folder:DIR (JPEG and PNG files; folder@64:DIR for 64 pixels a side), "
          "npy:IMAGES.npy[,LABELS.npy] (an array (N, H, W), (N, C, H, W) or (N, H, W, C), whose channels "
          "C are the dimension of 1 to 4, or else what npy@chw: or npy@hwc: says; bytes, or numbers of "
          "which 8 bits are kept: fractions from 0 to 1, whole ones from 0 to 255, or as npy@0..4095: "
          "says; labels are whole numbers from 0, -1 for unknown; every tenth image, by a hash of its "
          "number, is for measuring), signals:SIGNALS.npy[,LABELS.npy] (the same for signals along one "
          "dimension, (N, L) or (N, C, L), or (N, L, C) by signals@lc:), fashion-mnist[:DIR], mnist:DIR, "
          "cifar10:DIR, cifar100:DIR, stl10:DIR or tiny-imagenet:DIR")
      ->required()
      ->transform(home);
  train
      .add_option(
          "--encoder", settings.encoder,
          "basic28x28, basic32x32, basic64x64, dcgan32x32, or FILE.json, which describes one (see dim "
          "info --json); default: the one that fits the data")
      ->transform(home);
  train.add_option("--task", settings.task, "local, global or both")->capture_default_str();
  train.add_option("--score", settings.score, "dot or concat")->capture_default_str();
  train.add_option("--units", settings.units, "units of --score dot (2048 in the paper)")
      ->capture_default_str()
      ->check(whole(1, 8192));
  train.add_option("--estimator", settings.estimator, "jsd, nce, dv, kl, rkl, h2 or x2")
      ->capture_default_str();
  train
      .add_option("--temperature", settings.temperature,
                  "what the scores of --estimator nce are divided by; default: the square root of --units, "
                  "or 1 with --score concat")
      ->check(positive);
  train
      .add_option("--score-clip", settings.score_clip,
                  "scores u of --estimator nce become C tanh(u / C) with C = this number; 0: they stay")
      ->capture_default_str()
      ->check(non_negative);
  train.add_option("--prior", settings.prior, "uniform, gaussian or none")->capture_default_str();
  train.add_option("--alpha", settings.alpha, "weight of the global term; default: the paper's")
      ->check(non_negative);
  train.add_option("--beta", settings.beta, "weight of the local term; default: the paper's")
      ->check(non_negative);
  train.add_option("--gamma", settings.gamma, "weight of the prior; default: the paper's")
      ->check(non_negative);
  train.add_option("--penalty", settings.penalty, "weight of the adversary's gradient penalty")
      ->capture_default_str()
      ->check(non_negative);
  train
      .add_option(
          "--epochs", settings.epochs,
          "passes over all images; default: 10, or for few images as many as see 100,000, at most 1,000")
      ->check(whole(1, 1000000));
  train
      .add_option(
          "--patience", settings.patience,
          "end before --epochs when the accuracy on held-out images has not been better for N epochs; "
          "0: go on")
      ->capture_default_str()
      ->check(whole(0));
  train.add_option("--batch", settings.batch, "images per step")
      ->capture_default_str()
      ->check(whole(2, 65536));
  train.add_option("--rate", settings.rate, "learning rate of Adam")->capture_default_str()->check(positive);
  train
      .add_option(
          "--schedule", settings.schedule,
          "how the learning rate changes: constant; cosine[:warm-up=EPOCHS], which reaches 0 at the end of "
          "--epochs; steps:EPOCH,EPOCH,...[,factor=0.1], which falls after each of these epochs; or "
          "plateau[:patience=5,factor=0.5,least=0.001], which falls when the loss has not fallen by `least` "
          "nats for more than `patience` epochs")
      ->capture_default_str()
      ->check(readable(schedule_of));
  train
      .add_option("--weight-decay", settings.weight_decay,
                  "decoupled weight decay, as in AdamW; each step shrinks weights by this times the rate")
      ->capture_default_str()
      ->check(non_negative);
  train
      .add_option("--clip", settings.clip,
                  "largest norm of the gradient of all parameters; a longer one is scaled down; 0: no limit")
      ->capture_default_str()
      ->check(non_negative);
  train
      .add_option("--augment", settings.augment,
                  "changes drawn anew for each image in each epoch, as in crop,flip: " +
                      std::string(augmentation_names) + "; none: images as they are")
      ->capture_default_str()
      ->check(readable(augmentations_of));
  train
      .add_option("--views", settings.views,
                  "views of each image in a step: features of each are compared with the code of the next")
      ->capture_default_str()
      ->check(whole(1, 64));
  train
      .add_option("--precision", settings.precision,
                  "precision of products: f32, or bf16, which is faster and rounds operands")
      ->capture_default_str();
  train.add_option("--seed", settings.seed, "seed of all random draws; the same seed gives the same bits")
      ->capture_default_str()
      ->check(seed_number);
  add_threads(train, settings.threads);
  add_cache(train, settings.cache);
  train.add_option("--limit", settings.limit, "train on only the first N images; 0: all")
      ->capture_default_str()
      ->check(whole(0));
  train
      .add_option("--held-out", settings.held_out,
                  "images held out of training, at most a tenth, on which nearest neighbours are measured "
                  "after each epoch; 0: train on all, as the paper does")
      ->capture_default_str()
      ->check(whole(0));
  train.add_option("--out", settings.out, "folder of the run; default: runs/<data>")->transform(home);
  train.add_flag("--tensorboard", settings.tensorboard,
                 "also write events.out.tfevents.TIME.dim, which TensorBoard shows");
  train.add_flag(
      "--csv", settings.csv,
      "also write metrics.csv, a table with a row for each epoch, as a resumed run does that has one");
  train.callback([&train, made] {
    const TrainSettings& given = *made;
    const auto refuse = [&](const char* option, bool counts, const std::string& where) {
      if (train.count(option) > 0 && !counts)
        throw CLI::ValidationError(option, "has an effect only with " + where + "; leave it out");
    };
    const bool no_global = given.task == "local" || given.alpha == 0.0,
               no_local = given.task == "global" || given.beta == 0.0;
    if (no_global && no_local)
      throw CLI::ValidationError(
          given.task == "local"    ? "--beta 0 leaves nothing to learn from images; leave it out"
          : given.task == "global" ? "--alpha 0 leaves nothing to learn from images; leave it out"
                                   : "--alpha 0 and --beta 0 leave nothing to learn from images; "
                                     "leave out one of them");
    refuse("--units", given.score != "concat", "--score dot");
    refuse("--temperature", given.estimator == "nce", "--estimator nce");
    refuse("--score-clip", given.estimator == "nce", "--estimator nce");
    refuse("--alpha", given.task != "local", "--task global or both");
    refuse("--beta", given.task != "global", "--task local or both");
    refuse("--views", given.views == 1 || given.augment != "none", "--augment: views would be the same");
    refuse("--gamma", given.prior != "none", "a prior");
    refuse("--penalty", given.prior != "none", "a prior");
  });
  return {&train, [made] { program::train(*made); }};
}

Command finetune_command(CLI::App& app) {
  const auto made = std::make_shared<FinetuneSettings>();
  FinetuneSettings& settings = *made;
  CLI::App& finetune = *app.add_subcommand(
      "finetune", "Fine-tune a run's encoder with some labels, and for comparison train one from scratch");
  add_run(finetune, settings.run);
  add_data(finetune, settings.data);
  finetune
      .add_option("--labels", settings.labels,
                  "fractions of the training images whose labels are used, in (0, 1]; default: 0.01,0.1,1")
      ->delimiter(',');
  finetune
      .add_option("--steps", settings.steps,
                  "training steps; 0: five epochs of the labelled images, but at least 2,000")
      ->capture_default_str()
      ->check(whole(0));
  finetune.add_flag("--again", settings.again, "measure again what the run's metrics already hold");
  add_threads(finetune, settings.threads);
  add_cache(finetune, settings.cache);
  add_limit(finetune, settings.limit);
  return {&finetune, [made] { program::finetune(*made); }};
}

}  // namespace program
