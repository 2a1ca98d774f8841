// Perceptrons whose sizes are known at run time: the networks of probes, critics and discriminators.
#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "../core/error.hpp"
#include "../cpu/batch_norm.hpp"
#include "../cpu/dropout.hpp"
#include "../cpu/leaky.hpp"
#include "../cpu/linear.hpp"
#include "learner.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The layers of a perceptron between its inputs and its outputs.
struct PerceptronLayers {
  std::vector<long> hidden{200};  ///< units of each hidden layer, which ends in ReLU
  bool batch_norm = false;        ///< of the hidden layers' sums
  double dropout = 0;             ///< probability that a hidden sum becomes 0, before BatchNorm
};

/// Linear, [Dropout, BatchNorm], ReLU for each hidden layer, then Linear. Throws Error for invalid sizes.
template <class T, class B = Cpu>
Graph<B, T> perceptron(long inputs, const PerceptronLayers& layers, long outputs) {
  const auto is_size = [](long units) { return units >= 1 && units <= 1L << 24; };
  if (!is_size(inputs) || !is_size(outputs) || !(layers.dropout >= 0 && layers.dropout < 1) ||
      !std::all_of(layers.hidden.begin(), layers.hidden.end(), is_size))
    throw Error("a perceptron of ", inputs, " inputs and ", outputs, " outputs with dropout ", layers.dropout,
                " can't be: each layer has 1 to 2^24 units, and dropout lies in [0, 1)");
  Graph<B, T> graph({int(inputs), 1, 1});
  int number = 0;  // of the hidden layer, on which its dropout depends
  for (const long units : layers.hidden) {
    const std::string path = std::to_string(number) + ".";
    graph.add(LinearSpec{.units = int(units)}, path);
    if (layers.dropout > 0) graph.add(DropoutSpec{layers.dropout}, path, number);
    if (layers.batch_norm) graph.add(BatchNormSpec{}, path);
    graph.add(LeakySpec{0}, path);
    ++number;
  }
  graph.add(LinearSpec{.units = int(outputs)}, std::to_string(number) + ".");
  return graph;
}

}  // namespace DIM_ABI
}  // namespace dim
