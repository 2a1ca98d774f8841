// Kernels of layers/batch_norm.hpp.
#pragma once
#include <cmath>

#include "../core/error.hpp"
#include "../layers/batch_norm.hpp"
#include "channel_sums.hpp"
#include "compiled.hpp"
#include "leaky.hpp"
#include "multiply.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// Saved: mean (C) and 1 / sqrt(variance + epsilon) (C), by which x was normalised.
constexpr Needs needs(const Cpu&, const BatchNormSpec&, Shape in, long scalar) {
  const long channels = in.channels * scalar;
  return {.views = true, .saved = {.fixed = 2 * channels}, .scratch = {.per_sample = 2 * channels}};
}

/// Mean (C) and centred squares (C) of one chunk of images, in two passes, the second from the cache. The mean is
/// that of the differences from the first pixel, so that values far from zero lose no digits in a long sum.
template <class T>
void chunk_moments(const Batch<const T>& x, long begin, long end, T* mean, T* squares) {
  const auto for_each_pixel = [&](auto&& function) {
    for (long n = begin; n < end; ++n)
      for (long y = 0; y < x.height(); ++y)
        for (long i = 0; i < x.width(); ++i) function(x.at(n, y, i));
  };
  std::fill_n(mean, x.channels(), T(0));
  std::fill_n(squares, x.channels(), T(0));
  const T* const first = x.at(begin, 0, 0);
  for_each_pixel([&](const T* pixel) {
    for (long c = 0; c < x.channels(); ++c) mean[c] += pixel[c] - first[c];
  });
  const T count = T((end - begin) * x.height() * x.width());
  for (long c = 0; c < x.channels(); ++c) mean[c] = first[c] + mean[c] / count;
  for_each_pixel([&](const T* pixel) {
    for (long c = 0; c < x.channels(); ++c) squares[c] += (pixel[c] - mean[c]) * (pixel[c] - mean[c]);
  });
}

/// Mean (C) and variance (C), the biased one, of a batch: by chunks, which are then merged in order by M = M_a + M_b
/// + (mean_b - mean_a)^2 n_a n_b / (n_a + n_b) (Chan, Golub and LeVeque 1979).
template <class T>
void batch_moments(const Cpu& cpu, const Batch<const T>& x, T* mean, T* variance, T* scratch) {
  const Chunks chunks = Chunks::of(x.count, x.height() * x.width());
  const long channels = x.channels(), area = x.height() * x.width();
  for_each_block(cpu, chunks.count(), [&](long chunk, int) {
    T* const partial = scratch + chunk * 2 * channels;
    chunk_moments(x, chunks.begin(chunk), chunks.end(chunk), partial, partial + channels);
  });
  for (long c = 0; c < channels; ++c) {
    double sum_mean = 0, sum_squares = 0, sum_count = 0;
    for (long chunk = 0; chunk < chunks.count(); ++chunk) {
      const double count = double((chunks.end(chunk) - chunks.begin(chunk)) * area);
      const double apart = double(scratch[chunk * 2 * channels + c]) - sum_mean, total = sum_count + count;
      sum_mean += apart * count / total;
      sum_squares +=
          double(scratch[(chunk * 2 + 1) * channels + c]) + apart * apart * sum_count * count / total;
      sum_count = total;
    }
    mean[c] = T(sum_mean);
    variance[c] = T(sum_squares / sum_count);
  }
}

/// Mean (C) and variance (C) of a group's batch, of which each member has an equal share, from those of the share:
/// the mean of the means, and the mean of variance + (own mean - mean)^2.
template <class T>
void group_moments(const Group& group, T* mean, T* variance, long channels, T* scratch) {
  const T members = T(group.size());
  std::copy_n(mean, channels, scratch);
  group.all_sum(mean, channels);
  for (long c = 0; c < channels; ++c) {
    mean[c] /= members;
    variance[c] += (scratch[c] - mean[c]) * (scratch[c] - mean[c]);
  }
  group.all_sum(variance, channels);
  for (long c = 0; c < channels; ++c) variance[c] /= members;
}

/// The numbers that normalise a vector of channels: u = (x - mean) inverse, z = gain u + shift.
template <class T>
struct Normalisation {
  Vector<T> mean, inverse, gain, shift;

  Normalisation(const T* means, const T* gains, long channels, long c, long count)
      : mean(Vector<T>::load(means + c, count)),
        inverse(Vector<T>::load(means + channels + c, count)),
        gain(Vector<T>::load(gains + c, count)),
        shift(Vector<T>::load(gains + channels + c, count)) {}
  DIM_INLINE Vector<T> unit(const Vector<T>& x) const { return (x - mean) * inverse; }
  DIM_INLINE Vector<T> value(const Vector<T>& u) const { return fused(u, gain, shift); }
};

