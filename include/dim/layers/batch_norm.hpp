// Normalisation over the batch.
#pragma once
#include "../core/layer.hpp"

namespace dim {
inline namespace DIM_ABI {

/// A BatchNorm as a value, with the rectifier that its kernels may apply to its output.
struct BatchNormSpec {
  Rectifier rectifier{};

  static constexpr Reads reads = Reads::input;
  static constexpr double epsilon = 1e-5, momentum = 0.1;

  constexpr Shape output(Shape in) const { return in; }
  constexpr auto parameters(Shape in) const {
    return std::array{Parameter{.name = "weight", .kind = Kind::gain, .outputs = in.channels},
                      Parameter{.name = "bias", .kind = Kind::shift, .outputs = in.channels}};
  }
  constexpr auto statistics(Shape in) const {
    return std::array{Statistic{"running_mean", in.channels, 0.f},
                      Statistic{"running_var", in.channels, 1.f}};
  }
  std::string name() const { return "BatchNorm"; }
};

template <>
struct Described<BatchNormSpec> : WithoutNumbers {
  static constexpr const char* kind = "BatchNorm";
};

/// y = gain (x - mean) / sqrt(variance + epsilon) + shift for each channel, with mean and variance over
/// (N, H, W) of the batch when training, of past batches in inference (Ioffe and Szegedy 2015). The batch's
/// variance is the biased one here and the unbiased one in the running average, as in PyTorch.
struct BatchNorm : SpecifiedLayer<BatchNorm, BatchNormSpec> {
  static constexpr BatchNormSpec spec{};
};

}  // namespace DIM_ABI
}  // namespace dim
