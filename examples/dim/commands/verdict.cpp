#include "verdict.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "../terminal/text.hpp"
#include "probes.hpp"
#include "views.hpp"

namespace program {
namespace {

/// Baselines that are compared with, in words.
const std::pair<const char*, const char*> rivals[] = {{"pixels", "pixels"},
                                                      {"untrained", "the untrained encoder"}};
/// The probes that judge, in words.
const std::pair<const char*, const char*> judges[] = {
    {"knn", "k nearest neighbours"}, {"linear", "logistic regression"}, {"mlp", "a small network"}};

std::string enumerated(const std::vector<std::string>& parts) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i)
    text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
  return text;
}
std::string with_error(double value, double error) {
  return fixed(value, 1) + " +- " + fixed(error, 1);
}

/// The measures, by what was measured.
class Measured {
 public:
  Measured(const std::vector<Metric>& all, std::string protocol_end)
      : all_(all), end_(std::move(protocol_end)) {}

  /// The first result of a probe of the run's encoder, by the published protocol if there is one; null: none.
  const Metric* own(const std::string& probe, const std::string& feature) const {
    const Probe& of = probe_named(probe);
    for (const std::string& protocol : {of.paper.name, of.quick.name})
      if (const Metric* const found = find(protocol + end_, feature, of.numbers.front(), "")) return found;
    return nullptr;
  }
  /// The same of a baseline, on as many images; null: none.
  const Metric* of(const std::string& baseline, const Metric& own) const {
    const Metric* const found =
        find(own.protocol, baseline == "pixels" ? "pixels" : own.feature, own.name, baseline);
    return found && found->train_images == own.train_images && found->test_images == own.test_images
               ? found
               : nullptr;
  }
  /// Whether there is an accuracy of the run's encoder.
  bool has_accuracies() const {
    return std::any_of(all_.begin(), all_.end(), [](const Metric& metric) {
      return metric.name == "accuracy" && metric.baseline.empty();
    });
  }

 private:
  const Metric* find(const std::string& protocol, const std::string& feature, const std::string& name,
                     const std::string& baseline) const {
    const auto found = std::find_if(all_.begin(), all_.end(), [&](const Metric& metric) {
      return metric.protocol == protocol && metric.feature == feature && metric.name == name &&
             metric.baseline == baseline;
    });
    return found == all_.end() ? nullptr : &*found;
  }

  const std::vector<Metric>& all_;
  std::string end_;
};

/// How far a representation is from its rivals by one probe.
struct Judgement {
  const char* probe;                                     // in words
  long images;                                           // of the test
  std::vector<std::pair<const char*, Difference>> from;  // each rival, in words

  bool agrees(const Judgement& other) const {
    return std::equal(from.begin(), from.end(), other.from.begin(), other.from.end(),
                      [](const auto& a, const auto& b) {
                        return a.first == b.first && a.second.sign() == b.second.sign();
                      });
  }
};

/// What the probes say that have been compared with the most rivals.
std::vector<Judgement> judgements_of(const Measured& measured, const std::string& feature) {
  std::vector<Judgement> all;
  std::size_t most = 1;
  for (const auto& [probe, words] : judges) {
    const Metric* const own = measured.own(probe, feature);
    if (own == nullptr || own->test_images < 1) continue;
    Judgement judgement{words, own->test_images, {}};
    for (const auto& [name, rival] : rivals)
      if (const Metric* const other = measured.of(name, *own))
        judgement.from.push_back({rival, difference(own->value, other->value, own->test_images)});
    most = std::max(most, judgement.from.size());
    all.push_back(std::move(judgement));
  }
  std::erase_if(all, [&](const Judgement& each) { return each.from.size() < most; });
  return all;
}

/// What comes before a rival's name, by whether it is beaten (1), not beaten (0) or beats (-1), and the one before it; 0
/// where there is none.
const char* outcome(int sign, int before) {
  if (sign > 0) return before > 0 ? " " : " beats ";
  if (sign < 0) return before < 0 ? " behind " : " falls behind ";
  return before > 0 ? " not " : " does not beat ";
}