/// y = activation(z), z = gain (x - mean) inverse + shift, where inverse = 1 / sqrt(variance + epsilon)
template <class Activation, class T>
void normalise(const Cpu& cpu, const Activation& activation, const ForwardPass<T>& pass) {
  const Batch<const T> x = pass.input;
  const Batch<T> y = pass.output;
  const Group* const group = pass.step.group;
  const long channels = x.channels(), count = x.pixels() * (group ? group->size() : 1);
  T *const mean = reinterpret_cast<T*>(pass.memory.saved), *const inverse = mean + channels;
  T *const running_mean = pass.statistics, *const running_variance = running_mean + channels;

  if (pass.step.mode == Mode::training) {
    if (count < 2)
      throw Error(
          "BatchNorm: a batch with one value per channel has no variance; train on two images or more");
    T* const scratch = reinterpret_cast<T*>(pass.memory.scratch);
    batch_moments(cpu, x, mean, inverse, scratch);
    if (group) group_moments(*group, mean, inverse, channels, scratch);
    const T momentum = T(BatchNormSpec::momentum), unbiased = T(double(count) / double(count - 1));
    for (long c = 0; pass.step.updates_statistics && c < channels; ++c) {
      running_mean[c] += momentum * (mean[c] - running_mean[c]);
      running_variance[c] += momentum * (inverse[c] * unbiased - running_variance[c]);
    }
  } else {
    std::copy_n(running_mean, channels, mean);
    std::copy_n(running_variance, channels, inverse);
  }
  for (long c = 0; c < channels; ++c) inverse[c] = 1 / std::sqrt(inverse[c] + T(BatchNormSpec::epsilon));

  for_each_line(cpu, x, [&](long n, long line) {
    for (long c = 0; c < channels; c += Vector<T>::lanes) {
      const long lanes = (std::min)(Vector<T>::lanes, channels - c);
      const Normalisation<T> of(mean, pass.parameters, channels, c, lanes);
      const Store<T> store{y.at(n, line, 0) + c, channels, pass.write == Write::add};
      const T* from = x.at(n, line, 0) + c;
      for (long i = 0; i < x.width(); ++i, from += channels)
        store(Place{i, 0, lanes}, activation.value(of.value(of.unit(Vector<T>::load(from, lanes)))));
    }
  });
}

/// With dz the gradient before the activation and u = (x - mean) inverse over m values per channel: dshift = Sum dz,
/// dgain = Sum dz u, and dx = gain inverse (dz - (dshift + u dgain) / m), without the last term in inference. dz is
/// computed twice and stored nowhere.
template <class Activation, class T>
void normalise_backward(const Cpu& cpu, const Activation& activation, const BackwardPass<T>& pass) {
  const Batch<const T> x = pass.input, dy = pass.doutput;
  const Batch<T> dx = pass.dinput;
  const long channels = x.channels();
  const T* const mean = reinterpret_cast<const T*>(pass.memory.saved);
  T* const dshift = reinterpret_cast<T*>(pass.memory.scratch);
  T* const dgain = dshift + channels;

  const auto accumulate = [&](long n, long line, T* const* partial) {
    for (long c = 0; c < channels; c += Vector<T>::lanes) {
      const long lanes = (std::min)(Vector<T>::lanes, channels - c);
      const Normalisation<T> of(mean, pass.parameters, channels, c, lanes);
      auto sum = Vector<T>::load(partial[0] + c, lanes), sum_u = Vector<T>::load(partial[1] + c, lanes);
      const T *from = x.at(n, line, 0) + c, *gradient = dy.at(n, line, 0) + c;
      for (long i = 0; i < x.width(); ++i, from += channels, gradient += channels) {
        const Vector<T> u = of.unit(Vector<T>::load(from, lanes));
        const Vector<T> dz = activation.gradient(of.value(u), Vector<T>::load(gradient, lanes));
        sum = sum + dz;
        sum_u = fused(dz, u, sum_u);
      }
      sum.store(partial[0] + c, lanes);
      sum_u.store(partial[1] + c, lanes);
    }
  };
  const bool add = pass.write_parameters == Write::add;
  const auto finish = [&](long c, const T* sums) {
    if (!pass.dparameters) return;
    T *const to_gain = pass.dparameters + c, *const to_shift = to_gain + channels;
    *to_gain = add ? *to_gain + sums[1] : sums[1];
    *to_shift = add ? *to_shift + sums[0] : sums[0];
  };
  channel_sums<2>(cpu, x.count, x.height(), x.width(), channels, dshift, accumulate, finish);
  if (!dx) return;

  const bool training = pass.step.mode == Mode::training;
  const Group* const group =
      pass.step.group;  // dx takes the sums of all members; gain and shift take each member's own
  if (group && training) group->all_sum(dshift, 2 * channels);
  const long count = x.pixels() * (group ? group->size() : 1);
  const T share = training ? T(1) / T(count) : T(0);
  for_each_line(cpu, x, [&](long n, long line) {
    for (long c = 0; c < channels; c += Vector<T>::lanes) {
      const long lanes = (std::min)(Vector<T>::lanes, channels - c);
      const Normalisation<T> of(mean, pass.parameters, channels, c, lanes);
      const Vector<T> factor = of.gain * of.inverse, minus_share = Vector<T>::all(-share);
      const auto sum = Vector<T>::load(dshift + c, lanes), sum_u = Vector<T>::load(dgain + c, lanes);
      const Store<T> store{dx.at(n, line, 0) + c, channels, pass.write == Write::add};
      const T *from = x.at(n, line, 0) + c, *gradient = dy.at(n, line, 0) + c;
      for (long i = 0; i < x.width(); ++i, from += channels, gradient += channels) {
        const Vector<T> u = of.unit(Vector<T>::load(from, lanes));
        const Vector<T> dz = activation.gradient(of.value(u), Vector<T>::load(gradient, lanes));
        store(Place{i, 0, lanes}, factor * fused(minus_share, fused(u, sum_u, sum), dz));
      }
    }
  });
}

template <class T>
void forward(const Cpu& cpu, const BatchNormSpec& spec, const ForwardPass<T>& pass) {
  with_activation(spec.rectifier, [&](const auto& activation) { normalise(cpu, activation, pass); });
}
template <class T>
void backward(const Cpu& cpu, const BatchNormSpec& spec, const BackwardPass<T>& pass) {
  with_activation(spec.rectifier, [&](const auto& activation) { normalise_backward(cpu, activation, pass); });
}

DIM_COMPILED_LAYER(BatchNormSpec)

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
