// Distributions that an adversary draws the codes towards.
#pragma once
#include <concepts>
#include <cstdint>
#include <string>
#include <variant>

#include "../core/random.hpp"
#include "../core/scalar_math.hpp"
#include "../core/sequential.hpp"
#include "../layers/leaky.hpp"
#include "../layers/linear.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The base of every prior. A prior defines `draw(random, index)`, number `index` of a sample of it, and `squash(y)`,
/// what the adversary sees of a code, with its slope `dsquash(z)` at z = squash(y).
struct PriorPolicy {
  /// The discriminator: a logit, positive for draws from the prior.
  using Adversary = Sequential<Linear<1000>, ReLU, Linear<200>, ReLU, Linear<1>>;

  /// Whether there is a distribution to match.
  bool present() const { return true; }
};
template <class P>
concept Prior = std::derived_from<P, PriorPolicy>;

/// No prior: nothing is matched, and there is no adversary.
struct NoPrior : PriorPolicy {
  bool present() const { return false; }
};

/// Uniform on [0, 1] for each unit; the adversary sees sigmoid(y), everything else y.
struct UniformPrior : PriorPolicy {
  float draw(const Random& random, std::uint64_t index) const { return random.uniform(index); }
  template <class T>
  T squash(T y) const {
    return sigmoid(y);
  }
  template <class T>
  T dsquash(T z) const {
    return z * (1 - z);
  }
};

/// Normal with mean 0 and variance 1 for each unit; the adversary sees y.
struct GaussianPrior : PriorPolicy {
  double draw(const Random& random, std::uint64_t index) const { return random.normal(index); }
  template <class T>
  T squash(T y) const {
    return y;
  }
  template <class T>
  T dsquash(T) const {
    return 1;
  }
};

/// One of the library's priors, or none, chosen at run time.
struct AnyPrior : PriorPolicy {
  std::variant<NoPrior, UniformPrior, GaussianPrior> choice;

  bool present() const { return choice.index() != 0; }
  bool uniform() const { return std::holds_alternative<UniformPrior>(choice); }
  double draw(const Random& random, std::uint64_t index) const {
    return uniform() ? double(UniformPrior().draw(random, index)) : GaussianPrior().draw(random, index);
  }
  template <class T>
  T squash(T y) const {
    return uniform() ? UniformPrior().squash(y) : GaussianPrior().squash(y);
  }
  template <class T>
  T dsquash(T z) const {
    return uniform() ? UniformPrior().dsquash(z) : GaussianPrior().dsquash(z);
  }
};

}  // namespace DIM_ABI
}  // namespace dim
