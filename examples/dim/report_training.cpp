#include <algorithm>

#include "chart.hpp"
#include "report_page.hpp"
#include "report_sections.hpp"

namespace program {
namespace {

Series series(const std::string& name, const Curve& curve, double factor = 1, bool dashed = false) {
  Series line{name, {}, dashed};
  for (const Metric& metric : curve) line.points.push_back({double(metric.epoch), factor * metric.value});
  return line;
}

/// "local_jsd" as a reader says it.
std::string spoken(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

/// A chart over the epochs.
std::string chart(const std::string& title, const std::string& unit, const std::vector<Series>& lines,
                  bool from_zero = false) {
  return line_chart({title, "epoch", unit}, lines, {.y_from_zero = from_zero, .whole_x = true});
}

}  // namespace

std::string training_section(const ReportData& data) {
  const std::vector<Curve> curves = data.metrics.curves();
  const auto mean = [&](const std::string& name) {
    const auto found = std::find_if(curves.begin(), curves.end(), [&](const Curve& curve) {
      return curve.front().protocol == "mean-of-epoch" && curve.front().name == name;
    });
    return found == curves.end() ? Curve() : *found;
  };

  std::string bounds, losses;
  std::vector<Series> probes;
  for (const Curve& curve : curves) {
    const Metric& first = curve.front();
    const std::string end = "_estimate";
    if (first.protocol == "mean-of-epoch" && first.name.ends_with(end)) {
      const std::string term = first.name.substr(0, first.name.size() - end.size());
      std::vector<Series> lines{series("estimate", curve)};
      const Curve ceiling = mean(term + "_ceiling");
      if (!ceiling.empty()) lines.push_back(series("ceiling: no batch can show more", ceiling, 1, true));
      bounds += chart("Estimate, " + spoken(term), "nats", lines, true);
      losses += chart("Loss, " + spoken(term), "nats", {series("", mean(term + "_loss"))});
    }
    if (first.protocol != "mean-of-epoch" && first.name == "accuracy")
      probes.push_back(series(first.feature + ", " + first.split + ", " + first.protocol, curve, 100));
  }
  const Curve penalty = mean("prior_gradient_penalty");
  losses += chart(
      "Losses of prior matching", "nats",
      {series("encoder", mean("prior_encoder_loss")), series("adversary", mean("prior_adversary_loss"))});
  losses += chart("Gradient penalty of the adversary", "half the mean squared slope of its score",
                  {series("", penalty)});
  const std::string charts = bounds + chart("Probes after each epoch", "accuracy in %", probes) + losses;
  if (charts.empty()) return "";
  return paragraph("Losses and estimates are means over the steps of each epoch.") +
         "<div class=\"charts\">\n" + charts + "</div>\n";
}

}  // namespace program
