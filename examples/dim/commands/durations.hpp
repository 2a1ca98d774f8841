// How long measurements will take, judging by those that are done.
#pragma once
#include <string>
#include <vector>

namespace program {

/// The time that measurements have taken, and an estimate for others from it.
class Durations {
 public:
  /// `rate` is in seconds per unit of cost, used until something has been measured.
  explicit Durations(double rate) : rate_(rate) {}

  /// Records that this probe of this feature, with that estimated cost, took so many seconds.
  void add(const std::string& probe, const std::string& feature, double cost, double seconds);
  /// The seconds that another will take, scaled by cost: from the last one of the same probe and feature, else from
  /// all of the same probe, else from all.
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
