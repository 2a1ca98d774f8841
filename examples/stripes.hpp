// Images for the examples: horizontal or vertical stripes at a random place, with noise.
#pragma once
#include <cmath>
#include <dim/dim.hpp>

/// `count` images (N, 1, 16, 16) with values in [0, 1].
inline xt::xtensor<float, 4> stripes(long count, std::uint64_t seed = 1) {
  xt::xtensor<float, 4> images({std::size_t(count), 1, 16, 16});
  const dim::Random random{seed};
  std::uint64_t next = 0;
  for (long n = 0; n < count; ++n) {
    const bool upright = random.uniform(next++) < 0.5F;
    const float start = 6.28F * random.uniform(next++), pitch = 0.5F + random.uniform(next++);
    for (int y = 0; y < 16; ++y)
      for (int x = 0; x < 16; ++x) {
        const float wave = std::sin(start + pitch * float(upright ? x : y));
        images(n, 0, y, x) = 0.5F + 0.35F * wave + 0.1F * random.uniform(next++);
      }
  }
  return images;
}

/// A small encoder for them.
struct SmallMaps : dim::Sequential<dim::Conv<16, 4, 2, 1>, dim::BatchNorm, dim::ReLU> {};  // (16, 8, 8)
struct SmallSummary
    : dim::Sequential<dim::Conv<32, 4, 2, 1>, dim::BatchNorm, dim::ReLU,  // (32, 4, 4)
                      dim::Linear<64, dim::Bias::none>, dim::BatchNorm, dim::ReLU, dim::Linear<16>> {};
using SmallEncoder = dim::Encoder<dim::Shape{1, 16, 16}, SmallMaps, SmallSummary>;
