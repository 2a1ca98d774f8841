#include <algorithm>
#include <cmath>
#include <dim/cpu/backend.hpp>
#include <dim/train/checkpoint.hpp>

#include "../commands/epoch_log.hpp"
#include "../commands/monitor.hpp"
#include "../data/data.hpp"
#include "../run/models.hpp"
#include "../terminal/text.hpp"
#include "chart.hpp"
#include "page.hpp"
#include "sections.hpp"

namespace program {
namespace {

/// A line over the epochs, with each value at the end of its steps.
Series series(const ReportData& data, const std::string& name, const Curve& curve, double factor = 1) {
  Series line{name, {}};
  for (const Metric& metric : curve)
    line.points.push_back({double(metric.step) / double(data.steps_per_epoch), factor * metric.value});
  return line;
}
/// A horizontal line from the first to the last point of the others.
Series level(const std::string& name, double value, const std::vector<Series>& others) {
  double first = INFINITY, last = 0;
  for (const Series& other : others)
    for (const Point& point : other.points) first = std::min(first, point.x), last = std::max(last, point.x);
  return {name, {{first, value}, {last, value}}, true};
}

/// Leaves out the points of a line that are further below 0 than it ever gets above: the first scores, which may be
/// wrong by any amount, would dwarf everything after them. Returns how many were left out.
long leave_out_the_first(Series& line) {
  double highest = 0;
  for (const Point& point : line.points) highest = std::max(highest, point.y);
  return highest > 0
             ? long(std::erase_if(line.points, [&](const Point& point) { return point.y < -highest; }))
             : 0;
}

/// "local_jsd" in words.
std::string spoken(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

/// A chart over the epochs.
std::string chart(const std::string& title, const std::string& unit, const std::vector<Series>& lines,
                  LineOptions options = {}) {
  options.whole_x = true;
  return line_chart({title, "epoch", unit}, lines, options);
}

std::string note(const std::string& text) {
  return "<p class=\"note\">" + text + "</p>\n";
}

/// An estimate and its ceiling, if it has one.
std::string estimate_chart(const ReportData& data, const std::string& term, const Curve& estimate,
                           const Curve& ceiling) {
  std::vector<Series> lines{series(data, "estimate", estimate)};
  const double end = lines.front().points.back().x;
  const long left_out = leave_out_the_first(lines.front());
  if (!ceiling.empty())
    lines.push_back(
        level("ceiling: no batch can show more", ceiling.back().value, {lines.front(), {"", {{end, 0}}}}));
  const std::string html = chart("Estimate, " + spoken(term), "nats", lines, {.y_from_zero = true});
  if (left_out == 0) return html;
  return "<div>" + html +
         note("Left out: the first " + grouped(left_out) + (left_out == 1 ? " point" : " points") +
              ", far below 0, where scores are worse than uninformative.") +
         "</div>\n";
}

/// Accuracies of the code during training, with the interval in which 95 % of such samples lie, beside those of an
/// untrained encoder and of pixels by the same protocol.
std::string probes_chart(const ReportData& data, const std::vector<Curve>& curves) {
  std::vector<Series> lines;
  bool monitored = false;
  const long limit =
      data.settings.limit > 0 ? std::min(data.settings.limit, data.train.size()) : data.train.size();
  const HeldOut split = hold_out(data.train.part(0, limit), data.settings.held_out);
  std::optional<HeldOutNeighbours> neighbours;
  if (split.held_out.size() > 0) neighbours.emplace(split);
  for (const Curve& curve : curves) {
    const Metric& first = curve.front();
    if (first.name != "accuracy") continue;
    Series line = series(data, first.feature + ", " + first.split + ", " + first.protocol, curve, 100);
    if (neighbours && first.protocol == neighbours->protocol()) {
      monitored = true;
      const double count = double(split.held_out.size()) + 4;
      for (Point& point : line.points) {
        // Two more on either side, so that there is a bar even if none or all are right (Agresti and Coull, 1998).
        const double part = (point.y / 100 * (count - 4) + 2) / count;
        point.error = 196 * std::sqrt(part * (1 - part) / count);
      }
    }
    lines.push_back(std::move(line));
  }
  std::string bars;
  if (monitored) {
    const Frozen untrained = dim::untrained<dim::Cpu, float>(
        data.cpu, make_encoder(data.settings, data.train.shape()), data.settings.seed);
    const auto codes = [&](const dim::Images& images) { return codes_of(untrained, images); };
    const std::vector<Series> own = lines;
    lines.push_back(level("untrained encoder", 100 * neighbours->accuracy(data.cpu, codes), own));
    lines.push_back(level("raw pixels", 100 * neighbours->accuracy(data.cpu, pixels_of), own));
    bars = note("Bars: 95 % intervals for samples of " + grouped(split.held_out.size()) +
                " held-out images. Smaller differences may be chance.");
  }
  const std::string html = chart("Probes after each epoch", "accuracy in %", lines, {.least_height = 10});
  return html.empty() ? html : "<div>" + html + bars + "</div>\n";
}

}  // namespace

std::string training_section(const ReportData& data) {
  const std::vector<Curve> curves = data.metrics.curves();
  // Tenths of epochs, so that a short run has more than two points, unless they were not recorded to the end.
  const auto last_step = [&](const char* protocol) {
    long last = 0;
    for (const Curve& curve : curves)
      if (curve.front().protocol == protocol) last = std::max(last, curve.back().step);
    return last;
  };
  const bool tenths = last_step(EpochLog::part_protocol) >= std::max(1L, last_step(EpochLog::epoch_protocol));
  const std::string shown = tenths ? EpochLog::part_protocol : EpochLog::epoch_protocol;
  const auto mean = [&](const std::string& name) {
    const auto found = std::find_if(curves.begin(), curves.end(), [&](const Curve& curve) {
      return curve.front().protocol == shown && curve.front().name == name;
    });
    return found == curves.end() ? Curve() : *found;
  };

  std::string charts;
  for (const Curve& curve : curves) {
    const Metric& first = curve.front();
    const std::string end = "_estimate";
    if (first.protocol != shown || !first.name.ends_with(end)) continue;
    const std::string term = first.name.substr(0, first.name.size() - end.size());
    charts += estimate_chart(data, term, curve, mean(term + "_ceiling"));
  }
  charts += probes_chart(data, curves);
  charts += chart("Losses of prior matching", "nats",
                  {series(data, "encoder", mean("prior_encoder_loss")),
                   series(data, "adversary", mean("prior_adversary_loss"))});
  charts += chart("Gradient penalty of the adversary", "half the mean squared slope of its score",
                  {series(data, "", mean("prior_gradient_penalty"))});
  if (charts.empty()) return "";
  return paragraph(std::string("Estimates and losses are means over the steps of each ") +
                   (tenths ? "tenth of an epoch" : "epoch") +
                   ". The loss that is minimised is minus the estimate, up to a constant.") +
         "<div class=\"charts\">\n" + charts + "</div>\n";
}

}  // namespace program
