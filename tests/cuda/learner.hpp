// A network of Linear and element-wise layers that learns on any backend, whose kernels the includer provides.
#pragma once
#include <cmath>
#include <dim/core/network.hpp>
#include <dim/core/optimizer.hpp>
#include <dim/layers/leaky.hpp>
#include <dim/layers/linear.hpp>
#include <dim/layers/sigmoid.hpp>
#include <dim/layers/tanh.hpp>
#include <dim/model/initialise.hpp>
#include <vector>

namespace tests {

using namespace dim;

/// The host's results, from a compiler that knows its vectors.
template <class T>
std::vector<T> learnt_on_the_host();

/// A network and what it needs for training.
template <class B, class T>
struct Learner {
  B backend;
  Network<B, T> network;
  Memory<B> memory{};
  Weights<T> weights{};
  T *moments = nullptr, *x = nullptr, *y = nullptr, *dy = nullptr;
  StepState* state = nullptr;
  std::byte* scratch = nullptr;
  static constexpr int count = 5;

  explicit Learner(const B& on) : backend(on), network(graph()) {
    memory = dim::lay_out(backend, [this](Arena& arena) { lay_out(arena); });
    initialise<TorchInitialisation>(backend, network.entries(), 1, 0, weights.parameters, weights.statistics);
  }
  void lay_out(Arena& arena) {
    const Counts counts = network.counts();
    weights = {arena.take<T>(counts.parameters), arena.take<T>(counts.parameters),
               arena.take<T>(counts.statistics)};
    moments = arena.take<T>(2 * counts.parameters);
    network.lay_out(backend, arena, {count, backend.threads()});
    network.bind(weights);
    x = arena.take<T>(count * network.input().size());
    y = arena.take<T>(count * network.output().size());
    dy = arena.take<T>(count * network.output().size());
    state = arena.take<StepState>(1);
    scratch = arena.take_bytes(network.scratch_bytes());
  }
  static Graph<B, T> graph() {
    Graph<B, T> graph({2, 3, 3});
    graph.add(LinearSpec{.units = 7, .rectifier = {0.2}}, "0.");
    graph.template append<Tanh>("1.");
    graph.add(LinearSpec{.units = 4, .bias = false}, "2.");
    graph.template append<Sigmoid>("3.");
    return graph;
  }

  /// Outputs after three steps that make them smaller.
  std::vector<T> learn() {
    const Batch<T> in{x, count, network.input()}, out{y, count, network.output()},
        dout{dy, count, network.output()};
    load_batch(backend, in, [](const Batch<T>& to, long n) {
      long i = 0;
      for_each_number(to, n, [&](T& number) { number = T(std::sin(double(n * 18 + i++))); });
    });
    const Step step{Mode::training, 1, state};
    for (long number = 1; number <= 3; ++number) {
      StepState next{.number = std::uint64_t(number - 1)};
      prepare(Adam{.rate = 0.01}, number, next);
      upload(backend, &next, state, 1);
      run(backend, [&](const B& team) {
        network.forward(team, in, out, step, scratch);
        copy(team, constant(out), dout, Write::overwrite);
        network.backward(team, in, out, dout, Batch<T>{}, step, scratch);
        update(team, Adam{.rate = 0.01}, weights.parameters, weights.dparameters, moments,
               network.counts().parameters, state);
      });
    }
    std::vector<T> result(std::size_t(count * network.output().size()));
    download(backend, y, result.data(), std::ssize(result));
    return result;
  }
};

}  // namespace tests
