#include <algorithm>
#include <cstdio>
#include <dim/evaluate/classifier.hpp>
#include <dim/io/npy.hpp>
#include <filesystem>
#include <optional>

#include "../data/data.hpp"
#include "../run/run_folder.hpp"
#include "../run/run_lock.hpp"
#include "../run/saves.hpp"
#include "../terminal/progress.hpp"
#include "../terminal/signals.hpp"
#include "../terminal/text.hpp"
#include "commands.hpp"
#include "durations.hpp"
#include "probes.hpp"
#include "sources.hpp"
#include "verdict.hpp"
#include "views.hpp"

namespace program {
namespace {

using dim::Json;

/// One probe of one representation and its results, which are empty until it has been measured.
struct Item {
  const Source* source;
  std::string feature;
  const Probe* probe;
  std::vector<Number> numbers{};
};

bool doubtful(const Item& item) {
  return std::any_of(item.numbers.begin(), item.numbers.end(),
                     [](const Number& number) { return number.name == trusted && number.value == 0; });
}

/// Its first number, marked with a star if it cannot be trusted.
std::string text(const Item& item) {
  const bool percent = item.probe->unit == "%";
  const double value = item.numbers.front().value;
  return fixed(percent ? 100 * value : value, percent ? 2 : 3) + (doubtful(item) ? "*" : "");
}

bool measures(const Probe& probe, const std::string& feature, long size, const dim::Images& images) {
  return (!probe.measures || probe.measures(feature, size, images.shape())) &&
         (!probe.needs_labels || images.classes() > 0);
}

/// Throws dim::Error for a probe that was asked for by name and has nothing to measure.
void require_something_to_measure(const EvaluateSettings& settings, const Source& trained,
                                  const dim::Images& images) {
  const std::string data = RunFolder(settings.run).data_or(settings.data);
  std::vector<std::pair<std::string, long>> features;
  for (const std::string& feature : trained.features(settings.features))
    features.emplace_back(feature, trained.size(feature));
  if (contains(settings.baselines, "pixels")) features.emplace_back("pixels", images.shape().size());
  for (const Probe& probe : probes()) {
    if (!contains(settings.probes, probe.name)) continue;
    if (settings.labels_per_class > 0 && !probe.needs_labels)
      throw dim::Error("the probe ", probe.name,
                       " needs no labels, of which --labels-per-class says how many; leave one of both out");
    if (probe.needs_labels && images.classes() == 0)
      throw dim::Error("the probe ", probe.name,
                       " measures how well classes are told, and the data have no labels; leave it out, or ",
                       how_to_label(data));
    if (std::none_of(features.begin(), features.end(), [&](const auto& feature) {
          return measures(probe, feature.first, feature.second, images);
        }))
      throw dim::Error("the probe " + probe.name + " measures " + probe.measured +
                       ", and nothing such was asked for; leave it out, or ask for that");
  }
}

/// Measures what was asked for and records each number as soon as it is available. What the run's metrics already
/// hold is not measured again.
class Evaluation {
 public:
  Evaluation(const EvaluateSettings& settings, const RunFolder& run, const DataSet& data, Saves& saves)
      : settings_(settings),
        run_(run),
        saves_(saves),
        data_(data.id),
        cpu_(dim::Cpu::with_threads(settings.threads)),
        train_(data.train),
        test_(data.test),
        durations_(1e-6 / cpu_.threads()) {}

  void measure(std::vector<Source>& sources) {
    plan(sources);
    if (!settings_.again) look_up();
    if (std::any_of(items_.begin(), items_.end(), [](const Item& item) { return item.numbers.empty(); }))
      run_.require_recordable();
    for (Source& source : sources)
      if (is_missing(source)) source.prepare();
    clock_ = {};
    bar_.emplace("evaluate", whole);
    for (const Source& source : sources) measure(source);
    bar_.reset();
    print_table();
  }

 private:
  /// Does it have items still to be measured?
  bool is_missing(const Source& source) const {
    return std::any_of(items_.begin(), items_.end(),
                       [&](const Item& item) { return item.source == &source && item.numbers.empty(); });
  }
  bool asked(const Probe& probe) const {
    return settings_.probes.empty() ? settings_.labels_per_class == 0 || probe.needs_labels
                                    : contains(settings_.probes, probe.name);
  }
  /// The name of its protocol.
  std::string protocol(const Probe& probe) const {
    return probe.protocol(settings_.protocol).name + labels_end(settings_.labels_per_class);
  }
  void plan(const std::vector<Source>& sources) {
    for (const Source& source : sources)
      for (const std::string& feature : source.features(settings_.features))
        for (const Probe& probe : probes())
          if (asked(probe) && measures(probe, feature, source.size(feature), train_.images))
            items_.push_back({&source, feature, &probe});
  }

