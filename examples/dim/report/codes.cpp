#include <algorithm>
#include <cmath>
#include <dim/cpu/backend.hpp>
#include <dim/evaluate/linear_probe.hpp>
#include <numbers>

#include "../commands/probes.hpp"
#include "../data/data.hpp"
#include "../terminal/text.hpp"
#include "chart.hpp"
#include "page.hpp"
#include "sections.hpp"
#include "tsne.hpp"

namespace program {
namespace {

constexpr int coloured = 10;  // classes that can be told apart on a map

double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

/// How y is shown beside its prior: in which form, over which range, and the prior's density there.
struct View {
  std::string name;
  bool squashed;
  double low, high;
  std::vector<Series> prior;
  double deviation;  // of the prior; 0: no prior
};

View view_of(const ReportData& data) {
  if (data.settings.prior == "uniform")
    return {"sigmoid(y)", true, 0, 1, {{"prior, uniform", {{0, 1}, {1, 1}}, true}}, 1 / std::sqrt(12.0)};
  if (data.settings.prior == "gaussian") {
    Series normal{"prior, N(0, 1)", {}, true};
    for (double x = -4; x <= 4; x += 0.125)
      normal.points.push_back({x, std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi)});
    return {"y", false, -4, 4, {normal}, 1};
  }
  const auto [low, high] = std::minmax_element(data.test_codes.begin(), data.test_codes.end());
  return {"y", false, double(*low), *high > *low ? double(*high) : double(*low) + 1, {}, 0};
}

/// The fraction of all values in each of equal bins of [low, high], divided by the bins' width.
std::vector<double> density(const std::vector<double>& values, double low, double high, long bins) {
  std::vector<double> found(static_cast<std::size_t>(bins));
  const double width = (high - low) / double(bins);
  for (const double value : values)
    if (value >= low && value <= high)
      found[std::size_t(std::min(bins - 1, long((value - low) / width)))] +=
          1 / (double(values.size()) * width);
  return found;
}

/// Standard deviations of the columns of (N, D), largest first.
std::vector<double> deviations(const std::vector<double>& values, long size) {
  const long count = long(values.size()) / size;
  std::vector<double> found;
  for (long k = 0; k < size; ++k) {
    double mean = 0, square = 0;
    for (long i = 0; i < count; ++i) mean += values[std::size_t(i * size + k)] / double(count);
    for (long i = 0; i < count; ++i) {
      const double distance = values[std::size_t(i * size + k)] - mean;
      square += distance * distance / double(count);
    }
    found.push_back(std::sqrt(square));
  }
  std::sort(found.rbegin(), found.rend());
  return found;
}

/// A sentence about the same probe of y in the table of measures, if that was fitted on another number of images.
std::string fitted_otherwise(const ReportData& data) {
  for (const Metric& metric : data.measures())
    if (metric.protocol == probe_named("linear").quick.name && metric.feature == "y" &&
        metric.name == "accuracy" && metric.baseline.empty() && metric.train_images > 0 &&
        (metric.train_images != data.fitted() || metric.test_images != data.test.size()))
      return " Among the measures stands " + percent(metric.value) + " %: of a probe that was fitted on " +
             grouped(metric.train_images) + " images and measured on " + grouped(metric.test_images) + ".";
  return "";
}

/// The number of test images of class `row` that are classified as class `column`.
class Confusions {
 public:
  Confusions(int classes, const std::vector<int>& labels, const std::vector<int>& predicted)
      : classes_(classes), counts_(std::size_t(classes * classes)) {
    for (std::size_t i = 0; i < labels.size(); ++i)
      if (labels[i] >= 0) ++counts_[std::size_t(labels[i] * classes + predicted[i])];
  }
  long at(int row, int column) const { return counts_[std::size_t(row * classes_ + column)]; }
  long of(int row) const {
    long sum = 0;
    for (int column = 0; column < classes_; ++column) sum += at(row, column);
    return sum;
  }
  double percent(int row, int column) const {
    return of(row) > 0 ? 100 * double(at(row, column)) / double(of(row)) : 0;
  }

 private:
  int classes_;
  std::vector<long> counts_;
};

std::string matrix(const ReportData& data, const Confusions& confusions, int classes) {
  std::vector<std::string> head{"class \\ predicted"};
  for (int column = 0; column < classes; ++column) head.push_back(escape(data.class_name(column)));
  Table table(head, "confusion");
  for (int row = 0; row < classes; ++row) {
    std::vector<std::string> cells{escape(data.class_name(row))};
    for (int column = 0; column < classes; ++column) {
      const double percent = confusions.percent(row, column);
      cells.push_back(percent == 0 ? ""
                                   : "<span class=\"share\" style=\"--share:" + fixed(percent / 100, 2) +
                                         "\">" + fixed(percent, 1) + "</span>");
    }
    table.row(cells);
  }
  return paragraph(
             "Per cent of the test images of a row\u2019s class that are classified as a column\u2019s.") +
         "<p class=\"note wide\">The table is wider than this screen: it scrolls sideways.</p>\n" +
         table.html();
}

std::string worst_pairs(const ReportData& data, const Confusions& confusions, int classes) {
  struct Pair {
    double percent;
    int row, column;
  };
  std::vector<Pair> pairs;
  for (int row = 0; row < classes; ++row)
    for (int column = 0; column < classes; ++column)
      if (row != column && confusions.at(row, column) > 0)
        pairs.push_back({confusions.percent(row, column), row, column});
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& a, const Pair& b) { return a.percent > b.percent; });
  pairs.resize(std::min<std::size_t>(pairs.size(), 20));
  Table table({"class", "predicted", "% of the class"}, "text");
  for (const Pair& pair : pairs)
    table.row(
        {escape(data.class_name(pair.row)), escape(data.class_name(pair.column)), fixed(pair.percent, 1)});
  return paragraph("Of " + std::to_string(classes) + " classes the pairs that are confused most.") +
         table.html();
}

}  // namespace

