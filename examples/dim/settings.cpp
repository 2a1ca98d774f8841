#include "settings.hpp"

#include <algorithm>
#include <charconv>
#include <dim/io/file.hpp>

namespace program {

using dim::Json;

void require_one_of(const std::string& what, const std::string& value,
                    const std::vector<std::string>& allowed) {
  if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return;
  std::string list;
  for (const std::string& each : allowed) list += (list.empty() ? "" : ", ") + each;
  throw dim::Error(what + " " + value + " is not known; choose one of " + list);
}

Json TrainSettings::identity() const {
  const auto weight = [](const std::optional<double>& value) { return value ? Json(*value) : Json(); };
  return Json::Object{
      {"data", data},          {"encoder", encoder},           {"task", task},       {"score", score},
      {"units", units},        {"estimator", estimator},       {"prior", prior},     {"alpha", weight(alpha)},
      {"beta", weight(beta)},  {"gamma", weight(gamma)},       {"penalty", penalty}, {"batch", batch},
      {"rate", rate},          {"seed", std::to_string(seed)}, {"limit", limit},     {"held_out", held_out},
      {"precision", precision}};
}

dim::Arithmetic TrainSettings::arithmetic() const {
  require_one_of("--precision", precision, {"f32", "bf16"});
  return {.products = precision == "bf16" ? dim::Precision::bf16 : dim::Precision::f32};
}

namespace {

/// JSON has no unsigned numbers of 64 bits: seeds are kept as text.
std::uint64_t seed_of(const std::string& text) {
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error != std::errc() || end != text.data() + text.size())
    throw dim::Error("the seed " + dim::in_quotes(text) + " is no whole number from 0 to 2^64 - 1");
  return seed;
}

}  // namespace

TrainSettings TrainSettings::of(const Json& identity) {
  const auto weight = [&](const char* name) {
    const Json& value = identity.at(name);
    return value.is_null() ? std::optional<double>() : std::optional<double>(value.number());
  };
  TrainSettings settings;
  settings.data = identity.at("data").string();
  settings.encoder = identity.at("encoder").string();
  settings.task = identity.at("task").string();
  settings.score = identity.at("score").string();
  settings.units = int(identity.at("units").integer());
  settings.estimator = identity.at("estimator").string();
  settings.prior = identity.at("prior").string();
  settings.alpha = weight("alpha");
  settings.beta = weight("beta");
  settings.gamma = weight("gamma");
  settings.penalty = identity.at("penalty").number();
  settings.batch = int(identity.at("batch").integer());
  settings.rate = identity.at("rate").number();
  settings.seed = seed_of(identity.at("seed").string());
  settings.precision = identity.at("precision").string();
  settings.limit = identity.at("limit").integer();
  settings.held_out = identity.at("held_out").integer();
  return settings;
}

}  // namespace program