  /// Takes numbers from the run's metrics. A probe that was interrupted while recording lacks some of them, or the
  /// images that belong to them, and is measured again.
  void look_up() {
    const Recorded recorded(run_.recorded());
    long found = 0;
    for (Item& item : items_) {
      for (const std::string& name : item.probe->numbers) {
        if (const double* value = recorded.find(line_of(item, {name, 0})))
          item.numbers.push_back({name, *value});
      }
      const std::string images = images_file(item);
      if (item.numbers.size() < item.probe->numbers.size() ||
          (!images.empty() && !std::filesystem::exists(images)))
        item.numbers.clear();
      found += !item.numbers.empty();
    }
    if (found > 0)
      std::printf("%ld of %ld are in %s already; --again measures them again\n", found, long(items_.size()),
                  run_.metrics().c_str());
  }

  void measure(const Source& source) {
    std::vector<std::string> features;
    bool needs_views = false;
    for (const Item& item : items_) {
      if (item.source != &source || !item.numbers.empty()) continue;
      if (!contains(features, item.feature)) features.push_back(item.feature);
      needs_views = needs_views || item.probe->needs_views;
    }
    if (needs_views && views_.size() == 0) views_ = second_views(test_.images);
    std::vector<Represented> represented =
        source.represent(features, train_, test_, needs_views ? views_ : dim::Images());
    for (std::size_t i = 0; i < features.size(); ++i) {
      const Represented data = std::move(represented[i]);
      for (Item& item : items_)
        if (item.source == &source && item.feature == features[i] && item.numbers.empty())
          measure(item, data);
    }
  }

  void measure(Item& item, const Represented& data) {
    const Clock clock;
    const std::string title = item.source->name + " " + item.feature + " " + item.probe->name;
    const auto show = [&](double part) {
      stop_if_requested();
      // Once a probe is well under way, its own pace predicts best.
      const double taken = clock.seconds(), all = part > 0.1 ? taken / part : std::max(taken, expected(item)),
                   left = all - taken + left_without(item), before = clock_.seconds();
      bar_->show(before + left > 0 ? long(whole * (before / (before + left))) : 0, title);
    };
    show(0);
    std::string warning;
    const auto warn = [&](const std::string& text) { warning += (warning.empty() ? "" : "; ") + text; };
    const auto keep = [&](std::vector<float> images, std::vector<long> shape) {
      const std::string path = images_file(item);
      if (path.empty()) return;
      saves_.replace(path, [path, images = std::move(images), shape = std::move(shape)] {
        dim::write_npy(path, images.data(), shape);
      });
    };
    item.numbers = item.probe->measure({cpu_, data, settings_.protocol == "paper", show, warn, keep});
    for (const Number& number : item.numbers) saves_.record(run_, line_of(item, number));
    saves_.write();
    durations_.add(item.probe->name, item.feature, cost_of(item), clock.seconds());
    bar_->clear();
    std::printf("%-11s %-7s %-15s %8s %-4s  %s, about %s left\n", item.source->name.c_str(),
                item.feature.c_str(), item.probe->name.c_str(), text(item).c_str(), item.probe->unit.c_str(),
                duration(clock.seconds()).c_str(), duration(left_without(item)).c_str());
    if (!warning.empty()) std::printf("%20s warning: %s\n", "", warning.c_str());
  }

  /// A rough estimate, in microseconds of one core.
  double cost_of(const Item& item) const {
    const Protocol& protocol = item.probe->protocol(settings_.protocol);
    return double(train_.images.size()) *
           (protocol.per_row + protocol.per_number * double(item.source->size(item.feature)));
  }

  /// The seconds that it will take.
  double expected(const Item& item) const {
    return durations_.expected(item.probe->name, item.feature, cost_of(item));
  }
  /// The seconds that the other items still to be measured will take.
  double left_without(const Item& measured) const {
    double seconds = 0;
    for (const Item& item : items_)
      if (&item != &measured && item.numbers.empty()) seconds += expected(item);
    return seconds;
  }

  /// The file for the probe's images; empty for baselines and for probes that make none.
  std::string images_file(const Item& item) const {
    if (item.source->name != "trained" || !item.probe->makes_images) return "";
    return run_.reconstructions(item.source->steps, data_, train_.images.size(), protocol(*item.probe));
  }

