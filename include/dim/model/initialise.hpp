// Initial values of parameters.
#pragma once
#include <cmath>
#include <vector>

#include "../core/parameter.hpp"
#include "../core/random.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The base of every initialisation policy. A policy defines `value(parameter, random, index, logical)`: the initial
/// value of element `logical` of a parameter, from number `index` of a stream, which no other element reads.
struct InitialisationPolicy {};

/// PyTorch's default: weights and biases uniform within +-1 / sqrt(fan_in), gains 1, shifts 0. The weight of a
/// shortcut that is wide enough starts as a noisy copy of its input: uniform within +-0.01, ones on the diagonal.
struct TorchInitialisation : InitialisationPolicy {
  static double value(const Parameter& parameter, const Random& random, std::uint64_t index, long logical) {
    const double symmetric = 2 * double(random.uniform(index)) - 1;
    if (parameter.kind == Kind::gain) return 1;
    if (parameter.kind == Kind::shift) return 0;
    if (parameter.near_identity) {
      const long inputs = parameter.size() / parameter.outputs;
      return logical / inputs == logical % inputs ? 1 : 0.01 * symmetric;
    }
    return symmetric / std::sqrt(double(parameter.fan_in));
  }
};

/// DCGAN's (Radford, Metz and Chintala 2016): weights N(0, 0.02), gains N(1, 0.02), shifts and biases 0, as in its
/// published code.
struct DcganInitialisation : InitialisationPolicy {
  static double value(const Parameter& parameter, const Random& random, std::uint64_t index, long) {
    if (parameter.kind == Kind::weight) return 0.02 * random.normal(index);
    if (parameter.kind == Kind::gain) return 1 + 0.02 * random.normal(index);
    return 0;
  }
};

/// Writes the initial values of all parameters and statistics of a network, in the backend's order. A value depends
/// on the seed, on `salt`, which differs between networks, and on the element's logical index, so that the order in
/// memory changes no value.
template <class Initialisation, class B, class T>
void initialise(const B& backend, const Entries& entries, std::uint64_t seed, std::uint64_t salt,
                T* parameters, T* statistics) {
  const Random random{seed, Purpose::weights, salt};
  std::vector<T> numbers;
  for (const auto& [name, parameter, offset] : entries.parameters) {
    numbers.resize(std::size_t(parameter.size()));
    for (long i = 0; i < parameter.size(); ++i)
      numbers[std::size_t(position(backend, parameter, i))] =
          T(Initialisation::value(parameter, random, std::uint64_t(offset + i), i));
    upload(backend, numbers.data(), parameters + offset, parameter.size());
  }
  for (const auto& [name, statistic, offset] : entries.statistics) {
    numbers.assign(std::size_t(statistic.size), T(statistic.start));
    upload(backend, numbers.data(), statistics + offset, statistic.size);
  }
}

}  // namespace DIM_ABI
}  // namespace dim
