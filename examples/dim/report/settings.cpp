#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <dim/io/safetensors.hpp>
#include <dim/objective/task.hpp>
#include <dim/train/schedule.hpp>
#include <map>
#include <set>
#include <utility>

#include "../commands/probes.hpp"
#include "../data/data.hpp"
#include "../run/metrics.hpp"
#include "../terminal/instructions.hpp"
#include "../terminal/text.hpp"
#include "page.hpp"
#include "paper.hpp"
#include "sections.hpp"

namespace program {
namespace {

/// The shortest text that reads back as the same number.
std::string text(double value) {
  char buffer[32];
  for (int digits = 1; digits <= 17; ++digits) {
    std::snprintf(buffer, sizeof buffer, "%.*g", digits, value);
    if (std::strtod(buffer, nullptr) == value) break;
  }
  return buffer;
}

/// The epochs that the run has begun, at least one.
long epochs_of(const ReportData& data) {
  return std::max(1L, (data.steps + data.steps_per_epoch - 1) / data.steps_per_epoch);
}

/// The numbers of epochs for which the run was asked to train: with a cosine schedule, the end of each cosine it has
/// followed.
std::vector<long> epochs_asked_for(const ReportData& data) {
  std::vector<long> epochs;
  if (data.run.has_checkpoint() && data.settings.schedule.rfind("cosine", 0) == 0) {
    const dim::Metadata metadata = dim::read_safetensors(data.run.checkpoint()).metadata();
    const auto found = metadata.find("schedule");
    const auto state = found == metadata.end() ? dim::ScheduleState{} : dim::ScheduleState::of(found->second);
    for (std::size_t i = 1; state && i < state->bounds.size() && state->bounds[i - 1] < data.steps; ++i)
      epochs.push_back(state->bounds[i] / data.steps_per_epoch);
  }
  if (epochs.empty()) epochs.push_back(epochs_of(data));
  return epochs;
}

std::string train_command(const ReportData& data, long epochs) {
  const TrainSettings& settings = data.settings;
  std::string line = "dim train --data " + quoted(data.moved_to.empty() ? settings.data : data.moved_to) +
                     " --encoder " + settings.encoder + " --task " + settings.task + " --score " +
                     settings.score;
  if (settings.score == "dot") line += " --units " + std::to_string(settings.units);
  line += " --estimator " + settings.estimator;
  if (settings.estimator == "nce") line += " --temperature " + text(settings.nce_temperature());
  if (settings.score_clip > 0) line += " --score-clip " + text(settings.score_clip);
  line += " --prior " + settings.prior;
  if (settings.alpha) line += " --alpha " + text(*settings.alpha);
  if (settings.beta) line += " --beta " + text(*settings.beta);
  if (settings.gamma) line += " --gamma " + text(*settings.gamma);
  if (settings.prior != "none") line += " --penalty " + text(settings.penalty);
  line += " --batch " + std::to_string(settings.batch) + " --rate " + text(settings.rate);
  if (settings.schedule != "constant") line += " --schedule " + settings.schedule;
  if (settings.weight_decay > 0) line += " --weight-decay " + text(settings.weight_decay);
  if (settings.clip > 0) line += " --clip " + text(settings.clip);
  if (settings.augment != "none") line += " --augment " + settings.augment;
  if (settings.views > 1) line += " --views " + std::to_string(settings.views);
  line += " --precision " + settings.precision + " --seed " + std::to_string(settings.seed);
  if (settings.limit > 0) line += " --limit " + std::to_string(settings.limit);
  line += " --held-out " + std::to_string(settings.held_out);
  return line + " --epochs " + std::to_string(epochs) + " --out " + quoted(data.run.path());
}

/// " --data ..." if the data are not where the run's settings say.
std::string data_flag(const ReportData& data) {
  return data.moved_to.empty() ? "" : " --data " + quoted(data.moved_to);
}
/// " --limit ..." for values measured with fewer than all training images.
std::string limit_flag(const ReportData& data, long images) {
  return images > 0 && images < data.fitted() ? " --limit " + std::to_string(images) : "";
}

/// The commands that have measured the run with probes of one length, one for each number of training images.
std::vector<std::string> evaluate_commands(const ReportData& data, const std::string& length) {
  struct Used {
    std::set<std::string> probes, features, baselines;
  };
  std::map<long, Used> all;  // by number of images
  for (const Metric& metric : data.measures())
    for (const Probe& probe : probes()) {
      // A protocol that both lengths share counts as the quick one.
      if (metric.protocol != probe.protocol(length).name) continue;
      if (length == "paper" && metric.protocol == probe.quick.name) continue;
      Used& used = all[metric.train_images];
      used.baselines.insert(metric.baseline);
      if (!metric.baseline.empty()) continue;
      used.probes.insert(probe.name);
      used.features.insert(metric.feature);
    }
  const auto list = [](const std::vector<std::string>& names, const std::set<std::string>& chosen) {
    std::string joined;
    for (const std::string& name : names)
      if (chosen.contains(name)) joined += (joined.empty() ? "" : ",") + name;
    return joined.empty() ? "none" : joined;
  };
  std::vector<std::string> names, commands;
  for (const Probe& probe : probes()) names.push_back(probe.name);
  for (const auto& [images, used] : all)
    if (!used.probes.empty())
      commands.push_back("dim evaluate " + quoted(data.run.path()) + " --probes " + list(names, used.probes) +
                         " --features " + list(all_features, used.features) + " --baselines " +
                         list(all_baselines, used.baselines) + " --protocol " + length +
                         limit_flag(data, images) + data_flag(data) + best_flag(data));
  return commands;
}

/// The commands that have fine-tuned the run's last encoder, one for each number of steps and of training images.
std::vector<std::string> finetune_commands(const ReportData& data) {
  std::map<std::pair<long, long>, std::string> labels;
  for (const Metric& metric : data.measures()) {
    const auto protocol = FinetuneProtocol::of(metric.protocol);
    if (!protocol || !metric.baseline.empty()) continue;
    std::string& parts = labels[{protocol->steps, metric.train_images}];
    parts += (parts.empty() ? "" : ",") + text(protocol->part);
  }
  std::vector<std::string> commands;
  for (const auto& [how, parts] : labels)
    commands.push_back("dim finetune " + quoted(data.run.path()) + " --labels " + parts + " --steps " +
                       std::to_string(how.first) + limit_flag(data, how.second) + data_flag(data));
  return commands;
}

/// What made the page, on which machine, and the date of the encoder: always the same for the same run.
std::string origin(const ReportData& data) {
  const std::string processor = processor_text();
  struct stat status {};
  char date[64] = "";
  if (::stat(data.encoder_file.c_str(), &status) == 0)
    if (const std::tm* const time = std::gmtime(&status.st_mtime))
      std::strftime(date, sizeof date, "%Y-%m-%d, %H:%M UTC", time);
  return paragraph("This page was made by " + escape(build_text()) +
                   (processor.empty() ? "" : ", on " + escape(processor)) +
                   ". The encoder\u2019s file is of " + date + ".");
}

}  // namespace

std::string best_flag(const ReportData& data) {
  return data.encoder_file == data.run.best() ? " --best" : "";
}

std::string settings_section(const ReportData& data) {
  const TrainSettings& settings = data.settings;
  const std::string none = "\u2013";
  const dim::ObjectiveWeights paper = settings.task == "local"    ? dim::Local::weights
                                      : settings.task == "global" ? dim::Global::weights
                                                                  : dim::LocalAndGlobal::weights;
  const std::string gamma = settings.task == "both" ? none : text(paper.gamma);
  Table table({"setting", "this run", "the paper"});
  table.row({"data", escape(data.data_title()), none});
  table.row({"training images", grouped(data.seen), none});
  const long given = settings.limit > 0 ? std::min(settings.limit, data.train.size()) : data.train.size();
  table.row({"images held out", grouped(given - data.seen), "0"});
  table.row({"encoder", escape(settings.encoder), paper_measures(settings) ? "basic32x32" : none});
  table.row({"length of training", data.length(), grouped(paper_epochs) + " epochs"});
  table.row({"steps", grouped(data.steps), none});
  table.row({"task", escape(settings.task), none});
  table.row({"estimator", escape(settings.estimator), "jsd, nce, dv"});
  table.row(
      {"temperature of scores", settings.estimator == "nce" ? text(settings.nce_temperature()) : none, none});
  table.row({"clip of scores", settings.score_clip > 0 ? text(settings.score_clip) : none, none});
  table.row(
      {"score",
       escape(settings.score) + (settings.score == "dot" ? ", " + grouped(settings.units) + " units" : ""),
       "dot, 2,048 units*"});
  table.row({"prior", escape(settings.prior), "uniform"});
  table.row(
      {"weight of the global term, alpha", text(settings.alpha.value_or(paper.alpha)), text(paper.alpha)});
  table.row({"weight of the local term, beta", text(settings.beta.value_or(paper.beta)), text(paper.beta)});
  const bool prior = settings.prior != "none";
  table.row({"weight of the prior, gamma", prior ? text(settings.gamma.value_or(paper.gamma)) : none, gamma});
  table.row({"weight of the gradient penalty", prior ? text(settings.penalty) : none, none});
  table.row({"batch, images", grouped(settings.batch), "64*"});
  table.row({"learning rate of Adam", text(settings.rate), "0.0001*"});
  table.row({"schedule of the rate", escape(settings.schedule), none});
  table.row({"weight decay", settings.weight_decay > 0 ? text(settings.weight_decay) : none, none});
  table.row({"gradient clipped to norm", settings.clip > 0 ? text(settings.clip) : none, none});
  table.row({"augmentation", escape(settings.augment), none});
  table.row({"views of an image in a step", std::to_string(settings.views), "1"});
  table.row({"precision of products", escape(settings.precision), "f32"});
  table.row({"seed", std::to_string(settings.seed), none});
  std::string html = "<p>The same commands give the same numbers, bit for bit, from the same build.</p>\n";
  const std::vector<long> epochs = epochs_asked_for(data);
  for (const long asked : epochs) html += command(train_command(data, asked));
  for (const char* const length : {"quick", "paper"})
    for (const std::string& evaluated : evaluate_commands(data, length)) html += command(evaluated);
  for (const std::string& tuned : finetune_commands(data)) html += command(tuned);
  html += command("dim report " + quoted(data.run.path()) + data_flag(data) + best_flag(data));
  if (epochs.back() > epochs_of(data))
    html += paragraph("This is the encoder after " + data.length() + " of a cosine that ends after " +
                      grouped(epochs.back()) + "; the command trains to its end.");
  else if (data.steps % data.steps_per_epoch != 0)
    html += paragraph("The run was stopped within its last epoch, after step " + grouped(data.steps) +
                      "; the command finishes that epoch.");
  return html + table.html() + "<p class=\"note\">* From the published code and its framework.</p>\n" +
         origin(data);
}

}  // namespace program
