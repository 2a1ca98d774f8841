// How long measurements will take, by those that are done.
#pragma once
#include <string>
#include <vector>

namespace program {

/// What measurements have taken, and what others may take by that.
class Durations {
 public:
  /// `rate` is seconds a unit of cost, as long as nothing is known.
  explicit Durations(double rate) : rate_(rate) {}

  /// A measurement by this probe of this feature, whose cost was estimated, has taken so many seconds.
  void add(const std::string& probe, const std::string& feature, double cost, double seconds);
  /// Seconds that another will take: as the last of the same probe and feature, or, by their costs, as those of the same
  /// probe, or as all.
  double expected(const std::string& probe, const std::string& feature, double cost) const;

 private:
  struct Taken {
    std::string probe, feature;
    double cost, seconds;
  };

  double rate_;
  std::vector<Taken> taken_;
};

inline void Durations::add(const std::string& probe, const std::string& feature, double cost,
                           double seconds) {
  taken_.push_back({probe, feature, cost, seconds});
}

inline double Durations::expected(const std::string& probe, const std::string& feature, double cost) const {
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
