#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "../commands/probes.hpp"
#include "../commands/verdict.hpp"
#include "../commands/views.hpp"
#include "../terminal/text.hpp"
#include "page.hpp"
#include "paper.hpp"
#include "sections.hpp"

namespace program {
namespace {

const char* const dash = "\u2013";
const char* const dagger = "\u2020";

/// The report's title for a probe.
std::string title_of(const Probe& probe) {
  if (probe.name == "mlp") return "Non-linear classifier, the measure of the paper\u2019s Table 1";
  if (probe.name == "svm")
    return "Linear support vector machines, as in the paper\u2019s extended comparison";
  if (probe.name == "linear") return "Logistic regression, not in the paper";
  if (probe.name == "knn") return "Nearest neighbours, not in the paper";
  return escape(probe.name);
}

/// The report's name for the source of a representation.
std::string source_name(const ReportData& data, const std::string& baseline) {
  if (baseline.empty()) return "this run, " + data.length();
  return baseline == "untrained"    ? "untrained encoder"
         : baseline == "supervised" ? "the encoder trained with labels"
         : baseline == "pixels"     ? "raw pixels"
                                    : escape(baseline);
}

/// The sources of a table's rows, in order: the run itself, as an empty name, and its baselines.
std::vector<std::string> row_sources() {
  std::vector<std::string> names{""};
  names.insert(names.end(), all_baselines.begin(), all_baselines.end());
  return names;
}

/// The number of images that a probe was fitted on, and that it was measured on; 0: unknown.
using ImageCounts = std::pair<long, long>;

/// The measures of the encoder in its present state.
class Measures {
 public:
  explicit Measures(const ReportData& data) : all_(data.measures()) {}

  const std::vector<Metric>& all() const { return all_; }
  /// The measure, or null if there is none.
  const Metric* find(const std::string& protocol, const std::string& feature, const std::string& name,
                     const std::string& baseline) const {
    for (const Metric& metric : all_)
      if (metric.protocol == protocol && metric.feature == feature && metric.name == name &&
          metric.baseline == baseline)
        return &metric;
    return nullptr;
  }
  std::optional<double> value(const std::string& protocol, const std::string& feature,
                              const std::string& name, const std::string& baseline) const {
    const Metric* const found = find(protocol, feature, name, baseline);
    return found ? std::optional<double>(found->value) : std::nullopt;
  }
  bool has(const std::string& protocol) const {
    return std::any_of(all_.begin(), all_.end(), [&](const Metric& metric) {
      return metric.protocol == protocol && metric.baseline.empty();
    });
  }
  /// The protocols of a probe by which the encoder was measured: the quick one, the published one, both or none.
  std::vector<std::string> protocols(const Probe& probe) const {
    std::vector<std::string> found;
    for (const std::string& name : {probe.quick.name, probe.paper.name})
      if (has(name) && (found.empty() || found.back() != name)) found.push_back(name);
    return found;
  }
  /// The numbers of images on which a protocol was measured, largest first.
  std::set<ImageCounts, std::greater<>> images(const std::string& protocol) const {
    std::set<ImageCounts, std::greater<>> found;
    for (const Metric& metric : all_)
      if (metric.protocol == protocol) found.insert(counts_of(metric));
    return found;
  }
  static ImageCounts counts_of(const Metric& metric) { return {metric.train_images, metric.test_images}; }

