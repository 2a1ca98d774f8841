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

}  // namespace program
