// Kernels of layers/layer_norm.hpp.
#pragma once
#include <cmath>

#include "../layers/layer_norm.hpp"
#include "channel_sums.hpp"
#include "compiled.hpp"
#include "dot.hpp"
#include "elementwise.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// Saved for each location: mean and 1 / sqrt(variance + epsilon).
constexpr Needs needs(const Cpu&, const LayerNormSpec&, Shape in, long scalar) {
  return {.views = true,
          .saved = {.per_sample = 2 * in.area() * scalar},
          .scratch = {.per_sample = 2 * in.channels * scalar}};
}

/// y = gain (x - mean) inverse + shift at each location, with mean and variance over its channels
template <class T>
void forward(const Cpu& cpu, const LayerNormSpec&, const ForwardPass<T>& pass) {
  const Batch<const T> x = pass.input;
  const Batch<T> y = pass.output;
  const long channels = x.channels();
  T* const saved = reinterpret_cast<T*>(pass.memory.saved);
  const T *const gain = pass.parameters, *const shift = gain + channels;
  for_each_line(cpu, x, [&](long n, long line) {
    for (long i = 0; i < x.width(); ++i) {
      const T* const from = x.at(n, line, i);
      const T mean = lane_sum<T>(channels, [&](long c) { return from[c]; }) / T(channels);
      const T squares = lane_sum<T>(channels, [&](long c) { return (from[c] - mean) * (from[c] - mean); });
      const T inverse = 1 / std::sqrt(squares / T(channels) + T(LayerNormSpec::epsilon));
      T* const moments = saved + 2 * ((n * x.height() + line) * x.width() + i);
      moments[0] = mean, moments[1] = inverse;
      T* const to = y.at(n, line, i);
      for (long c = 0; c < channels; ++c) {
        const T value = (from[c] - mean) * inverse * gain[c] + shift[c];
        to[c] = pass.write == Write::add ? to[c] + value : value;
      }
    }
  });
}

/// With z = (x - mean) inverse and e = gain dy over C channels: dshift = Sum dy and dgain = Sum dy z over all
/// locations, and dx = inverse (e - mean(e) - z mean(e z)) at each.
template <class T>
void backward(const Cpu& cpu, const LayerNormSpec&, const BackwardPass<T>& pass) {
  const Batch<const T> x = pass.input, dy = pass.doutput;
  const Batch<T> dx = pass.dinput;
  const long channels = x.channels();
  const T* const saved = reinterpret_cast<const T*>(pass.memory.saved);
  const auto moments = [&](long n, long line, long i) {
    return saved + 2 * ((n * x.height() + line) * x.width() + i);
  };

  if (pass.dparameters) {
    const bool add = pass.write_parameters == Write::add;
    const auto accumulate = [&](long n, long line, T* const* partial) {
      for (long i = 0; i < x.width(); ++i) {
        const T *const from = x.at(n, line, i), *const gradient = dy.at(n, line, i);
        const T mean = moments(n, line, i)[0], inverse = moments(n, line, i)[1];
        for (long c = 0; c < channels; ++c) {
          partial[0][c] += gradient[c];
          partial[1][c] += gradient[c] * ((from[c] - mean) * inverse);
        }
      }
    };
    const auto finish = [&](long c, const T* sums) {
      T *const to_gain = pass.dparameters + c, *const to_shift = to_gain + channels;
      *to_gain = add ? *to_gain + sums[1] : sums[1];
      *to_shift = add ? *to_shift + sums[0] : sums[0];
    };
    channel_sums<2>(cpu, x.count, x.height(), x.width(), channels, reinterpret_cast<T*>(pass.memory.scratch),
                    accumulate, finish);
  }
  if (!dx) return;

  const T* const gain = pass.parameters;
  for_each_line(cpu, x, [&](long n, long line) {
    for (long i = 0; i < x.width(); ++i) {
      const T *const from = x.at(n, line, i), *const gradient = dy.at(n, line, i);
      const T mean = moments(n, line, i)[0], inverse = moments(n, line, i)[1];
      const auto e = [&](long c) { return gain[c] * gradient[c]; };
      const auto z = [&](long c) { return (from[c] - mean) * inverse; };
      const T mean_e = lane_sum<T>(channels, e) / T(channels);
      const T mean_ez = lane_sum<T>(channels, [&](long c) { return e(c) * z(c); }) / T(channels);
      T* const to = dx.at(n, line, i);
      for (long c = 0; c < channels; ++c) {
        const T value = inverse * (e(c) - mean_e - z(c) * mean_ez);
        to[c] = pass.write == Write::add ? to[c] + value : value;
      }
    }
  });
}

DIM_COMPILED_LAYER(LayerNormSpec)

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
