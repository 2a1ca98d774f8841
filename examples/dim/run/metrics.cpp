#include "metrics.hpp"

#include <algorithm>
#include <dim/io/file.hpp>
#include <tuple>

namespace program {
namespace {

using dim::Json;

Metric parse(const Json& line) {
  const auto text = [&](const char* name) {
    const Json* value = line.find(name);
    return value ? value->string() : std::string();
  };
  const auto number = [&](const std::string& name) {
    const Json* value = line.find(name);
    return value ? value->integer() : 0;
  };
  const auto images = [&](const std::string& split) {
    return number(split +
                  (line.find(split + "_images") ? "_images" : "_pictures"));  // as versions before 0.2 wrote
  };
  return {.split = text("split"),
          .protocol = text("protocol"),
          .feature = text("feature"),
          .name = text("name"),
          .baseline = text("baseline"),
          .data = text("data"),
          .epoch = number("epoch"),
          .step = number("step"),
          .train_images = images("train"),
          .test_images = images("test"),
          .value = line.at("value").number()};
}

}  // namespace

bool Metric::same_measure(const Metric& other) const {
  return std::tie(split, protocol, feature, name, baseline) ==
         std::tie(other.split, other.protocol, other.feature, other.name, other.baseline);
}

Metrics::Metrics(const RunFolder& run) {
  for (const Json& line : run.recorded())
    if (!line.at("value").is_null()) lines_.push_back(parse(line));
}

std::vector<Metric> Metrics::at(long step, const std::string& data) const {
  std::vector<Metric> found;
  for (const Metric& line : lines_) {
    if (line.epoch != 0 || (!line.data.empty() && line.data != data) ||
        (line.step != step && line.baseline.empty()))
      continue;
    const auto same = std::find_if(found.begin(), found.end(),
                                   [&](const Metric& other) { return other.same_measure(line); });
    if (same == found.end())
      found.push_back(line);
    else if (line.train_images >= same->train_images && line.test_images >= same->test_images)
      *same = line;
  }
  for (Metric& baseline : found) {
    if (baseline.baseline.empty()) continue;
    const auto own = std::find_if(found.begin(), found.end(), [&](const Metric& other) {
      return other.baseline.empty() && other.protocol == baseline.protocol && other.name == baseline.name;
    });
    if (own == found.end()) continue;
    const Metric wanted = *own;
    for (const Metric& line : lines_)
      if (line.epoch == 0 && (line.data.empty() || line.data == data) && line.same_measure(baseline) &&
          line.train_images == wanted.train_images && line.test_images == wanted.test_images)
        baseline = line;
  }
  return found;
}

std::vector<std::string> Metrics::data() const {
  std::vector<std::string> found;
  for (const Metric& line : lines_)
    if (line.epoch == 0 && std::find(found.begin(), found.end(), line.data) == found.end())
      found.push_back(line.data);
  return found;
}

std::vector<Curve> Metrics::curves() const {
  std::vector<Curve> found;
  for (const Metric& line : lines_) {
    if (line.epoch == 0) continue;
    const auto same = std::find_if(found.begin(), found.end(),
                                   [&](const Curve& curve) { return curve.front().same_measure(line); });
    Curve& curve = same == found.end() ? found.emplace_back() : *same;
    const auto place = std::lower_bound(curve.begin(), curve.end(), line.step,
                                        [](const Metric& a, long step) { return a.step < step; });
    if (place != curve.end() && place->step == line.step)
      *place = line;
    else
      curve.insert(place, line);
  }
  return found;
}

void forget_epochs_after(const RunFolder& run, long step) {
  std::string kept;
  bool forgotten = false;
  for (const Json& line : run.recorded()) {
    if (line.find("epoch") && line.at("step").integer() > step)
      forgotten = true;
    else
      kept += line.dump() + "\n";
  }
  if (forgotten) dim::write_file_atomically(run.metrics(), {dim::bytes_of(kept)});
}

}  // namespace program
