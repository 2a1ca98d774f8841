// The arrays that a layer learns, and those that it updates without learning them.
#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "shape.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The role of a parameter, which decides how it is initialised.
enum class Kind { weight, gain, shift, bias };

/// One learned array of a layer, with its logical shape (outputs, inputs, height, width), which it also has in
/// checkpoints. Its order in memory is up to the backend: see `position`.
struct Parameter {
  const char* name;
  Kind kind;
  int outputs, inputs = 1, height = 1, width = 1;
  int rank = 1;                // written as (O), (O, I H W) or (O, I, H, W)
  long fan_in = 0;             // number of inputs that one output sums, for initialisation
  bool near_identity = false;  // a shortcut that starts as a noisy copy of its input

  constexpr long size() const { return long(outputs) * inputs * height * width; }
  std::vector<long> shape() const {
    if (rank == 1) return {outputs};
    if (rank == 2) return {outputs, long(inputs) * height * width};
    return {outputs, inputs, height, width};
  }
};

/// Where element `logical` of a parameter (O, I, H, W) lies in the order (H, W, I, O), in which a window of a
/// channels-last image matches the rows of a matrix: the order for backends that multiply dense rows.
constexpr long position_by_inputs(const Parameter& parameter, long logical) {
  const long width = parameter.width, height = parameter.height, inputs = parameter.inputs;
  const long w = logical % width, h = logical / width % height;
  const long i = logical / (width * height) % inputs, o = logical / (width * height * inputs);
  return ((h * width + w) * inputs + i) * parameter.outputs + o;
}

/// The learned arrays of a layer with weights and, optionally, biases.
struct WeightAndBias {
  std::array<Parameter, 2> arrays{};
  std::size_t count = 0;

  constexpr const Parameter* begin() const { return arrays.data(); }
  constexpr const Parameter* end() const { return arrays.data() + count; }
  constexpr std::size_t size() const { return count; }
  constexpr const Parameter& operator[](std::size_t i) const { return arrays[i]; }
};

/// One array that training updates without a gradient, such as a running mean.
struct Statistic {
  const char* name;
  long size;
  float start;  // initial value of every element
};

/// A parameter or statistic of a network: its full name, and its offset among the network's parameters or statistics.
template <class Array>
struct Entry {
  std::string name;
  Array array;
  long offset;
};

/// All parameters and statistics of a network, in memory order.
struct Entries {
  std::vector<Entry<Parameter>> parameters;
  std::vector<Entry<Statistic>> statistics;
};

/// Appends the entries of another network, named path + name, which then lie behind those of this one.
inline void append(Entries& all, const Entries& more, const std::string& path) {
  const auto join = [&path](auto& to, const auto& from, const auto& size) {
    const long begin = to.empty() ? 0 : to.back().offset + size(to.back().array);
    for (const auto& [name, array, offset] : from) to.push_back({path + name, array, begin + offset});
  };
  join(all.parameters, more.parameters, [](const Parameter& parameter) { return parameter.size(); });
  join(all.statistics, more.statistics, [](const Statistic& statistic) { return statistic.size; });
}

}  // namespace DIM_ABI
}  // namespace dim
