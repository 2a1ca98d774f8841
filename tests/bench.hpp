// One layer on the host with all the memory that it was promised and not a byte more: what it must not read is NaN or
// huge, and what it must not write is checked afterwards.
#pragma once
#include <cstring>
#include <dim/core/network.hpp>
#include <dim/cpu/layers.hpp>
#include <span>
#include <vector>

#include "guard.hpp"

namespace tests {

using namespace dim;

/// `size` values, aligned, between two canaries.
template <class T>
class Array {
 public:
  explicit Array(long size)
      : size_(std::size_t(size)),
        lines_(std::size_t(aligned(size * long(sizeof(T))) / alignment + 2 * guard)) {
    std::memset(lines_.data(), canary, lines_.size() * sizeof(Line));
    hide(lines_.data(), begin());
    hide(data() + size, lines_.size() * sizeof(Line) - end());
  }
  T* data() { return reinterpret_cast<T*>(lines_[guard].bytes); }
  const T* data() const { return reinterpret_cast<const T*>(lines_[guard].bytes); }
  std::span<T> values() { return {data(), size_}; }
  std::span<const T> values() const { return {data(), size_}; }
  std::vector<T> copy() const { return {data(), data() + size_}; }
  void assign(const std::vector<T>& values) { std::copy_n(values.begin(), size_, data()); }
  /// Sets each byte: 0xff makes any floating-point value NaN.
  void fill_bytes(int byte) { std::memset(static_cast<void*>(data()), byte, size_ * sizeof(T)); }
  bool kept() const {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(lines_.data());
    for (std::size_t i = 0; !sanitized && i < lines_.size() * sizeof(Line); ++i)
      if ((i < begin() || i >= end()) && bytes[i] != canary) return false;
    return true;
  }

  static constexpr long guard = 64;  // lines before and behind, so that a test survives the errors it finds
  static constexpr unsigned char canary = 0xfe;  // -2e38 as a float, -5e303 as a double

 private:
  struct alignas(alignment) Line {
    std::byte bytes[alignment];
  };
  std::size_t begin() const { return guard * alignment; }
  std::size_t end() const { return begin() + size_ * sizeof(T); }

  std::size_t size_;
  std::vector<Line> lines_;
};

/// A border that is `more` pixels wider on every side.
inline Size widened(Size border, int more) {
  return {border.height + more, border.width + more};
}

/// Samples within a border: `zeros` pixels of zeros, and canaries beyond.
template <class T>
class Samples {
 public:
  Samples(int count, Shape shape, Size border, Size zeros)
      : seen_{nullptr, count, shape, border}, array_(count * seen_.sample()), zeros_(zeros) {
    seen_.data = array_.data();
    for_each_pixel([&](T* pixel, Size outside) {
      if (covers(zeros_, outside)) std::fill_n(pixel, seen_.channels(), T(0));
    });
  }
  Samples(const Samples&) = delete;
  Samples& operator=(const Samples&) = delete;

  Batch<T> view() { return seen_; }
  long size() const { return seen_.count * seen_.shape.size(); }
  /// Number i of the samples themselves, in the order (N, H, W, C).
  T& operator[](long i) {
    const auto [channels, height, width] = seen_.shape;
    return seen_(i / seen_.shape.size(), i / channels / width % height, i / channels % width, i % channels);
  }
  std::vector<T> copy() {
    std::vector<T> result;
    for (long i = 0; i < size(); ++i) result.push_back((*this)[i]);
    return result;
  }
  void assign(const std::vector<T>& values) {
    for (long i = 0; i < size(); ++i) (*this)[i] = values[std::size_t(i)];
  }
  /// Are zeros and canaries unchanged?
  bool kept() {
    bool result = array_.kept();
    for_each_pixel([&](const T* pixel, Size outside) {
      const auto* const bytes = reinterpret_cast<const unsigned char*>(pixel);
      for (std::size_t i = 0; !(outside == 0) && i < std::size_t(seen_.channels()) * sizeof(T); ++i)
        result = result && bytes[i] == (covers(zeros_, outside) ? 0 : Array<T>::canary);
    });
    return result;
  }