/// "y beats pixels by 3.1 +- 0.9 points in k nearest neighbours and 2.2 +- 0.9 in logistic regression, but not the
/// untrained encoder (1.0 +- 0.9 and 0.5 +- 0.9)": judgements that agree.
std::string clause(const std::string& feature, const std::vector<Judgement>& judgements) {
  std::string text = feature;
  int before = 0;
  for (std::size_t i = 0; i < judgements.front().from.size(); ++i) {
    const auto& [rival, first] = judgements.front().from[i];
    const int sign = first.sign();
    std::vector<std::string> amounts;
    for (const Judgement& each : judgements) {
      const auto& [points, error] = each.from[i].second;
      std::string amount = with_error(sign < 0 ? -points : points, error);
      if (i == 0) amount += (amounts.empty() ? " points in " : " in ") + std::string(each.probe);
      amounts.push_back(std::move(amount));
    }
    if (i > 0) text += (before > 0) == (sign > 0) ? ", and" : ", but";
    text += outcome(sign, before) + std::string(rival);
    text += sign == 0 ? " (" + enumerated(amounts) + ")" : " by " + enumerated(amounts);
    before = sign;
  }
  return text;
}

/// The verdict on one representation: a clause for each group of judgements that agree.
std::string judged(const std::string& feature, std::vector<Judgement> rest) {
  std::string text;
  while (!rest.empty()) {
    const auto others =
        std::stable_partition(rest.begin(), rest.end(),
                              [first = rest.front()](const Judgement& each) { return each.agrees(first); });
    text += (text.empty() ? "" : "; ") + clause(feature, {rest.begin(), others});
    rest.erase(rest.begin(), others);
  }
  return text + ".";
}

/// " (untrained encoder 12.1, pixels 35.0)"; empty without baselines.
template <class Text>
std::string beside(const Measured& measured, const Metric& own, const Text& text) {
  std::string all;
  for (const auto& [name, words] : {std::pair{"untrained", "untrained encoder "}, {"pixels", "pixels "}})
    if (const Metric* const other = measured.of(name, own))
      all += (all.empty() ? "" : ", ") + (words + text(*other));
  return all.empty() ? all : " (" + all + ")";
}

/// What is known of one representation without labels; empty if nothing.
std::string described(const Measured& measured, const std::string& feature) {
  std::vector<std::string> parts;
  const auto add = [&](const char* probe, const std::string& before, const auto& text,
                       const std::string& after) {
    if (const Metric* const own = measured.own(probe, feature))
      parts.push_back(before + text(*own) + after + beside(measured, *own, text));
  };
  add(
      "rankme", "uses about ", [](const Metric& metric) { return fixed(metric.value, 1); },
      " dimensions by RankMe");
  add(
      "uniformity", "has uniformity ", [](const Metric& metric) { return fixed(metric.value, 2); }, "");
  add(
      "retrieval", "finds an image by its shifted, perhaps mirrored copy in ",
      [](const Metric& metric) {
        const long images = viewed_count(std::max(1L, metric.test_images));
        return with_error(100 * metric.value, 100 * standard_error(metric.value, images));
      },
      " % of cases");
  return parts.empty() ? "" : feature + " " + enumerated(parts) + ".";
}

}  // namespace

double standard_error(double part, long images) {
  const double n = double(std::max(1L, images));
  const double inside = std::max(std::min(part, 1 - 1 / n), std::min(1 / n, 0.5));
  return std::sqrt(inside * (1 - inside) / n);
}

Difference difference(double accuracy, double other, long images) {
  const double own = standard_error(accuracy, images), others = standard_error(other, images);
  return {100 * (accuracy - other), 100 * std::sqrt(own * own + others * others)};
}

std::vector<std::string> verdict(const std::vector<Metric>& measures, const std::string& protocol_end) {
  const Measured measured(measures, protocol_end);
  const std::vector<std::string> features{"y", "fc", "conv"};
  std::vector<std::string> sentences;
  bool beaten = true;
  long images = 0;
  for (const std::string& feature : features) {
    const std::vector<Judgement> judgements = judgements_of(measured, feature);
    if (!judgements.empty()) sentences.push_back(judged(feature, judgements));
    for (const Judgement& each : judgements) {
      images = each.images;
      for (const auto& [rival, distance] : each.from) beaten = beaten && distance.sign() > 0;
    }
  }
  if (!sentences.empty()) {
    if (!beaten)
      sentences.push_back(
          "A baseline that is not beaten says little after a few epochs, and after many that other settings "
          "may do better.");
    sentences.push_back("+- is one standard error, for " + grouped(images) +
                        " test images; what beats another is better by more than two.");
    return sentences;
  }
  if (measured.has_accuracies()) return sentences;
  for (const std::string& feature : features)
    if (const std::string text = described(measured, feature); !text.empty()) sentences.push_back(text);
  if (!sentences.empty())
    sentences.push_back(
        "Without labels nothing says whether that is of use: these values show whether a representation has "
        "collapsed (1 dimension, uniformity 0) and how it differs from its baselines, not that it is "
        "better.");
  return sentences;
}

}  // namespace program
