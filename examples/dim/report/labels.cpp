#include <map>
#include <optional>
#include <tuple>

#include "../run/metrics.hpp"
#include "../terminal/text.hpp"
#include "page.hpp"
#include "sections.hpp"

namespace program {
namespace {

/// The accuracies reached with a fraction of the labels of so many images, in so many steps.
struct Reached {
  std::optional<double> tuned, from_scratch;
};
using ByLabels = std::map<std::tuple<long, double, long>, Reached>;

ByLabels reached(const ReportData& data) {
  ByLabels all;
  for (const Metric& metric : data.measures())
    if (const auto protocol = FinetuneProtocol::of(metric.protocol)) {
      Reached& of = all[{metric.train_images, protocol->part, protocol->steps}];
      (metric.baseline.empty() ? of.tuned : of.from_scratch) = metric.value;
    }
  return all;
}

}  // namespace

std::string labels_section(const ReportData& data) {
  const ByLabels all = reached(data);
  if (all.empty()) return "";
  Table table({"labels", "steps", "fine-tuned, %", "from scratch, %"});
  for (const auto& [how, accuracies] : all) {
    const auto& [images, part, steps] = how;
    table.row({FinetuneProtocol{part, steps}.percent() + " %" +
                   (images > 0 ? " of " + grouped(images) : std::string()),
               grouped(steps), percent(accuracies.tuned), percent(accuracies.from_scratch)});
  }
  return paragraph(
             "Test accuracy of this run\u2019s whole encoder with a hidden layer of 200 units on conv, "
             "trained further on a fraction of the labels together with the run\u2019s objective, and of the "
             "same network trained from its initial weights on the same labels alone. The paper does this on "
             "STL-10.") +
         table.html();
}

}  // namespace program