 private:
  /// Calls function(pixel, how many lines and columns it lies outside the image).
  template <class Function>
  void for_each_pixel(const Function& function) {
    const auto [channels, height, width] = seen_.shape;
    const auto outside = [](int at, int extent) { return std::max({0, -at, at - extent + 1}); };
    const Size border = seen_.border;
    for (long n = 0; n < seen_.count; ++n)
      for (int y = -border.height; y < height + border.height; ++y)
        for (int x = -border.width; x < width + border.width; ++x)
          function(seen_.at(n, y, x), Size{outside(y, height), outside(x, width)});
  }

  Batch<T> seen_;
  Array<T> array_;
  Size zeros_;
};

/// Which parts of a backward pass are wanted, and how.
struct Wanted {
  bool dinput = true, dparameters = true;
  Write write = Write::overwrite, write_parameters = Write::overwrite;
};

/// A layer with samples of shape In, each array with `Extra` pixels of border beyond what the layer asks for.
template <Layer L, Shape In, int Extra = 0, class T = double>
struct Bench {
  static constexpr Shape Out = L::output(In);
  static constexpr Counts owned = counts<L>(In);

  Cpu cpu;
  Sizes sizes;
  Network<Cpu, T> network;
  Array<std::byte> saved, scratch;
  StepState state{.number = 1};
  Step step{.mode = Mode::training, .seed = 1, .state = &state};
  int leaf = 0;
  Samples<T> input, output, doutput, dinput;
  Array<T> parameters, dparameters, statistics;

  /// Memory is laid out for `spare` more samples than there are.
  explicit Bench(int count, int threads = 1, int spare = 0)
      : cpu{threads},
        sizes{count + spare, threads},
        network(graph_of<L, In, Cpu, T>()),
        saved(measured()),
        scratch(network.scratch_bytes()),
        input(count, In, widened(network.border(), Extra), network.border()),
        output(count, Out, Extra, 0),
        doutput(count, Out, widened(network.gradient_border(), Extra), network.gradient_border()),
        dinput(count, In, Extra, 0),
        parameters(owned.parameters),
        dparameters(owned.parameters),
        statistics(owned.statistics) {
    saved.fill_bytes(0);
    Arena arena(saved.data());
    network.lay_out(cpu, arena, sizes);
    reset_statistics();
  }

  /// Running statistics as a network initialises them.
  void reset_statistics() {
    for (const auto& entry : network.entries().statistics)
      std::fill_n(statistics.data() + entry.offset, entry.array.size, T(entry.array.start));
  }
  void forward(Write write = Write::overwrite) {
    scratch.fill_bytes(0xff);
    bind();
    network.forward(cpu, input.view(), output.view(), step, scratch.data(), write);
  }
  void backward(Wanted wanted = {}) {
    scratch.fill_bytes(0xff);
    bind();
    Batch<T> dx = dinput.view();
    if (!wanted.dinput) dx.data = nullptr;
    const Learn learn = !wanted.dparameters                     ? Learn::no
                        : wanted.write_parameters == Write::add ? Learn::add
                                                                : Learn::overwrite;
    network.backward(cpu, input.view(), output.view(), doutput.view(), dx, step, scratch.data(), wanted.write,
                     learn);
  }
  /// Has the layer written only where it may?
  bool kept() {
    return input.kept() && output.kept() && doutput.kept() && dinput.kept() && parameters.kept() &&
           dparameters.kept() && statistics.kept() && saved.kept() && scratch.kept();
  }

 private:
  void bind() { network.bind({parameters.data(), dparameters.data(), statistics.data()}, leaf); }
  long measured() {
    Arena arena;
    network.lay_out(cpu, arena, sizes);
    return arena.used();
  }
};

}  // namespace tests
