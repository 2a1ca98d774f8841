// One layer on the host with all the memory that it was promised and not a byte more: what it must not read
// is NaN or huge, and what it must not write is looked at afterwards.
#pragma once
#include <cstring>
#include <dim/core/sequential.hpp>
#include <dim/core/sum.hpp>
#include <dim/cpu/layers.hpp>
#include <span>
#include <vector>

#include "guard.hpp"

namespace tests {

using namespace dim;

/// `size` numbers, aligned, between two canaries.
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
  /// Sets each byte: 0xff makes NaN of any floating-point number.
  void fill_bytes(int byte) { std::memset(static_cast<void*>(data()), byte, size_ * sizeof(T)); }
  bool kept() const {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(lines_.data());
    for (std::size_t i = 0; !sanitized && i < lines_.size() * sizeof(Line); ++i)
      if ((i < begin() || i >= end()) && bytes[i] != canary) return false;
    return true;
  }

  static constexpr long guard = 64;  // lines before and behind, so that a test survives what it finds
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

/// Samples within a border: `zeros` pixels of zeros, and canaries beyond.
template <class T, Shape S, int Border>
class Samples {
 public:
  using Seen = View<T, S, Border>;

  Samples(int count, int zeros) : array_(count * Seen::stored), count_(count), zeros_(zeros) {
    for_each_pixel([&](T* pixel, int distance) {
      if (distance <= zeros_) std::fill_n(pixel, S.channels, T(0));
    });
  }
  Seen view() { return {array_.data(), count_}; }
  long size() const { return count_ * S.size(); }
  /// Number i of the samples themselves, in the order (N, H, W, C).
  T& operator[](long i) {
    const long c = i % S.channels, x = i / S.channels % S.width, y = i / S.channels / S.width % S.height;
    return view()(int(i / S.size()), int(y), int(x), int(c));
  }
  std::vector<T> copy() {
    std::vector<T> result;
    for (long i = 0; i < size(); ++i) result.push_back((*this)[i]);
    return result;
  }
  void assign(const std::vector<T>& values) {
    for (long i = 0; i < size(); ++i) (*this)[i] = values[std::size_t(i)];
  }
  /// Are zeros and canaries what they were?
  bool kept() {
    bool result = array_.kept();
    for_each_pixel([&](const T* pixel, int distance) {
      const auto* const bytes = reinterpret_cast<const unsigned char*>(pixel);
      for (std::size_t i = 0; distance > 0 && i < S.channels * sizeof(T); ++i)
        result = result && bytes[i] == (distance <= zeros_ ? 0 : Array<T>::canary);
    });
    return result;
  }

 private:
  /// Calls function(pixel, how far outside the picture it lies).
  template <class Function>
  void for_each_pixel(const Function& function) {
    for (int n = 0; n < count_; ++n)
      for (int y = -Border; y < S.height + Border; ++y)
        for (int x = -Border; x < S.width + Border; ++x)
          function(view().pictures().at(n, y, x),
                   std::max(std::max(-y, y - S.height + 1), std::max(-x, x - S.width + 1)));
  }

  Array<T> array_;
  int count_, zeros_;
};

/// What of a backward pass is wanted, and how.
struct Wanted {
  bool dinput = true, dparameters = true;
  Write write = Write::overwrite, write_parameters = Write::overwrite;
};

/// A layer with samples of shape In, each view with `Extra` pixels of border beyond what the layer wishes.
template <Layer L, Shape In, int Extra = 0, class T = double>
struct Bench {
  static constexpr Shape Out = L::output(In);
  static constexpr Needs need = needs_of<Cpu, T, L>(In);
  static constexpr Counts owned = counts<L>(In);

  Cpu cpu;
  Sizes sizes;
  Step step{.mode = Mode::training, .seed = 1, .number = 1};
  int leaf = 0;
  Samples<T, In, need.border + Extra> input;
  Samples<T, Out, Extra> output;
  Samples<T, Out, need.gradient_border + Extra> doutput;
  Samples<T, In, Extra> dinput;
  Array<T> parameters, dparameters, statistics;
  Array<std::byte> saved, scratch;

  /// Memory is laid out for `spare` samples more than there are.
  explicit Bench(int count, int threads = 1, int spare = 0)
      : cpu{threads},
        sizes{count + spare, threads},
        input(count, need.border),
        output(count, 0),
        doutput(count, need.gradient_border),
        dinput(count, 0),
        parameters(owned.parameters),
        dparameters(owned.parameters),
        statistics(owned.statistics),
        saved(need.saved.at(sizes)),
        scratch(need.scratch.at(sizes)) {
    saved.fill_bytes(0);
    reset_statistics();
  }

  /// Running statistics as a network begins with them.
  void reset_statistics() {
    Entries entries;
    list<L>(In, "", entries);
    for (const auto& entry : entries.statistics)
      std::fill_n(statistics.data() + entry.offset, entry.array.size, T(entry.array.start));
  }
  void forward(Write write = Write::overwrite) {
    scratch.fill_bytes(0xff);
    const auto x = constant(input.view());
    const auto y = output.view();
    run_forward<L>(cpu, ForwardPass<std::remove_const_t<decltype(x)>, std::remove_const_t<decltype(y)>>{
                            .input = x,
                            .output = y,
                            .write = write,
                            .parameters = parameters.data(),
                            .statistics = statistics.data(),
                            .memory = {saved.data(), scratch.data(), sizes},
                            .step = step,
                            .leaf = leaf});
  }
  void backward(Wanted wanted = {}) {
    scratch.fill_bytes(0xff);
    auto dx = dinput.view();
    if (!wanted.dinput) dx.data = nullptr;
    run_backward<L>(cpu, BackwardPass<decltype(constant(input.view())), decltype(constant(output.view())),
                                      decltype(constant(doutput.view())), decltype(dx)>{
                             .input = input.view(),
                             .output = output.view(),
                             .doutput = doutput.view(),
                             .dinput = dx,
                             .write = wanted.write,
                             .parameters = parameters.data(),
                             .dparameters = wanted.dparameters ? dparameters.data() : nullptr,
                             .write_parameters = wanted.write_parameters,
                             .memory = {saved.data(), scratch.data(), sizes},
                             .step = step});
  }
  /// Has nothing been written that is none of the layer's business?
  bool kept() {
    return input.kept() && output.kept() && doutput.kept() && dinput.kept() && parameters.kept() &&
           dparameters.kept() && statistics.kept() && saved.kept() && scratch.kept();
  }
};

}  // namespace tests