  /// A line of metrics.jsonl.
  Json::Object line_of(const Item& item, const Number& number) const {
    Json::Object line{{"step", item.source->steps},
                      {"split", number.name == on_training ? "train" : item.probe->split},
                      {"protocol", protocol(*item.probe)},
                      {"feature", item.feature},
                      {"name", number.name},
                      {"value", number.value},
                      {"data", data_},
                      {"train_images", train_.images.size()},
                      {"test_images", test_.images.size()}};
    if (item.source->name != "trained") line.push_back({"baseline", item.source->name});
    return line;
  }
  /// A column for each representation, a row for each source and probe.
  void print_table() const {
    std::vector<std::string> columns;
    for (const Item& item : items_)
      if (!contains(columns, item.feature)) columns.push_back(item.feature);
    std::printf("\n%-11s %-15s %-4s", "", "", "");
    for (const std::string& column : columns) std::printf(" %8s", column.c_str());
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const Item& row = items_[i];
      const auto same_row = [&](const Item& item) {
        return item.source == row.source && item.probe == row.probe;
      };
      if (std::any_of(items_.begin(), items_.begin() + long(i), same_row)) continue;
      std::printf("\n%-11s %-15s %-4s", row.source->name.c_str(), row.probe->name.c_str(),
                  row.probe->unit.c_str());
      for (const std::string& column : columns) {
        const auto cell = std::find_if(items_.begin(), items_.end(), [&](const Item& item) {
          return same_row(item) && item.feature == column;
        });
        std::printf(" %8s", cell == items_.end() ? "" : text(*cell).c_str());
      }
    }
    if (std::any_of(items_.begin(), items_.end(), doubtful)) std::printf("\n* cannot be trusted");
    std::printf("\n\n");
    for (const Probe& probe : probes())
      if (std::any_of(items_.begin(), items_.end(), [&](const Item& item) { return item.probe == &probe; }))
        std::printf("%-15s %s\n", probe.name.c_str(), protocol(probe).c_str());
    print_verdict();
  }

  /// Says what the table means.
  void print_verdict() const {
    std::vector<Metric> measures;
    for (const Item& item : items_)
      for (const Number& number : item.numbers)
        measures.push_back({.split = "test",
                            .protocol = protocol(*item.probe),
                            .feature = item.feature,
                            .name = number.name,
                            .baseline = item.source->name == "trained" ? "" : item.source->name,
                            .data = data_,
                            .epoch = 0,
                            .step = item.source->steps,
                            .train_images = train_.images.size(),
                            .test_images = test_.images.size(),
                            .value = number.value});
    std::string text;
    for (const std::string& sentence : verdict(measures, labels_end(settings_.labels_per_class)))
      text += "\n" + sentence;
    if (!text.empty()) std::printf("%s\n", text.c_str());
  }

  const EvaluateSettings& settings_;
  const RunFolder& run_;
  Saves& saves_;
  std::string data_;  // its id
  dim::Cpu cpu_;
  SplitImages train_, test_;
  dim::Images views_;  // second ones of test images, once a probe needs them
  std::vector<Item> items_;
  static constexpr long whole = 1000000;  // length of the bar
  std::optional<Progress> bar_;
  Clock clock_;  // since measuring began
  Durations durations_;
};

}  // namespace

void evaluate(const EvaluateSettings& settings) {
  std::vector<std::string> names;
  for (const Probe& probe : probes()) names.push_back(probe.name);
  for (const std::string& probe : settings.probes) require_one_of("--probes", probe, names);
  for (const std::string& feature : settings.features) require_one_of("--features", feature, all_features);
  std::vector<std::string> baselines = all_baselines;
  baselines.push_back("none");
  for (const std::string& baseline : settings.baselines) require_one_of("--baselines", baseline, baselines);
  if (contains(settings.baselines, "none") && settings.baselines.size() > 1)
    throw dim::Error("--baselines none stands alone: leave it out, or the others");
  require_one_of("--protocol", settings.protocol, {"quick", "paper"});
  const RunFolder run(settings.run);
  run.settings();  // throws if there are none
  const RunLock lock(run, "dim evaluate");
  const std::string spec = run.data_or(settings.data);
  ImageCache cache = cache_of(run, settings.cache);
  const DataSet data = read_for(run, settings.data, [&](const std::string& from) {
    return read_data_set(from, settings.limit, &cache);
  });
  cache.finish();

  std::vector<Source> sources{trained_source(settings, run, data.train.shape())};
  require_something_to_measure(settings, sources.front(), data.train);
  Saves saves("measuring");
  add_baselines(settings, run, data, saves, sources);  // with all labels, whatever probes have
  DataSet fitted = data;
  fitted.train = labelled_images(data.train);
  fitted.test = labelled_images(data.test);
  if (settings.labels_per_class > 0)
    fitted.train = data.train.part(
        dim::labelled_of_each_class(data.train, settings.labels_per_class, run.settings().seed));

  std::printf("probes of %s, fitted on %ld %simages of %s, measured on %ld test images\n",
              encoder_file(run, settings.best).c_str(), fitted.train.size(),
              data.train.classes() > 0 ? "labelled " : "", spec.c_str(), fitted.test.size());
  if (const long unknown = data.train.size() + data.test.size() - std::ssize(labelled_indices(data.train)) -
                           fitted.test.size();
      unknown > 0)
    std::printf("%ld images are left out, since their labels are not known\n", unknown);
  Evaluation(settings, run, fitted, saves).measure(sources);
  saves.finish();
}

}  // namespace program
