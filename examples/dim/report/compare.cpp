// `dim compare`: runs beside each other, on the terminal and on a page of HTML.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <dim/io/file.hpp>

#include "../commands/commands.hpp"
#include "../commands/epoch_log.hpp"
#include "../commands/verdict.hpp"
#include "../terminal/signals.hpp"
#include "../terminal/text.hpp"
#include "chart.hpp"
#include "comparison.hpp"
#include "page.hpp"

namespace program {
namespace {

using Cells = std::vector<std::vector<std::string>>;

/// A value with as many digits as its unit has elsewhere, and its standard error after `sign`.
std::string value_text(const std::optional<ComparedValue>& value, const std::string& unit, const char* sign) {
  if (!value) return "-";
  const int digits = unit == "%" ? 2 : 3;
  return fixed(value->value, digits) + (value->error > 0 ? sign + fixed(value->error, digits) : "") +
         (value->doubtful ? "?" : "");
}

/// By how much the second of two values is greater; empty if that is not known.
std::string difference_text(const MeasureRow& row, const char* sign) {
  const auto &a = row.values[0], &b = row.values[1];
  if (!a || !b) return "";
  const std::string plus = b->value > a->value ? "+" : "";
  if (a->error == 0 || b->error == 0) return plus + fixed(b->value - a->value, row.unit == "%" ? 2 : 3);
  const Difference found = difference(b->value / 100, a->value / 100, row.test_images);
  return plus + fixed(found.points, 2) + sign + fixed(found.error, 2);
}

Cells setting_cells(const Comparison& comparison) {
  Cells cells{{""}};
  for (const ComparedRun& run : comparison.runs()) cells.front().push_back(run.letter);
  for (const SettingRow& row : comparison.settings()) {
    cells.push_back({row.name});
    cells.back().insert(cells.back().end(), row.values.begin(), row.values.end());
  }
  return cells;
}

/// The measures; of two runs also the differences.
Cells measure_cells(const Comparison& comparison, const char* sign) {
  const bool two = comparison.runs().size() == 2;
  Cells cells{{"", "", "by"}};
  for (const ComparedRun& run : comparison.runs()) cells.front().push_back(run.letter);
  if (two) cells.front().push_back("B - A");
  for (const MeasureRow& row : comparison.measures()) {
    cells.push_back({row.name, row.unit, std::to_string(row.way + 1)});
    for (const auto& value : row.values) cells.back().push_back(value_text(value, row.unit, sign));
    if (two) cells.back().push_back(difference_text(row, sign));
  }
  return cells;
}

/// Prints columns as wide as their widest cell, the first one to the left.
void print(const Cells& cells) {
  std::vector<std::size_t> widths(cells.front().size());
  for (const auto& row : cells)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  for (const auto& row : cells) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string space(widths[i] - row[i].size(), ' ');
      line += i == 0 ? row[i] + space : "  " + space + row[i];
    }
    std::printf("%s\n", line.substr(0, line.find_last_not_of(' ') + 1).c_str());
  }
  std::printf("\n");
}

std::string table(const Cells& cells) {
  const auto escaped = [](std::vector<std::string> row) {
    for (std::string& cell : row) cell = escape(cell);
    return row;
  };
  Table found(escaped(cells.front()));
  for (std::size_t i = 1; i < cells.size(); ++i) found.row(escaped(cells[i]));
  return found.html();
}

/// A chart of what is recorded under one name and protocol: a line for each run that has it, over its epochs.
struct ComparedChart {
  std::string name, protocol;
  const ComparedRun* first;  // with whose images it is
  std::vector<Series> lines;
};

std::string charts(const Comparison& comparison) {
  std::vector<ComparedChart> all;
  for (const ComparedRun& run : comparison.runs())
    for (const Curve& curve : run.metrics.curves()) {
      const Metric& first = curve.front();
      const bool loss = first.protocol == EpochLog::epoch_protocol && first.name.ends_with("_loss");
      if (!loss && first.split != "held-out") continue;
      const auto alike = std::find_if(all.begin(), all.end(), [&](const ComparedChart& chart) {
        return chart.name == first.name && chart.protocol == first.protocol &&
               chart.first->has_images_of(run);
      });
      ComparedChart& chart =
          alike == all.end() ? all.emplace_back(ComparedChart{first.name, first.protocol, &run, {}}) : *alike;
      // Colours stay those of the runs, also where some have no line.
      chart.lines.resize(comparison.runs().size());
      Series& line = chart.lines[std::size_t(run.letter.front() - 'A')];
      line.name = run.letter + ", " + run.folder.path();
      for (const Metric& metric : curve)
        line.points.push_back({double(metric.epoch), (loss ? 1 : 100) * metric.value});
    }
  std::string html;
  for (const ComparedChart& chart : all) {
    std::string title = chart.name;
    std::replace(title.begin(), title.end(), '_', ' ');
    html += chart.name == "accuracy"
                ? line_chart({"Held-out accuracy, " + chart.protocol, "epoch", "accuracy in %"}, chart.lines,
                             {.whole_x = true, .least_height = 10})
                : line_chart({title, "epoch", "nats"}, chart.lines, {.whole_x = true});
  }
  return html.empty() ? html : "<div class=\"charts\">\n" + html + "</div>\n";
}

std::string page_of(const Comparison& comparison) {
  const std::string sign = " \u00b1 ";
  Page page("Deep InfoMax: " + std::to_string(comparison.runs().size()) + " runs");
  Table runs({"", "run"}, "text");
  for (const ComparedRun& run : comparison.runs()) runs.row({run.letter, escape(run.folder.path())});
  page.lead(runs.html());
  for (const std::string& sentence : comparison.warnings()) page.lead(paragraph(escape(sentence)));
  page.section("settings", "Settings that differ", table(setting_cells(comparison)));
  std::string measures = paragraph("No run has measures yet: dim evaluate takes them.");
  if (!comparison.measures().empty()) {
    measures = paragraph("\u00b1 is one standard error. Differences of less than two may be chance.") +
               table(measure_cells(comparison, sign.c_str()));
    for (std::size_t i = 0; i < comparison.ways().size(); ++i)
      measures +=
          "<p class=\"note\">by " + std::to_string(i + 1) + ": " + escape(comparison.ways()[i]) + "</p>\n";
  }
  page.section("measures", "Measures", measures);
  if (const std::string html = charts(comparison); !html.empty()) page.section("training", "Training", html);
  return page.html();
}

}  // namespace

void compare(const CompareSettings& settings) {
  const std::string out = settings.out.empty() ? "compare.html" : settings.out;
  require_output(out, {".html"});
  const Comparison comparison(settings.runs, settings.best);
  for (const ComparedRun& run : comparison.runs())
    std::printf("%s  %s\n", run.letter.c_str(), run.folder.path().c_str());
  std::printf("\n");
  print(setting_cells(comparison));
  if (comparison.measures().empty())
    std::printf("no run has measures yet: dim evaluate takes them\n\n");
  else
    print(measure_cells(comparison, " +- "));
  for (std::size_t i = 0; i < comparison.ways().size(); ++i)
    std::printf("by %zu: %s\n", i + 1, comparison.ways()[i].c_str());
  for (const std::string& sentence : comparison.warnings()) std::printf("\n%s\n", sentence.c_str());
  const std::string html = page_of(comparison);
  defer_signals();  // until the file is complete
  dim::write_file_atomically(out, {dim::bytes_of(html)});
  std::printf("\n%s: %ld KiB\n", out.c_str(), long(html.size() + 1023) / 1024);
}

}  // namespace program
