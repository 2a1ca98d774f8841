// Pairs of arrays whose mutual information is known (as in Czyz et al. 2023, "Beyond normal").
#pragma once
#include <cmath>
#include <dim/core/random.hpp>
#include <dim/evaluate/mutual_information.hpp>
#include <vector>

namespace tests {

/// x (N, D) and y (N, E), row by row.
struct Pairs {
  long count, x_size, y_size;
  std::vector<double> x{}, y{};

  dim::Features<double> x_features() const { return {x.data(), count, x_size}; }
  dim::Features<double> y_features() const { return {y.data(), count, y_size}; }
  dim::InformationEstimate estimate(const dim::InformationOptions& options, int threads = 2) const {
    return dim::estimate_mutual_information(dim::Cpu{threads}, x_features(), y_features(), options);
  }
  /// Calls function(value) for each value of x and of y.
  template <class Function>
  Pairs transformed(const Function& function) const {
    Pairs task = *this;
    for (double& number : task.x) number = function(number);
    for (double& number : task.y) number = function(number);
    return task;
  }
};

inline double normal(std::uint64_t seed, std::uint64_t stream, long i) {
  return dim::Random{seed, dim::Purpose::user, stream}.normal(std::uint64_t(i));
}

/// x and y of `size` normally distributed values each, the first `pairs` of x correlated with those of y and
/// everything else independent: -pairs / 2 ln(1 - rho^2) nats.
inline Pairs normal_pairs(long count, long size, long pairs, double rho, std::uint64_t seed) {
  Pairs task{count, size, size};
  for (long i = 0; i < count * size; ++i) {
    const double a = normal(seed, 0, i), b = normal(seed, 1, i);
    task.x.push_back(a);
    task.y.push_back(i % size < pairs ? rho * a + std::sqrt(1 - rho * rho) * b : b);
  }
  return task;
}

}  // namespace tests
