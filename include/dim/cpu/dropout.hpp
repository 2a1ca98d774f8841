// Kernels of layers/dropout.hpp.
#pragma once
#include "../core/random.hpp"
#include "../layers/dropout.hpp"
#include "compiled.hpp"
#include "elementwise.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// Saved: the mask, one byte for each number.
constexpr Needs needs(const Cpu&, const DropoutSpec&, Shape in, long) {
  return {.views = true, .saved = {.per_sample = in.size()}};
}

/// y = mask x scale, mask (N, H, W, C) holding 0 or 1, or y += mask x scale.
template <class T>
void drop(const Cpu& cpu, const Batch<const T>& x, const unsigned char* mask, T scale, const Batch<T>& y,
          Write write) {
  const long count = x.width() * x.channels();
  for_each_line(cpu, x, [&](long n, long line) {
    const unsigned char* const keep = mask + (n * x.height() + line) * count;
    const T* const from = x.at(n, line, 0);
    T* const to = y.at(n, line, 0);
    for (long i = 0; i < count; ++i) {
      const T value = keep[i] ? from[i] * scale : T(0);
      to[i] = write == Write::add ? to[i] + value : value;
    }
  });
}

/// mask(i) = 0 with this probability, else 1, for samples of `size` numbers each: a function of the step and the
/// pass, of the layer's index in its network, and of the number's index among those of all samples.
inline void draw_mask(const Cpu& cpu, const Step& step, int leaf, double probability, unsigned char* mask,
                      long count, long size) {
  const Random random{step.seed, Purpose::dropout, step.state ? step.state->number : 0};
  const std::uint64_t of_layer = std::uint64_t(step.pass) << 58 | std::uint64_t(leaf) << 40;
  const std::uint64_t first = of_layer + std::uint64_t(step.first * size);
  for_each_piece(cpu, count, 4096, [&](long begin, long end) {
    for (long i = begin; i < end; ++i)
      mask[i] = random.uniform(first + std::uint64_t(i)) >= float(probability);
  });
}

template <class T>
void forward(const Cpu& cpu, const DropoutSpec& spec, const ForwardPass<T>& pass) {
  if (pass.step.mode == Mode::inference) return copy(cpu, pass.input, pass.output, pass.write);
  auto* const mask = reinterpret_cast<unsigned char*>(pass.memory.saved);
  const long size = pass.input.shape.size();
  draw_mask(cpu, pass.step, pass.leaf, spec.probability, mask, pass.input.count * size, size);
  drop(cpu, pass.input, mask, T(1 / (1 - spec.probability)), pass.output, pass.write);
}

template <class T>
void backward(const Cpu& cpu, const DropoutSpec& spec, const BackwardPass<T>& pass) {
  if (!pass.dinput) return;
  if (pass.step.mode == Mode::inference) return copy(cpu, pass.doutput, pass.dinput, pass.write);
  drop(cpu, pass.doutput, reinterpret_cast<const unsigned char*>(pass.memory.saved),
       T(1 / (1 - spec.probability)), pass.dinput, pass.write);
}

DIM_COMPILED_LAYER(DropoutSpec)

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