std::string map_section(const ReportData& data) {
  const long count = std::min(2000L, data.test.size());
  const TsneMap map = tsne(data.cpu, {data.test_codes.data(), count, data.code_size()});
  // It may be rotated: the longer side goes across the page.
  const auto extent = [](const std::vector<float>& values) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    return *high - *low;
  };
  const bool turned = extent(map.y) > extent(map.x);
  const std::vector<float>&across = turned ? map.y : map.x, &down = turned ? map.x : map.y;
  const int classes = data.test.classes(), shown = std::min(classes, coloured);
  std::vector<Series> series;
  for (int label = 0; label < shown; ++label) series.push_back({data.class_name(label), {}});
  series.push_back({classes > 0 ? "other classes" : "", {}});
  for (long i = 0; i < count; ++i) {
    const int label = data.test.label(i);
    series[std::size_t(label >= 0 && label < shown ? label : shown)].points.push_back(
        {double(across[std::size_t(i)]), double(down[std::size_t(i)])});
  }
  if (series.back().points.empty()) series.pop_back();
  return paragraph(
             "The first " + grouped(count) +
             " test images, placed so that those with similar y are near each other: t-SNE, started from "
             "y\u2019s first two principal components, perplexity 30, KL divergence " +
             fixed(map.divergence, 2) + " nats. Distances between groups and their sizes mean little.") +
         scatter("y of " + grouped(count) + " test images by t-SNE; axes have no unit", series);
}

std::string histogram_section(const ReportData& data) {
  const View view = view_of(data);
  std::vector<double> values;
  long outside = 0;
  for (const float y : data.test_codes) {
    values.push_back(view.squashed ? sigmoid(double(y)) : double(y));
    outside += values.back() < view.low || values.back() > view.high;
  }
  const std::string all = "all " + std::to_string(data.code_size()) + " dimensions";
  std::string charts = histogram({view.name + " of the test images, " + all, view.name, "density"}, view.low,
                                 view.high, density(values, view.low, view.high, 50), view.prior);
  Series own{"this run", {}}, prior{"prior", {}, true};
  const std::vector<double> spread = deviations(values, data.code_size());
  for (std::size_t k = 0; k < spread.size(); ++k) {
    own.points.push_back({double(k + 1), spread[k]});
    prior.points.push_back({double(k + 1), view.deviation});
  }
  std::vector<Series> lines{own};
  if (view.deviation > 0) lines.push_back(prior);
  charts += line_chart({"Standard deviation of each dimension of " + view.name, "dimensions, widest first",
                        "standard deviation"},
                       lines, {.y_from_zero = true, .whole_x = true});
  std::string text = data.settings.prior == "none"
                         ? std::string("The run has no prior.")
                         : "Prior matching pulls the distribution of " + view.name + " towards the prior.";
  if (outside > 0)
    text += " " + fixed(100 * double(outside) / double(values.size()), 2) +
            " % of the values lie outside the chart.";
  return paragraph(text) + "<div class=\"charts\">\n" + charts + "</div>\n";
}

std::string confusion_section(const ReportData& data) {
  const int classes = data.train.classes();
  if (classes < 2) return "";
  const std::vector<long> known = labelled_indices(data.train);
  std::vector<int> train_labels;
  std::vector<float> train_codes;
  for (const long i : known) {
    const auto code = data.train_codes.begin() + i * data.code_size();
    train_codes.insert(train_codes.end(), code, code + data.code_size());
    train_labels.push_back(data.train.label(i));
  }
  const std::vector<int> test_labels = data.test.labels();
  const dim::Features<float> train{train_codes.data(), std::ssize(known), data.code_size(),
                                   train_labels.data()};
  const dim::Features<float> test{data.test_codes.data(), data.test.size(), data.code_size(),
                                  test_labels.data()};
  dim::LinearProbe probe;
  probe.fit(data.cpu, train, classes, {.decay = linear_decay});
  const std::vector<int> predicted = probe.predict(data.cpu, test);
  const Confusions confusions(classes, test_labels, predicted);
  return paragraph("Logistic regression on y, fitted to the " + grouped(train.count) +
                   " training images (<code>" + escape(probe_named("linear").quick.name) +
                   "</code>): " + fixed(100 * dim::accuracy(predicted, test), 2) + " % of the " +
                   grouped(test.count) + " test images are classified correctly." + fitted_otherwise(data)) +
         (classes <= 20 ? matrix(data, confusions, classes) : worst_pairs(data, confusions, classes));
}

}  // namespace program
