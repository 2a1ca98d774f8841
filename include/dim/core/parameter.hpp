// What a layer learns, and what it carries along without learning it.
#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "shape.hpp"

namespace dim {
inline namespace DIM_ABI {

/// What a parameter does, which decides how it starts.
enum class Kind { weight, gain, shift, bias };

/// One learned array of a layer, with its logical shape (outputs, inputs, height, width), the one it has in
/// a checkpoint. How a backend orders it in memory is the backend's affair: see `position`.
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
/// channels-last picture meets the rows of a matrix: that of the backends whose products are of dense rows.
constexpr long position_by_inputs(const Parameter& parameter, long logical) {
  const long width = parameter.width, height = parameter.height, inputs = parameter.inputs;
  const long w = logical % width, h = logical / width % height;
  const long i = logical / (width * height) % inputs, o = logical / (width * height * inputs);
  return ((h * width + w) * inputs + i) * parameter.outputs + o;
}

/// The learned arrays of a layer that has weights and perhaps biases.
struct WeightAndBias {
  std::array<Parameter, 2> arrays{};
  std::size_t count = 0;

  constexpr const Parameter* begin() const { return arrays.data(); }
  constexpr const Parameter* end() const { return arrays.data() + count; }
  constexpr std::size_t size() const { return count; }
  constexpr const Parameter& operator[](std::size_t i) const { return arrays[i]; }
};

/// One array that training updates but no gradient reaches, a running mean for instance.
struct Statistic {
  const char* name;
  long size;
  float start;  // every element's first value
};

/// A parameter or statistic of a network: its full name and where it begins among the network's own.
template <class Array>
struct Entry {
  std::string name;
  Array array;
  long offset;
};

/// All of a network's, in the order in which they lie.
struct Entries {
  std::vector<Entry<Parameter>> parameters;
  std::vector<Entry<Statistic>> statistics;
};

/// Appends what another network has, named path + name, to lie behind what is there.
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
