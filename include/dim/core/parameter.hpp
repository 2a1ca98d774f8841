// What a layer learns, and what it carries along without learning it.
#pragma once
#include <string>
#include <vector>

#include "shape.hpp"

namespace dim::inline DIM_ABI {

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

}  // namespace dim::inline DIM_ABI
