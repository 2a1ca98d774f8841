// The program `dim`: trains Deep InfoMax encoders, measures them and applies them.
#include <CLI/CLI.hpp>
#include <charconv>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <dim/core/error.hpp>
#include <new>

#include "commands/commands.hpp"
#include "commands/probes.hpp"
#include "run/augmentations.hpp"
#include "run/published.hpp"
#include "run/schedules.hpp"
#include "terminal/instructions.hpp"
#include "terminal/option_file.hpp"
#include "terminal/signals.hpp"
#include "terminal/text.hpp"

using namespace program;

namespace {

/// A number for which fits(number) holds. CLI11's own ranges let NaN pass, and print the largest double with 309
/// digits.
CLI::Validator number(bool (*fits)(double), const std::string& what) {
  return CLI::Validator(
      [=](std::string& text) {
        double value = 0;
        return CLI::detail::lexical_cast(text, value) && fits(value) ? "" : text + " is not a " + what;
      },
      "");
}
const CLI::Validator finite = number([](double x) { return std::isfinite(x); }, "finite number");
const CLI::Validator positive =
    number([](double x) { return std::isfinite(x) && x > 0; }, "finite number above 0");
const CLI::Validator non_negative =
    number([](double x) { return std::isfinite(x) && x >= 0; }, "finite number from 0 on");

const CLI::Validator cosine = number([](double x) { return x >= -1 && x <= 1; }, "number from -1 to 1");

/// What `read` reads without an error.
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
const CLI::Validator schedule = readable(schedule_of), augmentations = readable(augmentations_of);

/// Expands the tilde where shells do not: they do in ~/data, but not in --out=~/data or cifar10:~/data.
const CLI::Validator home(
    [](std::string& text) {
      text = with_home(text);
      return std::string();
    },
    "");

/// CLI11 also reads -1 as 2^64 - 1, and anything too large as the largest value.
template <class Number>
CLI::Validator whole_number(Number least, const std::string& most) {
  return CLI::Validator(
      [=](std::string& text) {
        Number number{};
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        return error == std::errc() && end == text.data() + text.size() && number >= least
                   ? ""
                   : text + " is not a whole number from " + std::to_string(least) + " to " + most;
      },
      "");
}
const CLI::Validator seed_number = whole_number<std::uint64_t>(0, "2^64 - 1"),
                     unsigned_number = whole_number<long>(0, "2^63 - 1"),
                     positive_number = whole_number<long>(1, "2^63 - 1");

/// Sets those options of a command that its command line does not have and the file has.
void take_options(CLI::App& command, const std::string& file) {
  for (const auto& [name, value, line] : read_options(file)) {
    const std::string place = file + ", line " + std::to_string(line) + ": ";
    CLI::Option* const option = command.get_option_no_throw("--" + name);
    if (option == nullptr || !option->get_configurable())
      throw dim::Error(place + dim::in_quotes(name) + " is not an option of dim " + command.get_name() +
                       " that a file can set");
    if (!option->empty()) continue;
    const bool flag = option->get_expected_max() == 0;
    if (flag && value != "true" && value != "false")
      throw dim::Error(place + dim::in_quotes(name) + " is true or false, and not " + dim::in_quotes(value));
    if (flag && value == "false") continue;
    try {
      option->add_result(value);
      option->run_callback();
    } catch (const CLI::ParseError& error) {
      throw dim::Error(place + error.what());
    }
  }
}

/// Adds --config. It comes before the other options of the command, since CLI11 then looks at those that it has set.
void add_config(CLI::App& command) {
  command
      .add_option_function<std::string>(
          "--config",
          [&command](const std::string& file) {
            try {
              take_options(command, with_home(file));
            } catch (const dim::Error& error) {
              throw CLI::ValidationError(error.what());
            }
          },
          "a file with options, one a line, as in epochs = 20; those on the command line win")
      ->configurable(false);
}

void add_train(CLI::App& app, TrainSettings& settings) {
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
  train.add_option("--units", settings.units, "units of --score dot, 1 to 8192 (2048 in the paper)")
      ->capture_default_str();
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
      ->check(finite);
  train.add_option("--beta", settings.beta, "weight of the local term; default: the paper's")->check(finite);
  train.add_option("--gamma", settings.gamma, "weight of the prior; default: the paper's")->check(finite);
  train.add_option("--penalty", settings.penalty, "weight of the adversary's gradient penalty")
      ->capture_default_str()
      ->check(non_negative);
  train
      .add_option(
          "--epochs", settings.epochs,
          "passes over all images; default: 10, or for few images as many as see 100,000, at most 1,000")
      ->check(CLI::Range(1L, 1000000L));
  train
      .add_option(
          "--patience", settings.patience,
          "end before --epochs when the accuracy on held-out images has not been better for N epochs; "
          "0: go on")
      ->capture_default_str()
      ->check(unsigned_number);
  train.add_option("--batch", settings.batch, "images per step")
      ->capture_default_str()
      ->check(CLI::Range(2, 65536));
  train.add_option("--rate", settings.rate, "learning rate of Adam")->capture_default_str()->check(positive);
  train
      .add_option(
          "--schedule", settings.schedule,
          "how the learning rate changes: constant; cosine[:warm-up=EPOCHS], which reaches 0 at the end of "
          "--epochs; steps:EPOCH,EPOCH,...[,factor=0.1], which falls after each of these epochs; or "
          "plateau[:patience=5,factor=0.5,least=0.001], which falls when the loss has not fallen by `least` "
          "nats for more than `patience` epochs")
      ->capture_default_str()
      ->check(schedule);
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
      ->check(augmentations);
  train
      .add_option("--views", settings.views,
                  "views of each image in a step: features of each are compared with the code of the next")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  train
      .add_option("--precision", settings.precision,
                  "precision of products: f32, or bf16, which is faster and rounds operands")
      ->capture_default_str();
  train.add_option("--seed", settings.seed, "seed of all random draws; the same seed gives the same bits")
      ->capture_default_str()
      ->check(seed_number);
  train.add_option("--threads", settings.threads, "0: all cores")
      ->capture_default_str()
      ->check(CLI::Range(0, 1024));
  train.add_option("--limit", settings.limit, "train on only the first N images; 0: all")
      ->capture_default_str()
      ->check(unsigned_number);
  train
      .add_option("--held-out", settings.held_out,
                  "images held out of training, at most a tenth, on which nearest neighbours are measured "
                  "after each epoch; 0: train on all, as the paper does")
      ->capture_default_str()
      ->check(unsigned_number);
  train.add_option("--out", settings.out, "folder of the run; default: runs/<data>")->transform(home);
  train.add_flag("--tensorboard", settings.tensorboard,
                 "also write events.out.tfevents.TIME.dim, which TensorBoard shows");
  train.add_flag("--csv", settings.csv, "also write metrics.csv, a table with a row for each epoch");
  train.callback([&train, &settings] {
    const auto refuse = [&](const char* option, bool counts, const std::string& where) {
      if (train.count(option) > 0 && !counts)
        throw CLI::ValidationError(option, "has an effect only with " + where + "; leave it out");
    };
    refuse("--units", settings.score != "concat", "--score dot");
    refuse("--temperature", settings.estimator == "nce", "--estimator nce");
    refuse("--score-clip", settings.estimator == "nce", "--estimator nce");
    refuse("--alpha", settings.task != "local", "--task global or both");
    refuse("--beta", settings.task != "global", "--task local or both");
    refuse("--views", settings.views == 1 || settings.augment != "none",
           "--augment: views would be the same");
    refuse("--gamma", settings.prior != "none", "a prior");
    refuse("--penalty", settings.prior != "none", "a prior");
  });
}

void add_evaluate(CLI::App& app, EvaluateSettings& settings) {
  CLI::App& evaluate = *app.add_subcommand(
      "evaluate",
      "Measure a run's representations, and as baselines pixels, an untrained encoder and a supervised one");
  add_config(evaluate);
  evaluate.add_option("run", settings.run, "folder of the run")->required();
  evaluate.add_option("--data", settings.data, "default: the data of the run")->transform(home);
  evaluate.add_flag("--best", settings.best,
                    "the encoder that was best on held-out images, instead of the last");
  std::string names;
  for (const Probe& probe : probes()) names += (names.empty() ? "" : ", ") + probe.name;
  evaluate.add_option("--probes", settings.probes, names + "; default: all")->delimiter(',');
  evaluate.add_option("--features", settings.features, "conv, fc, y")->delimiter(',')->capture_default_str();
  evaluate.add_option("--threads", settings.threads, "0: all cores")->check(CLI::Range(0, 1024));
  evaluate.add_option("--limit", settings.limit, "only the first N images of each split; 0: all")
      ->check(unsigned_number);
  evaluate
      .add_option(
          "--labels-per-class", settings.labels_per_class,
          "fit probes on only N labelled images of each class, drawn by the run's seed; left out: all")
      ->check(positive_number);
  evaluate
      .add_option("--baselines", settings.baselines,
                  "untrained, supervised (trained with labels), pixels, or none")
      ->delimiter(',')
      ->capture_default_str();
  evaluate
      .add_option("--protocol", settings.protocol,
                  "length of the probes' training: quick, or paper for the published lengths")
      ->capture_default_str();
  evaluate.add_flag("--again", settings.again, "measure again what the run's metrics already hold");
}

void add_finetune(CLI::App& app, FinetuneSettings& settings) {
  CLI::App& finetune = *app.add_subcommand(
      "finetune", "Fine-tune a run's encoder with some labels, and for comparison train one from scratch");
  finetune.add_option("run", settings.run, "folder of the run")->required();
  finetune.add_option("--data", settings.data, "default: the data of the run")->transform(home);
  finetune
      .add_option("--labels", settings.labels,
                  "fractions of the training images whose labels are used, in (0, 1]")
      ->delimiter(',')
      ->capture_default_str();
  finetune
      .add_option("--steps", settings.steps,
                  "training steps; 0: five epochs of the labelled images, but at least 2,000")
      ->capture_default_str()
      ->check(unsigned_number);
  finetune.add_flag("--again", settings.again, "measure again what the run's metrics already hold");
  finetune.add_option("--threads", settings.threads, "0: all cores")->check(CLI::Range(0, 1024));
  finetune.add_option("--limit", settings.limit, "only the first N images of each split; 0: all")
      ->check(unsigned_number);
}

void add_features(CLI::App& app, FeatureSettings& settings) {
  CLI::App& features = *app.add_subcommand("features", "Write a representation of a data set to a .npy file");
  features.add_option("run", settings.run, "folder of the run")->required();
  features.add_option("--data", settings.data, "default: the data of the run")->transform(home);
  features.add_flag("--best", settings.best,
                    "the encoder that was best on held-out images, instead of the last");
  features
      .add_option("--split", settings.split, "train, test, or, of data as arrays (npy:), all, in their order")
      ->capture_default_str();
  features.add_option("--feature", settings.feature, "conv, fc or y")->capture_default_str();
  features.add_option("--out", settings.out, "the file, FILE.npy")->required()->transform(home);
  features.add_option("--threads", settings.threads, "0: all cores")->check(CLI::Range(0, 1024));
}

void add_embed(CLI::App& app, EmbedSettings& settings) {
  CLI::App& embed = *app.add_subcommand(
      "embed",
      "Write a representation of JPEG and PNG files or of other data, a row an image, and their names");
  embed.add_option("run", settings.run, "folder of the run")->required();
  embed
      .add_option("files", settings.files,
                  "image files, and folders of them; or data as for dim train --data, such as npy:FILE.npy, "
                  "of whose images the numbers are the names")
      ->required()
      ->transform(home);
  embed.add_flag("--best", settings.best,
                 "the encoder that was best on held-out images, instead of the last");
  embed.add_option("--feature", settings.feature, "conv, fc or y")->capture_default_str();
  embed
      .add_option("--out", settings.out,
                  "FILE.csv, FILE.jsonl, or FILE.npy, for which the names are written to FILE.npy.txt")
      ->required()
      ->transform(home);
  embed.add_option("--threads", settings.threads, "0: all cores")->check(CLI::Range(0, 1024));
}

void add_neighbours(CLI::App& app, NeighbourSettings& settings) {
  CLI::App& neighbours =
      *app.add_subcommand("neighbours", "Show which images of a folder or of other data are nearest to one");
  neighbours.add_option("run", settings.run, "folder of the run")->required();
  neighbours.add_option("query", settings.query, "a JPEG or PNG file")->required()->transform(home);
  neighbours
      .add_option("--of", settings.among,
                  "a folder, or data as for dim train --data, such as npy:FILE.npy; left out: the run's data")
      ->transform(home);
  neighbours.add_option("-k", settings.k, "how many")->capture_default_str()->check(CLI::Range(1L, 1000L));
  neighbours.add_flag("--best", settings.best,
                      "the encoder that was best on held-out images, instead of the last");
  neighbours.add_option("--feature", settings.feature, "conv, fc or y")->capture_default_str();
  neighbours.add_option("--out", settings.out, "left out: neighbours.html in the folder of the run")
      ->transform(home);
  neighbours.add_option("--threads", settings.threads, "0: all cores")->check(CLI::Range(0, 1024));
}

/// The options that commands on the images of a data set have in common.
void add_use(CLI::App& command, UseSettings& settings, const std::string& out) {
  command.add_option("run", settings.run, "folder of the run")->required();
  command
      .add_option(
          "data", settings.data,
          "a folder of JPEG and PNG files, npy:FILE.npy, signals:FILE.npy, fashion-mnist[:DIR], mnist:DIR, "
          "cifar10:DIR, cifar100:DIR, stl10:DIR or tiny-imagenet:DIR")
      ->required()
      ->transform(home);
  command.add_option("--split", settings.split,
                     "train, test or all; left out: all of a folder or an array, and test of other data");
  command.add_option("--feature", settings.feature, "conv, fc or y")->capture_default_str();
  command.add_flag("--best", settings.best,
                   "the encoder that was best on held-out images, instead of the last");
  command.add_option("--out", settings.out, out)->transform(home);
  command.add_option("--threads", settings.threads, "0: all cores")->check(CLI::Range(0, 1024));
}

void add_cluster(CLI::App& app, ClusterSettings& settings) {
  CLI::App& cluster = *app.add_subcommand(
      "cluster", "Find groups of images with similar representations, by k-means, without labels");
  add_use(cluster, settings, "FILE.csv, with the name and the cluster of each image");
  cluster.add_option("-k", settings.k, "how many groups")
      ->capture_default_str()
      ->check(CLI::Range(2, 100000));
  cluster.add_option("--seed", settings.seed, "of the starts, of which the best of ten counts")
      ->capture_default_str()
      ->check(seed_number);
}

void add_duplicates(CLI::App& app, DuplicateSettings& settings) {
  CLI::App& duplicates = *app.add_subcommand(
      "duplicates", "Find images whose representations are almost the same, as groups, most alike first");
  add_use(duplicates, settings, "FILE.csv, with the group and the name of each such image");
  duplicates
      .add_option("--above", settings.above,
                  "the cosine similarity above which two images are a pair, from -1 to 1")
      ->capture_default_str()
      ->check(cosine);
}

void add_map(CLI::App& app, MapSettings& settings) {
  CLI::App& map = *app.add_subcommand(
      "map", "Show up to 2,000 images on a plane, similar ones near each other, as a page of HTML");
  add_use(map, settings, "left out: map.html in the folder of the run");
}

void add_report(CLI::App& app, ReportSettings& settings) {
  CLI::App& report =
      *app.add_subcommand("report", "Write a run's settings, results and figures as one page of HTML");
  report.add_option("run", settings.run, "folder of the run")->required();
  report.add_option("--data", settings.data, "default: the data of the run")->transform(home);
  report.add_flag("--best", settings.best,
                  "the encoder that was best on held-out images, instead of the last");
  report.add_option("--out", settings.out, "default: report.html in the folder of the run")->transform(home);
  report.add_option("--threads", settings.threads, "0: all cores")->check(CLI::Range(0, 1024));
}

void add_fetch(CLI::App& app, FetchSettings& settings) {
  CLI::App& fetch = *app.add_subcommand("fetch", "Download a published data set, and unpack it");
  std::string names;
  for (const PublishedSet& set : published_sets()) names += (names.empty() ? "" : ", ") + set.name;
  fetch.add_option("name", settings.name, names)->required();
  fetch.add_option("folder", settings.folder, "the folder to put it into, which is made if need be")
      ->required()
      ->transform(home);
}

void add_compare(CLI::App& app, CompareSettings& settings) {
  CLI::App& compare = *app.add_subcommand(
      "compare", "Show how runs differ in settings, measures and curves, also as a page of HTML");
  compare.add_option("runs", settings.runs, "folders of 2 to 10 runs")
      ->required()
      ->expected(2, 10)
      ->transform(home);
  compare.add_flag("--best", settings.best,
                   "the encoders that were best on held-out images, instead of the last");
  compare.add_option("--out", settings.out, "default: compare.html")->transform(home);
}

void add_info(CLI::App& app, InfoSettings& settings) {
  CLI::App& info = *app.add_subcommand(
      "info", "Print how the program was built, and what a run contains or an encoder consists of");
  CLI::Option* const run = info.add_option("run", settings.run, "folder of a run");
  CLI::Option* const encoder =
      info.add_option("--encoder", settings.encoder, "an encoder, as for dim train --encoder")
          ->transform(home)
          ->excludes(run);
  info.add_flag("--json", settings.json, "print the encoder alone, as a file for dim train --encoder")
      ->needs(encoder);
  info.add_flag("--options", settings.options,
                "print the run's settings alone, as a file for dim train --config")
      ->needs(run);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("dim: Deep InfoMax, representations of images learned without labels", "dim");
  app.require_subcommand(1);
  app.set_version_flag("--version", dim::version);
  app.failure_message([](const CLI::App* parsed, const CLI::Error& error) {
    // CLI11 reports missing options before unknown ones, which may be the same option, misspelt.
    const std::vector<std::string> unknown = parsed->remaining(true);
    const std::string what = unknown.empty() ? error.what() : unknown.front() + " is not known";
    return "dim: " + what + "; see dim --help or dim COMMAND --help\n";
  });
  TrainSettings train_settings;
  EvaluateSettings evaluate_settings;
  FinetuneSettings finetune_settings;
  FeatureSettings feature_settings;
  EmbedSettings embed_settings;
  NeighbourSettings neighbour_settings;
  ClusterSettings cluster_settings;
  DuplicateSettings duplicate_settings;
  MapSettings map_settings;
  ReportSettings report_settings;
  FetchSettings fetch_settings;
  CompareSettings compare_settings;
  InfoSettings info_settings;
  add_train(app, train_settings);
  add_evaluate(app, evaluate_settings);
  add_finetune(app, finetune_settings);
  add_features(app, feature_settings);
  add_embed(app, embed_settings);
  add_neighbours(app, neighbour_settings);
  add_cluster(app, cluster_settings);
  add_duplicates(app, duplicate_settings);
  add_map(app, map_settings);
  add_report(app, report_settings);
  add_fetch(app, fetch_settings);
  add_compare(app, compare_settings);
  add_info(app, info_settings);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? status_of_printing() : 2;
  }
  // A file or a pipe also gets each line at once, and keeps it if the program is interrupted.
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  std::signal(SIGXFSZ, SIG_IGN);  // a file over its size limit is an error like a full disk, not the end
  std::fputs(slow_build_notice(), stderr);
  try {
    if (app.got_subcommand("train")) train(train_settings);
    if (app.got_subcommand("evaluate")) evaluate(evaluate_settings);
    if (app.got_subcommand("finetune")) finetune(finetune_settings);
    if (app.got_subcommand("features")) features(feature_settings);
    if (app.got_subcommand("embed")) embed(embed_settings);
    if (app.got_subcommand("neighbours")) neighbours(neighbour_settings);
    if (app.got_subcommand("cluster")) cluster(cluster_settings);
    if (app.got_subcommand("duplicates")) duplicates(duplicate_settings);
    if (app.got_subcommand("map")) map(map_settings);
    if (app.got_subcommand("report")) report(report_settings);
    if (app.got_subcommand("fetch")) fetch(fetch_settings);
    if (app.got_subcommand("compare")) compare(compare_settings);
    if (app.got_subcommand("info")) info(info_settings);
  } catch (const Stopped&) {
  } catch (const std::bad_alloc&) {
    std::fputs("dim: there is not enough memory; do less at a time, or take fewer images with --limit\n",
               stderr);
    return 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "dim: %s\n", error.what());
    return 1;
  }
  end_if_requested();
  return status_of_printing();
}