 private:
  std::vector<Metric> all_;
};

std::string cell(const std::optional<double>& value, int digits) {
  return value ? fixed(*value, digits) : dash;
}
std::string cell(const PaperValue& value) {
  return fixed(value.mean, 2) + " \u00b1 " + fixed(value.deviation, 2);
}

/// The paper's rows for a probe, with the length of the paper's training.
std::vector<std::vector<std::string>> paper_rows(const ReportData& data, const std::string& probe) {
  const std::string length = ", " + grouped(paper_epochs) + " epochs";
  std::vector<std::vector<std::string>> rows;
  if (probe == "mlp")
    for (const PaperAccuracies& row : paper_accuracies(data.settings)) {
      const std::string mark = row.confirmed ? "" : dagger;
      const auto of = [&](const std::optional<double>& value) {
        return cell(value, 2) + (value ? mark : "");
      };
      rows.push_back({"paper, " + row.model + (row.model == "supervised" ? "" : length), of(row.conv),
                      of(row.fc), of(row.y), ""});
    }
  if (probe == "svm")
    for (const PaperComparison& row : paper_comparisons(data.settings))
      if (objective_name(data.settings).starts_with(row.model + " "))
        rows.push_back({"paper, " + row.model + " (estimator not stated)" + length, cell(row.svm_conv),
                        cell(row.svm_fc), cell(row.svm_y), ""});
  return rows;
}

/// "; fitted on 10,000 images, measured on 10,000": empty if that is unknown.
std::string said(const ImageCounts& images) {
  return images.first == 0
             ? std::string()
             : "; fitted on " + grouped(images.first) + " images, measured on " + grouped(images.second);
}

/// The rows of one protocol of a probe for one number of images: the run and its baselines. The best accuracy of each
/// column is bold, not counting supervised encoders.
void add_rows(const ReportData& data, const Measures& measured, const Probe& probe,
              const std::string& protocol, const ImageCounts& images, Table& table) {
  std::vector<std::string> features = all_features;
  features.push_back("pixels");
  const auto found = [&](const std::string& feature, const std::string& baseline) {
    const Metric* const metric = measured.find(protocol, feature, probe.numbers.front(), baseline);
    return metric && Measures::counts_of(*metric) == images ? metric : nullptr;
  };
  const auto is_best = [&](const Metric& metric) {
    if (!probe.needs_labels || metric.baseline == "supervised" || metric.feature == "pixels") return false;
    for (const std::string& baseline : row_sources()) {
      const Metric* const other = baseline == "supervised" ? nullptr : found(metric.feature, baseline);
      if (other && other->value > metric.value) return false;
    }
    return true;
  };
  for (const std::string& baseline : row_sources()) {
    std::vector<std::string> row{source_name(data, baseline)};
    bool any = false;
    for (const std::string& feature : features) {
      if ((feature == "pixels") != (baseline == "pixels")) {
        row.push_back("");
        continue;
      }
      const Metric* const metric = found(feature, baseline);
      const std::string text =
          !metric ? dash
          : probe.unit == "%"
              ? percent(metric->value, measured.value(protocol, feature, "deviation", baseline))
              : fixed(metric->value, 3);
      row.push_back(metric && is_best(*metric) ? "<strong>" + text + "</strong>" : text);
      any = any || metric;
    }
    if (any) table.row(row, baseline.empty() ? "own" : "");
  }
}

bool are_of_as_many(const Measures& measured) {
  std::set<ImageCounts> known;
  for (const Metric& metric : measured.all())
    if (metric.train_images > 0 && !is_of_few_labels(metric.protocol))
      known.insert(Measures::counts_of(metric));
  return known.size() < 2;
}

/// Whether a probe has something to measure in the data of the run.
bool measures_any(const Probe& probe, const ReportData& data) {
  if (probe.needs_labels && data.train.classes() == 0) return false;
  const dim::EncoderShapes& shapes = data.shapes;
  const auto measures = [&](const char* feature, dim::Shape shape) {
    return probe.measures(feature, shape.size(), shapes.image);
  };
  return !probe.measures || measures("conv", shapes.conv) || measures("fc", shapes.fc) ||
         measures("y", shapes.code);
}

/// A table with a column for each representation, whose head says how many values it has.
Table table_of(const ReportData& data, const std::string& what) {
  const auto head = [](const char* name, dim::Shape shape) {
    return name + (" (" + grouped(shape.size()) + ")");
  };
  return Table({what, head("conv", data.shapes.conv), head("fc", data.shapes.fc), head("y", data.shapes.code),
                head("pixels", data.shapes.image)});
}

std::string accuracies(const ReportData& data, const Measures& measured) {
  Table table = table_of(data, "test accuracy in %");
  const bool has_labels = data.train.classes() > 0;
  bool any = false, measured_any = false;
  std::string missing;
  // The paper's measures come first.
  for (auto last = probes().rbegin(); last != probes().rend(); ++last) {
    const Probe& probe = *last;
    const std::vector<std::string> protocols = measured.protocols(probe);
    measured_any = measured_any || !protocols.empty();
    if (protocols.empty() && measures_any(probe, data))
      missing = probe.name + (missing.empty() ? "" : "," + missing);
    if (!probe.needs_labels) continue;
    const auto paper = paper_rows(data, probe.name);
    any = any || !protocols.empty() || !paper.empty();
    for (const std::string& protocol : protocols)
      for (const ImageCounts& images : measured.images(protocol)) {
        table.group(title_of(probe) + "<code>" + escape(protocol) + said(images) + "</code>");
        add_rows(data, measured, probe, protocol, images, table);
      }
    if (protocols.empty() && !paper.empty()) table.group(title_of(probe) + "<code>not measured</code>");
    for (const auto& row : paper) table.row(row, "paper");
  }
  std::string html;
  if (any || has_labels)
    html = paragraph(
        "Probes are fitted to the frozen representation of labelled training images and measured on the test "
        "images. In brackets: the number of values per image. Bold: the best result of a column that was "
        "reached without labels.");
  if (!are_of_as_many(measured))
    html += paragraph("Not all rows are of as many images, and only those of one block can be compared.");
  if (any) html += table.html();
  if (!missing.empty())
    html += paragraph(any || measured_any ? "The other probes are measured by"
                                          : "No probe has measured the run yet; this does:") +
            command("dim evaluate " + quoted(data.run.path()) + " --probes " + missing + best_flag(data));
  return html;
}

/// What was measured that needs no labels, of all representations.
std::string without_labels(const ReportData& data, const Measures& measured) {
  Table table = table_of(data, "without labels");
  bool any = false;
  for (const auto& [name, title] :
       {std::pair{"rankme", "RankMe: how many dimensions are used, from 1, collapsed"},
        {"uniformity", "Uniformity: from 0, collapsed, to about \u22124, spread evenly"},
        {"alignment", "Alignment: from 0, the same for both views of an image, to 4"},
        {"retrieval", "Retrieval: how often one view of an image finds the other, %"}}) {
    const Probe& probe = probe_named(name);
    for (const std::string& protocol : measured.protocols(probe))
      for (const ImageCounts& images : measured.images(protocol)) {
        any = true;
        table.group(
            title + ("<code>" + escape(protocol)) +
            (images.second > 0 ? "; of " + grouped(viewed_count(images.second)) + " test images" : "") +
            "</code>");
        add_rows(data, measured, probe, protocol, images, table);
      }
  }
  if (!any) return "";
  return "<h3>Without labels</h3>\n" +
         paragraph(
             "Whether a representation has collapsed, and what it makes of two views of an image. None of "
             "this says that it is of use: an untrained encoder may do as well or better.") +
         table.html();
}

/// A column of the extended comparison, after those of the support vector machines: a result of a probe of y, the first
/// one unless it is named. The last ones are not in the paper.
struct Column {
  const char *title, *probe;
  int digits;
  const char* number = nullptr;
};
const Column extended_columns[] = {{"MS\u2011SSIM", "reconstruction", 3},
                                   {"MINE, nats", "mine", 2},
                                   {"NDM of y, nats", "ndm", 2},
                                   {"NDM of sigmoid(y), nats", "ndm-sigmoid", 2},
                                   {"\u2212\u00bd ln det R of y, nats", "ndm", 2, gaussian}};

/// The protocol for all rows of a column: the published one if the run was measured by it. Empty if by neither.
std::string protocol_of(const Column& column, const Measures& measured) {
  const std::vector<std::string> protocols = measured.protocols(probe_named(column.probe));
  return protocols.empty() ? "" : protocols.back();
}

/// " (10,000)" after a number measured with fewer training images than there are, if that is known.
std::string of_fewer(const ReportData& data, const Metric* metric) {
  const long images = metric ? metric->train_images : 0;
  return images > 0 && images < data.fitted() ? " (" + grouped(images) + ")" : "";
}

/// A row of the extended comparison; empty if nothing was measured.
std::vector<std::string> extended_row(const ReportData& data, const Measures& measured,
                                      const std::string& baseline) {
  std::vector<std::string> row{source_name(data, baseline)};
  bool any = false;
  for (const std::string& feature : all_features) {
    const std::string& protocol = probe_named("svm").quick.name;
    const Metric* const accuracy = measured.find(protocol, feature, "accuracy", baseline);
    any = any || accuracy;
    row.push_back(accuracy
                      ? percent(accuracy->value, measured.value(protocol, feature, "deviation", baseline)) +
                            of_fewer(data, accuracy)
                      : dash);
  }
  for (const Column& column : extended_columns) {
    const std::string protocol = protocol_of(column, measured);
    const Metric* const metric = measured.find(
        protocol, "y", column.number ? column.number : probe_named(column.probe).numbers.front(), baseline);
    any = any || metric;
    const bool doubtful = !column.number && measured.value(protocol, "y", trusted, baseline) == 0.0;
    row.push_back(
        metric ? fixed(metric->value, column.digits) + (doubtful ? "?" : "") + of_fewer(data, metric) : dash);
  }
  return any ? row : std::vector<std::string>();
}

std::string extended_comparison(const ReportData& data, const Measures& measured) {
  std::vector<std::string> head{"", "SVM conv, %", "SVM fc, %", "SVM y, %"};
  for (const Column& column : extended_columns) head.emplace_back(column.title);
  Table table(head);
  bool any = false;
  for (const std::string& baseline : row_sources()) {
    const std::vector<std::string> row = extended_row(data, measured, baseline);
    if (!row.empty()) table.row(row, baseline.empty() ? "own" : "");
    any = any || !row.empty();
  }
  if (!any) return "";
  for (const PaperComparison& row : paper_comparisons(data.settings))
    table.row({"paper, " + row.model + ", " + grouped(paper_epochs) + " epochs", cell(row.svm_conv),
               cell(row.svm_fc), cell(row.svm_y), fixed(row.ms_ssim, 2), fixed(row.mine, 2),
               fixed(row.ndm, 2), fixed(row.ndm_sigmoid, 2), ""},
              "paper");
  std::string names;
  for (const Column& column : extended_columns)
    if (const std::string protocol = protocol_of(column, measured); !protocol.empty() && !column.number)
      names += (names.empty() ? "" : ", ") + ("<code>" + escape(protocol) + "</code>");
  return "<h3>Extended comparison</h3>\n" +
         paragraph(
             "MS\u2011SSIM: how similar images are to their reconstructions from y, at most 1. MINE: the "
             "mutual information of images and y. NDM: how much y\u2019s dimensions depend on each other; "
             "0 means independent. Both can only rank encoders measured in the same way, with the same "
             "network for as long: the paper\u2019s MINE and NDM are of other networks and lengths, its "
             "MS\u2011SSIM is probably of another definition, and its columns are shown for their order. "
             "\u2212\u00bd ln det R, with the correlations R of y\u2019s dimensions: what NDM would be if "
             "they depended on each other in no other way. A ? marks a value that held-out samples speak "
             "against; a number in brackets says of how many training images a value is, if not of all." +
             (names.empty() ? "" : " Protocols: " + names + ".")) +
         table.html();
}

std::string every_number(const Measures& measured) {
  Table table({"protocol", "of", "feature", "measure", "split", "training images", "test images", "value"});
  const auto images = [](long count) { return count > 0 ? grouped(count) : std::string(dash); };
  for (const Metric& metric : measured.all())
    table.row({"<code>" + escape(metric.protocol) + "</code>",
               metric.baseline.empty() ? "this run" : escape(metric.baseline), escape(metric.feature),
               escape(metric.name), escape(metric.split), images(metric.train_images),
               images(metric.test_images), dim::Json(metric.value).dump()});
  return "<details><summary>Every value (" + std::to_string(measured.all().size()) + ")</summary>\n" +
         table.html() + "</details>\n";
}

/// What you need to know to compare with the paper.
std::string notes(const ReportData& data) {
  if (!paper_measures(data.settings))
    return paragraph("The paper has no results for this data set and encoder.");
  std::string html =
      paragraph("The paper trains for " + grouped(paper_epochs) + " epochs, this run was trained for " +
                data.length() + ": compare with that in mind.");
  for (const PaperAccuracies& row : paper_accuracies(data.settings))
    if (!row.confirmed)
      html +=
          "<p class=\"note\">" + std::string(dagger) +
          " Not confirmed: recalled from the final version of the paper, not checked against its text.</p>\n";
  return html;
}

/// The verdict, as HTML, with a space before each sentence.
std::string judgement(const Measures& measured) {
  std::string html;
  for (std::string sentence : verdict(measured.all())) {
    for (std::size_t at = 0; (at = sentence.find("+-", at)) != sentence.npos;)
      sentence.replace(at, 2, "\u00b1");
    html += " " + escape(sentence);
  }
  return html;
}

}  // namespace

std::string headline(const ReportData& data) {
  const Measures measured(data);
  for (const auto& [probe, name] : {std::pair{"linear", "logistic regression"},
                                    {"mlp", "a small network"},
                                    {"svm", "support vector machines"},
                                    {"knn", "nearest neighbours"}})
    for (const std::string& protocol : measured.protocols(probe_named(probe))) {
      const Metric* const own = measured.find(protocol, "y", "accuracy", "");
      if (own == nullptr) continue;
      std::string text = "By " + std::string(name) + " y tells the class of " + percent(own->value) +
                         " % of the test images";
      for (const auto& [baseline, feature, called] :
           {std::tuple{"untrained", "y", "y of an untrained encoder"},
            {"pixels", "pixels", "the pixels themselves"}}) {
        const Metric* const other = measured.find(protocol, feature, "accuracy", baseline);
        if (other == nullptr || Measures::counts_of(*other) != Measures::counts_of(*own)) continue;
        text += std::string(", ") + called + " of " + percent(other->value) + " %";
      }
      return text + "." + judgement(measured);
    }
  return judgement(measured);
}

std::string measures_section(const ReportData& data) {
  const Measures measured(data);
  const std::string html = accuracies(data, measured) + notes(data) + without_labels(data, measured) +
                           extended_comparison(data, measured);
  return measured.all().empty() ? html : html + every_number(measured);
}

}  // namespace program
