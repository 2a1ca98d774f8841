#include "settings.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "schedules.hpp"

namespace program {

using dim::Json;

namespace {

/// JSON has no unsigned numbers of 64 bits: seeds are kept as text.
std::uint64_t seed_of(const std::string& text) {
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error != std::errc() || end != text.data() + text.size())
    throw dim::Error("the seed " + dim::in_quotes(text) + " is no whole number from 0 to 2^64 - 1");
  return seed;
}

/// A whole number of run.json. Throws dim::Error for one that `dim train` would not have taken.
long whole(const Json& identity, const char* name, long least, long most) {
  const long value = identity.at(name).integer();
  if (value < least || value > most)
    throw dim::Error(std::string(name) + " is " + std::to_string(value) + ", which is not from " +
                     std::to_string(least) + " to " + std::to_string(most) + "; correct it");
  return value;
}

}  // namespace

void require_one_of(const std::string& what, const std::string& value,
                    const std::vector<std::string>& allowed) {
  if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return;
  std::string list;
  for (const std::string& each : allowed) list += (list.empty() ? "" : ", ") + each;
  throw dim::Error(what + " " + value + " is not known; choose one of " + list);
}

Json TrainSettings::identity() const {
  const auto weight = [](const std::optional<double>& value) { return value ? Json(*value) : Json(); };
  return Json::Object{{"data", data},
                      {"encoder", encoder},
                      {"task", task},
                      {"score", score},
                      {"units", units},
                      {"estimator", estimator},
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
                      {"seed", std::to_string(seed)},
                      {"limit", limit},
                      {"held_out", held_out},
                      {"precision", precision},
                      {"data_checksum", data_checksum}};
}

dim::Arithmetic TrainSettings::arithmetic() const {
  require_one_of("--precision", precision, {"f32", "bf16"});
  return {.products = precision == "bf16" ? dim::Precision::bf16 : dim::Precision::f32};
}

TrainSettings TrainSettings::of(const Json& identity) {
  const auto weight = [&](const char* name) {
    const Json& value = identity.at(name);
    return value.is_null() ? std::optional<double>() : std::optional<double>(value.number());
  };
  constexpr long most = std::numeric_limits<long>::max();
  TrainSettings settings;
  settings.data = identity.at("data").string();
  settings.data_checksum = identity.at("data_checksum").string();
  settings.encoder = identity.at("encoder").string();
  settings.task = identity.at("task").string();
  settings.score = identity.at("score").string();
  settings.units = int(whole(identity, "units", 1, 8192));
  settings.estimator = identity.at("estimator").string();
  settings.prior = identity.at("prior").string();
  settings.alpha = weight("alpha");
  settings.beta = weight("beta");
  settings.gamma = weight("gamma");
  settings.penalty = identity.at("penalty").number();
  settings.batch = int(whole(identity, "batch", 2, 65536));
  settings.rate = identity.at("rate").number();
  // Which a run of before they were there has none of.
  if (const Json* schedule = identity.find("schedule"))
    settings.schedule = text_of(schedule_of(schedule->string()));
  if (const Json* decay = identity.find("weight_decay")) settings.weight_decay = decay->number();
  if (const Json* clip = identity.find("clip")) settings.clip = clip->number();
  settings.seed = seed_of(identity.at("seed").string());
  settings.precision = identity.at("precision").string();
  settings.limit = whole(identity, "limit", 0, most);
  settings.held_out = whole(identity, "held_out", 0, most);
  return settings;
}

}  // namespace program
