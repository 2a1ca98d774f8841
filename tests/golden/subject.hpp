// A layer under test, whatever its type: what is compared is compiled once and not for every layer.
#pragma once
#include <dim/core/network.hpp>
#include <dim/cpu/layers.hpp>

#include "vectors.hpp"

namespace tests::golden {

/// A layer with its weights and with samples x, y and their gradients.
template <class T>
struct Subject {
  virtual ~Subject() = default;
  virtual void forward() = 0;
  virtual void backward() = 0;

  Shape in, out;
  Entries entries;
  Weights<T> weights;
  Pictures<T> x, y, dx, dy;
  Step step{.mode = Mode::training};
};

template <Layer L, Shape In, class T>
class SubjectOf final : public Subject<T> {
 public:
  explicit SubjectOf(int samples) : sizes_{samples, cpu_.threads()}, memory_(dim::lay_out(cpu_, *this)) {
    this->in = In, this->out = Net::output;
    list<L>(In, "", this->entries);
  }
  void forward() override { network_.forward(cpu_, constant(x_), y_, this->step, scratch_); }
  void backward() override {
    network_.backward(cpu_, constant(x_), constant(y_), constant(dy_), dx_, this->step, scratch_);
  }

  void lay_out(Arena& arena) {
    this->weights = {arena.take<T>(Net::counts.parameters), arena.take<T>(Net::counts.parameters),
                     arena.take<T>(Net::counts.statistics)};
    network_.lay_out(arena, sizes_);
    network_.bind(this->weights);
    const auto take = [&](auto& view) {
      view = {arena.take<T>(sizes_.samples * view.stored), sizes_.samples};
      return view.pictures();
    };
    this->x = take(x_), this->y = take(y_), this->dx = take(dx_), this->dy = take(dy_);
    scratch_ = arena.take_bytes(network_.scratch_bytes());
  }

 private:
  using Net = Network<Cpu, L, In, T>;

  Cpu cpu_{2};
  Sizes sizes_;
  Net network_;
  View<T, In, Net::need.border> x_;
  View<T, Net::output> y_;
  View<T, In> dx_;
  View<T, Net::output, Net::need.gradient_border> dy_;
  std::byte* scratch_ = nullptr;
  Memory<Cpu> memory_;
};

/// Samples of this shape out of a file (N, C, H, W) or (N, C), to where a layer wants them.
template <class T>
void read_samples(const Case& test, const std::string& array, Shape shape, const Pictures<T>& to) {
  std::vector<long> wanted{to.images, shape.channels, shape.height, shape.width};
  if (test.shape(array).size() == 2 && shape.area() == 1) wanted.resize(2);
  const std::vector<T> values = channels_last(test.read<T>(array, wanted), shape);
  copy(Cpu{}, Pictures<const T>{values.data(), to.images, to.height, to.width, to.channels, 0}, to,
       Write::overwrite);
}
/// The same the other way: samples in the order of the file.
template <class T>
std::vector<T> samples_of(const Pictures<T>& from, Shape shape) {
  std::vector<T> values(std::size_t(from.pixels() * from.channels));
  copy(Cpu{}, constant(from),
       Pictures<T>{values.data(), from.images, from.height, from.width, from.channels, 0}, Write::overwrite);
  return channels_first(values, shape);
}

/// Reads what goes in, runs both passes, compares all that comes out. One name for each parameter.
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
