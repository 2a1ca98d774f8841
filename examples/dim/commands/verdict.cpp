#include "verdict.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "../terminal/text.hpp"
#include "probes.hpp"
#include "views.hpp"

namespace program {
namespace {

/// A baseline as metrics name it, and in words.
struct Rival {
  std::string name, words;
};
const Rival rivals[] = {{"pixels", "pixels"}, {"untrained", "the untrained encoder"}};
/// The probes that judge, in words.
const std::pair<const char*, const char*> judges[] = {
    {"knn", "k nearest neighbours"}, {"linear", "logistic regression"}, {"mlp", "a small network"}};

std::string enumerated(const std::vector<std::string>& parts) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i)
    text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
  return text;
}
std::string with_error(double value, double error, int digits = 1) {
  return fixed(value, digits) + " +- " + fixed(error, digits);
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

/// How far a representation is from each rival by one probe.
struct Judgement {
  const char* probe;  // in words
  std::vector<Difference> differences;

  bool agrees(const Judgement& other) const {
    return std::equal(differences.begin(), differences.end(), other.differences.begin(),
                      other.differences.end(),
                      [](const Difference& a, const Difference& b) { return a.sign() == b.sign(); });
  }
};

/// "3.1 +- 0.9 points in k nearest neighbours and 2.2 +- 0.9 in logistic regression": of judgements that agree, how
/// far the representation is from a rival; without the names of probes if they were said before.
std::string amounts(const std::vector<Judgement>& judgements, std::size_t rival, bool again) {
  std::vector<std::string> parts;
  for (const Judgement& each : judgements) {
    const Difference& difference = each.differences[rival];
    const double points = difference.sign() < 0 ? -difference.points : difference.points;
    std::string part = with_error(points, difference.error);
    if (!again) part += (parts.empty() ? " points in " : " in ") + std::string(each.probe);
    parts.push_back(part);
  }
  return enumerated(parts);
}

/// "y beats pixels by ..., but not the untrained encoder (...)": judgements that agree.
std::string clause(const std::string& feature, const std::vector<Rival>& among,
                   const std::vector<Judgement>& judgements) {
  std::string text = feature;
  int last = 0;
  for (std::size_t i = 0; i < among.size(); ++i) {
    const int sign = judgements.front().differences[i].sign();
    const std::string said = amounts(judgements, i, i > 0);
    const bool turns = i > 0 && (last > 0) != (sign > 0);
    if (i > 0) text += turns ? ", but" : ", and";
    if (sign > 0)
      text += (i > 0 && last > 0 ? " " : " beats ") + among[i].words + " by " + said;
    else if (sign < 0)
      text += (i > 0 && last < 0 ? " behind " : " falls behind ") + among[i].words + " by " + said;
    else
      text += (i > 0 && last > 0 ? " not " : " does not beat ") + among[i].words + " (" + said + ")";
    last = sign;
  }
  return text;
}

/// The verdict on one representation; empty if it cannot be compared. Sets `beaten` to false where it beats a rival not.
std::string judged(const Measured& measured, const std::string& feature, bool& beaten, long& images) {
  std::vector<Rival> among;
  for (const Rival& rival : rivals)
    if (std::any_of(std::begin(judges), std::end(judges), [&](const auto& judge) {
          const Metric* const own = measured.own(judge.first, feature);
          return own && measured.of(rival.name, *own);
        }))
      among.push_back(rival);
  std::vector<std::vector<Judgement>> groups;  // of those that agree
  for (const auto& [probe, words] : judges) {
    const Metric* const own = measured.own(probe, feature);
    if (own == nullptr || own->test_images < 1) continue;
    Judgement judgement{words, {}};
    for (const Rival& rival : among)
      if (const Metric* const other = measured.of(rival.name, *own))
        judgement.differences.push_back(difference(own->value, other->value, own->test_images));
    if (among.empty() || judgement.differences.size() != among.size()) continue;
    images = own->test_images;
    for (const Difference& each : judgement.differences) beaten = beaten && each.sign() > 0;
    const auto alike = std::find_if(groups.begin(), groups.end(), [&](const std::vector<Judgement>& group) {
      return group.front().agrees(judgement);
    });
    (alike == groups.end() ? groups.emplace_back() : *alike).push_back(judgement);
  }
  std::string text;
  for (const std::vector<Judgement>& group : groups)
    text += (text.empty() ? "" : "; ") + clause(feature, among, group);
  return text.empty() ? text : text + ".";
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
      "retrieval", "finds an image by its shifted or mirrored copy in ",
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
  for (const std::string& feature : features)
    if (const std::string text = judged(measured, feature, beaten, images); !text.empty())
      sentences.push_back(text);
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
