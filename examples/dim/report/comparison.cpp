#include "comparison.hpp"

#include <algorithm>
#include <dim/io/safetensors.hpp>
#include <filesystem>

#include "../commands/epoch_log.hpp"
#include "../commands/probes.hpp"
#include "../commands/verdict.hpp"
#include "../run/frozen.hpp"
#include "../terminal/text.hpp"

namespace program {
namespace {

using dim::Json;

long length_of_epoch(const Metrics& metrics) {
  for (const Curve& curve : metrics.curves())
    if (curve.front().protocol == EpochLog::epoch_protocol && curve.front().epoch > 0)
      return curve.front().step / curve.front().epoch;
  return 0;
}

ComparedRun read_run(const std::string& path, std::size_t index, bool best) {
  const RunFolder folder(path);
  ComparedRun run{.letter = std::string(1, char('A' + index)),
                  .folder = folder,
                  .settings = folder.settings(),
                  .metrics = Metrics(folder),
                  .steps = 0,
                  .steps_per_epoch = 0};
  const std::string file = encoder_file(folder, best);
  run.steps = steps_in(dim::read_safetensors(file)).value_or(0);
  run.steps_per_epoch = length_of_epoch(run.metrics);
  return run;
}

/// The probe that measures by a protocol, with any number of labels; null: none.
const Probe* probe_of(const std::string& protocol) {
  for (const Probe& probe : probes())
    for (const std::string& name : {probe.quick.name, probe.paper.name})
      if (protocol == name || (protocol.starts_with(name + "-") && is_of_few_labels(protocol))) return &probe;
  return nullptr;
}

std::string letters(const std::vector<ComparedRun>& runs, const MeasureRow& row) {
  std::string text;
  for (std::size_t i = 0; i < runs.size(); ++i)
    if (row.values[i]) text += (text.empty() ? "" : ", ") + runs[i].letter;
  return text;
}

}  // namespace

bool ComparedRun::has_images_of(const ComparedRun& other) const {
  return settings.data_checksum == other.settings.data_checksum && settings.limit == other.settings.limit &&
         settings.held_out == other.settings.held_out;
}

Comparison::Comparison(const std::vector<std::string>& folders, bool best) {
  for (const std::string& folder : folders) {
    ComparedRun run = read_run(folder, runs_.size(), best);
    for (const ComparedRun& other : runs_)
      if (std::filesystem::equivalent(other.folder.path(), folder))
        throw dim::Error(folder + " is named twice; name runs that differ");
    runs_.push_back(std::move(run));
  }
  for (std::size_t i = 0; i < runs_.size(); ++i) add_held_out(i);
  for (std::size_t i = 0; i < runs_.size(); ++i) add_measures(i);
}

std::vector<SettingRow> Comparison::settings() const {
  SettingRow epochs{"epochs", {}}, steps{"steps", {}};
  for (const ComparedRun& run : runs_) {
    const long each = run.steps_per_epoch;
    epochs.values.push_back(each == 0               ? "-"
                            : run.steps % each == 0 ? grouped(run.steps / each)
                                                    : fixed(double(run.steps) / double(each), 1));
    steps.values.push_back(grouped(run.steps));
  }
  std::vector<SettingRow> rows{epochs, steps};
  const Json first = runs_.front().settings.identity();
  for (const auto& member : first.object()) {
    if (member.name == "net") continue;  // there only for encoders from files
    SettingRow row{option_name(member.name), {}};
    for (const ComparedRun& run : runs_)
      row.values.push_back(setting_text(member.name, run.settings.identity().at(member.name)));
    if (std::count(row.values.begin(), row.values.end(), row.values.front()) != std::ssize(row.values))
      rows.push_back(row);
  }
  SettingRow layers{"layers", {}};
  std::vector<Json> nets;
  for (const ComparedRun& run : runs_) {
    const Json& net = run.settings.net;
    auto found = std::find(nets.begin(), nets.end(), net);
    if (found == nets.end()) found = nets.insert(nets.end(), net);
    layers.values.push_back(net.is_null() ? "ready" : "file " + std::to_string(found - nets.begin() + 1));
  }
  if (nets.size() > 1) rows.push_back(layers);
  return rows;
}

void Comparison::add(std::size_t run, const std::string& name, const std::string& unit,
                     const std::string& way, long test_images, const ComparedValue& value) {
  const std::size_t index = std::size_t(std::find(ways_.begin(), ways_.end(), way) - ways_.begin());
  if (index == ways_.size()) ways_.push_back(way);
  auto row = std::find_if(measures_.begin(), measures_.end(),
                          [&](const MeasureRow& other) { return other.name == name && other.way == index; });
  if (row == measures_.end()) {
    // Beside what was measured in another way.
    const auto alike = std::find_if(measures_.rbegin(), measures_.rend(),
                                    [&](const MeasureRow& other) { return other.name == name; });
    row = measures_.insert(alike == measures_.rend() ? measures_.end() : alike.base(),
                           {name, unit, index, test_images, {}});
    row->values.resize(runs_.size());
  }
  row->values[run] = value;
}

void Comparison::add_held_out(std::size_t run) {
  const ComparedRun& of = runs_[run];
  for (const Curve& curve : of.metrics.curves()) {
    if (curve.front().split != "held-out" || curve.front().name != "accuracy") continue;
    const Metric* last = nullptr;
    for (const Metric& metric : curve)
      if (metric.step <= of.steps) last = &metric;
    if (last == nullptr) continue;
    std::string on = of.settings.data_checksum + ", at most " + grouped(of.settings.held_out) + " held out";
    if (of.settings.limit > 0) on += " of the first " + grouped(of.settings.limit);
    add(run, "held-out knn of " + last->feature, "%", last->protocol + " on " + on, 0, {100 * last->value});
  }
}

void Comparison::add_measures(std::size_t run) {
  const ComparedRun& of = runs_[run];
  for (const std::string& data : of.metrics.data()) {
    const std::vector<Metric> all = of.metrics.at(of.steps, data);
    for (const Metric& metric : all) {
      const Probe* const probe = probe_of(metric.protocol);
      if (!metric.baseline.empty() || metric.data != data ||
          metric.name != (probe ? probe->numbers.front() : "accuracy"))
        continue;
      const bool percent = probe == nullptr || probe->unit == "%";
      ComparedValue value{(percent ? 100 : 1) * metric.value};
      if (metric.name == "accuracy" && metric.test_images > 0)
        value.error = 100 * standard_error(metric.value, metric.test_images);
      value.doubtful = std::any_of(all.begin(), all.end(), [&](const Metric& other) {
        return other.protocol == metric.protocol && other.feature == metric.feature &&
               other.baseline.empty() && other.name == trusted && other.value == 0;
      });
      const std::string images = metric.train_images > 0
                                     ? ", fitted on " + grouped(metric.train_images) +
                                           " images, measured on " + grouped(metric.test_images)
                                     : "";
      add(run, (probe ? probe->name : "accuracy") + " of " + metric.feature, percent ? "%" : probe->unit,
          metric.protocol + " on " + (data.empty() ? "data without a name" : data) + images,
          metric.test_images, value);
    }
  }
}

std::vector<std::string> Comparison::warnings() const {
  std::vector<std::string> sentences;
  std::string others;
  for (const ComparedRun& run : runs_)
    if (!run.has_images_of(runs_.front())) others += (others.empty() ? "" : ", ") + run.letter;
  if (!others.empty())
    sentences.push_back("Losses and held-out accuracies cannot be compared with those of A: " + others +
                        ", trained on other images or with others held out.");
  for (std::size_t i = 0; i < measures_.size(); ++i) {
    const std::string& name = measures_[i].name;
    if (i > 0 && measures_[i - 1].name == name) continue;
    std::string rows;
    std::size_t end = i;
    for (; end < measures_.size() && measures_[end].name == name; ++end)
      rows += (end == i ? "" : "; ") + letters(runs_, measures_[end]) + " by " +
              std::to_string(measures_[end].way + 1);
    if (end > i + 1)
      sentences.push_back("Rows of " + name + " cannot be compared with each other: " + rows + ".");
  }
  return sentences;
}

}  // namespace program
