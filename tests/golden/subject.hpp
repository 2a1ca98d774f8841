// A layer under test, of any type: the comparison is compiled once and not for every layer.
#pragma once
#include <dim/core/network.hpp>
#include <dim/cpu/layers.hpp>

#include "vectors.hpp"

namespace tests::golden {

/// A layer with its weights, samples x and y, and their gradients.
template <class T>
struct Subject {
  virtual ~Subject() = default;
  virtual void forward() = 0;
  virtual void backward() = 0;

  Shape in, out;
  Entries entries;
  Weights<T> weights;
  Batch<T> x, y, dx, dy;
  Step step{.mode = Mode::training};
};

template <Layer L, Shape In, class T>
class SubjectOf final : public Subject<T> {
 public:
  explicit SubjectOf(int samples)
      : sizes_{samples, cpu_.threads()},
        network_(graph_of<L, In, Cpu, T>()),
        memory_(dim::lay_out(cpu_, [this](Arena& arena) { lay_out(arena); })) {
    this->in = In, this->out = network_.output();
    this->entries = network_.entries();
  }
  void forward() override { network_.forward(cpu_, this->x, this->y, this->step, scratch_); }
  void backward() override {
    network_.backward(cpu_, this->x, this->y, this->dy, this->dx, this->step, scratch_);
  }

 private:
  void lay_out(Arena& arena) {
    const Counts counts = network_.counts();
    this->weights = {arena.take<T>(counts.parameters), arena.take<T>(counts.parameters),
                     arena.take<T>(counts.statistics)};
    network_.lay_out(cpu_, arena, sizes_);
    network_.bind(this->weights);
    const auto take = [&](Shape shape, Size border) {
      Batch<T> batch{nullptr, sizes_.samples, shape, border};
      batch.data = arena.take<T>(batch.count * batch.sample());
      return batch;
    };
    const Shape result = network_.output();
    this->x = take(In, network_.border()), this->y = take(result, 0);
    this->dx = take(In, 0), this->dy = take(result, network_.gradient_border());
    scratch_ = arena.take_bytes(network_.scratch_bytes());
  }

  Cpu cpu_{2};
  Sizes sizes_;
  Network<Cpu, T> network_;
  std::byte* scratch_ = nullptr;
  Memory<Cpu> memory_;
};

/// Copies samples of this shape from a file (N, C, H, W) or (N, C) to where a layer expects them.
template <class T>
void read_samples(const Case& test, const std::string& array, Shape shape, const Batch<T>& to) {
  std::vector<long> wanted{to.count, shape.channels, shape.height, shape.width};
  if (test.shape(array).size() == 2 && shape.area() == 1) wanted.resize(2);
  const std::vector<T> values = channels_last(test.read<T>(array, wanted), shape);
  copy(Cpu{}, Batch<const T>{values.data(), to.count, to.shape, 0}, to, Write::overwrite);
}
/// The other direction: samples in the order of the file.
template <class T>
std::vector<T> samples_of(const Batch<T>& from, Shape shape) {
  std::vector<T> values(std::size_t(from.pixels() * from.channels()));
  copy(Cpu{}, constant(from), Batch<T>{values.data(), from.count, from.shape, 0}, Write::overwrite);
  return channels_first(values, shape);
}

/// Reads the inputs, runs both passes, compares all outputs. One name for each parameter.
template <class T>
void check_subject(const Case& test, Subject<T>& subject, const std::vector<std::string>& names) {
  const Weights<T> weights = subject.weights;
  read_samples(test, "in.x", subject.in, subject.x);
  read_samples(test, "cot.y", subject.out, subject.dy);
  read_parameters(test, subject.entries, names, weights.parameters);
  for (const auto& [name, statistic, offset] : subject.entries.statistics) {
    const std::string given = name.ends_with("running_mean") ? "in.rm" : "in.rv";
    std::fill_n(weights.statistics + offset, statistic.size, T(statistic.start));
    if (test.has(given))
      std::ranges::copy(test.read<T>(given, {statistic.size}), weights.statistics + offset);
  }
  subject.forward();
  subject.backward();
  test.check("out.y", samples_of(subject.y, subject.out));
  for (const auto& [name, statistic, offset] : subject.entries.statistics)
    test.check("out." + std::string(statistic.name), numbers(weights.statistics + offset, statistic.size));
  test.check("grad.x", samples_of(subject.dx, subject.in));
  check_parameters(test, "grad", subject.entries, names, weights.dparameters);
}

}  // namespace tests::golden
