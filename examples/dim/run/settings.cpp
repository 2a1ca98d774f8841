#include "settings.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "../data/augmentations.hpp"
#include "../terminal/text.hpp"
#include "schedules.hpp"

namespace program {

using dim::Json;

namespace {

/// JSON has no unsigned 64-bit numbers, so seeds are stored as text.
std::uint64_t seed_of(const std::string& text) {
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error != std::errc() || end != text.data() + text.size())
    throw dim::Error("the seed " + dim::in_quotes(text) + " is not a whole number from 0 to 2^64 - 1");
  return seed;
}

/// read(member) of run.json. Throws dim::Error, with the member's name, for one that is there and of another kind.
template <class Read>
auto member_of(const Json& identity, const char* name, const Read& read) {
  const Json& member = identity.at(name);
  try {
    return read(member);
  } catch (const dim::Error& error) {
    throw dim::Error(std::string(name) + ": " + error.what());
  }
}
std::string text_in(const Json& identity, const char* name) {
  return member_of(identity, name, [](const Json& member) { return member.string(); });
}

/// A whole number in run.json. Throws dim::Error for one that `dim train` would not have accepted.
long whole(const Json& identity, const char* name, long least, long most) {
  const long value = member_of(identity, name, [](const Json& member) { return member.integer(); });
  if (value < least || value > most)
    throw dim::Error(std::string(name) + " is " + std::to_string(value) + ", which is not from " +
                     std::to_string(least) + " to " + std::to_string(most) + "; correct it");
  return value;
}

/// A finite number in run.json for which fits(number) holds, as `dim train` requires.
double real(const Json& identity, const char* name, bool (*fits)(double), const char* what) {
  const double number = member_of(identity, name, [](const Json& member) { return member.number(); });
  if (!std::isfinite(number) || !fits(number))
    throw dim::Error(std::string(name) + " is " + identity.at(name).dump() + ", which is not a " + what +
                     "; correct it");
  return number;
}

}  // namespace

Json TrainSettings::identity() const {
  const auto weight = [](const std::optional<double>& value) { return value ? Json(*value) : Json(); };
  Json::Object members{{"data", data},
                       {"encoder", encoder},
                       {"task", task},
                       {"score", score},
                       {"units", units},
                       {"estimator", estimator},
                       {"temperature", estimator == "nce" ? Json(nce_temperature()) : Json()},
                       {"score_clip", score_clip},
                       {"prior", prior},
                       {"alpha", weight(alpha)},
                       {"beta", weight(beta)},
                       {"gamma", weight(gamma)},
                       {"penalty", penalty},
                       {"batch", batch},
                       {"rate", rate},
                       {"schedule", schedule},
                       {"weight_decay", weight_decay},
                       {"clip", clip},
                       {"augment", augment},
                       {"views", views},
                       {"seed", std::to_string(seed)},
                       {"limit", limit},
                       {"held_out", held_out},
                       {"precision", precision},
                       {"data_checksum", data_checksum}};
  if (!net.is_null()) members.push_back({"net", net});
  return members;
}

std::string option_name(std::string member) {
  std::replace(member.begin(), member.end(), '_', '-');
  return member;
}

std::string setting_text(const std::string& member, const Json& value) {
  if (value.is_null()) return member == "temperature" ? "-" : "the paper's";
  const std::string text = value.dump();
  return text.front() == '"' ? value.string() : text;
}

long usual_epochs(long images) {
  return std::clamp((100'000 + images - 1) / images, 10L, 1'000L);
}

double TrainSettings::nce_temperature() const {
  return temperature.value_or(score == "dot" ? std::sqrt(double(units)) : 1);
}

std::string TrainSettings::options() const {
  TrainSettings usual;
  usual.score = score, usual.units = units;  // on which the temperature depends
  const bool usual_temperature = nce_temperature() == usual.nce_temperature();
  const Json defaults = TrainSettings().identity(), mine = identity();
  std::string text;
  for (const auto& [name, value] : mine.object()) {
    if (name == "data_checksum" || name == "net" || value.is_null()) continue;
    if (name == "temperature" ? usual_temperature : value == defaults.at(name)) continue;
    const std::string written = value.dump();
    text +=
        option_name(name) + " = " + (written.front() == '"' ? "\"" + value.string() + "\"" : written) + "\n";
  }
  return text;
}

dim::Arithmetic TrainSettings::arithmetic() const {
  require_one_of("--precision", precision, all_precisions);
  return {.products = precision == "bf16" ? dim::Precision::bf16 : dim::Precision::f32};
}

TrainSettings TrainSettings::of(const Json& identity) {
  const auto weight = [&](const char* name) {
    const auto any = [](double) { return true; };
    return identity.at(name).is_null() ? std::optional<double>()
                                       : std::optional<double>(real(identity, name, any, "finite number"));
  };
  const auto one_of = [&](const char* name, const std::vector<std::string>& allowed) {
    const std::string value = text_in(identity, name);
    require_one_of(name, value, allowed);
    return value;
  };
  constexpr long most = std::numeric_limits<long>::max();
  TrainSettings settings;
  settings.data = text_in(identity, "data");
  settings.data_checksum = text_in(identity, "data_checksum");
  settings.encoder = text_in(identity, "encoder");
  if (const Json* net = identity.find("net")) settings.net = *net;
  settings.task = one_of("task", all_tasks);
  settings.score = one_of("score", all_scores);
  settings.units = int(whole(identity, "units", 1, 8192));
  settings.estimator = one_of("estimator", all_estimators);
  settings.prior = one_of("prior", all_priors);
  settings.alpha = weight("alpha");
  settings.beta = weight("beta");
  settings.gamma = weight("gamma");
  settings.penalty = real(
      identity, "penalty", [](double x) { return x >= 0; }, "finite number from 0 on");
  settings.batch = int(whole(identity, "batch", 2, 65536));
  settings.rate = real(
      identity, "rate", [](double x) { return x > 0; }, "finite number above 0");
  // Runs made before these settings existed have none of them.
  if (identity.find("schedule")) settings.schedule = text_of(schedule_of(text_in(identity, "schedule")));
  const auto from_zero = [](double x) { return x >= 0; };
  settings.temperature = 1;
  if (const Json* given = identity.find("temperature"); given && !given->is_null())
    settings.temperature = real(
        identity, "temperature", [](double x) { return x > 0; }, "finite number above 0");
  if (identity.find("score_clip"))
    settings.score_clip = real(identity, "score_clip", from_zero, "finite number from 0 on");
  if (identity.find("weight_decay"))
    settings.weight_decay = real(identity, "weight_decay", from_zero, "finite number from 0 on");
  if (identity.find("clip")) settings.clip = real(identity, "clip", from_zero, "finite number from 0 on");
  if (identity.find("augment")) {
    settings.augment = text_in(identity, "augment");
    augmentations_of(settings.augment);
  }
  if (identity.find("views")) settings.views = int(whole(identity, "views", 1, 64));
  settings.seed = seed_of(text_in(identity, "seed"));
  settings.precision = one_of("precision", all_precisions);
  settings.limit = whole(identity, "limit", 0, most);
  settings.held_out = whole(identity, "held_out", 0, most);
  return settings;
}

}  // namespace program
