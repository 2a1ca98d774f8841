#include "durations.hpp"

namespace program {

void Durations::add(const std::string& probe, const std::string& feature, double cost, double seconds) {
  taken_.push_back({probe, feature, cost, seconds});
}

double Durations::expected(const std::string& probe, const std::string& feature, double cost) const {
  Taken alike{}, all{};
  for (auto taken = taken_.rbegin(); taken != taken_.rend(); ++taken) {
    const bool same_probe = taken->probe == probe;
    if (same_probe && taken->feature == feature && taken->cost > 0)
      return cost / taken->cost * taken->seconds;
    for (Taken* const sum : {&all, &alike})
      if (sum == &all || same_probe) sum->cost += taken->cost, sum->seconds += taken->seconds;
  }
  const Taken& known = alike.cost > 0 ? alike : all;
  return known.cost > 0 ? cost / known.cost * known.seconds : cost * rate_;
}

}  // namespace program
