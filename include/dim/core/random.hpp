// Counter-based random numbers: Philox 4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
// 1, 2, 3", SC 2011). A number is a function of its purpose and its index, never of earlier draws, so that neither
// threads nor resuming a run change it.
#pragma once
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>

#include "config.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Philox 4x32-10: four pseudo-random words for every pair of counter and key (Salmon et al., 2011).
constexpr std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter,
                                              std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = 0xD2511F53ULL * counter[0], b = 0xCD9E8D57ULL * counter[2];
    counter = {std::uint32_t(b >> 32) ^ counter[1] ^ key[0], std::uint32_t(b),
               std::uint32_t(a >> 32) ^ counter[3] ^ key[1], std::uint32_t(a)};
    key = {key[0] + 0x9E3779B9U, key[1] + 0xBB67AE85U};
  }
  return counter;
}

/// What a random number is for; two purposes never share numbers.
enum class Purpose : std::uint32_t { weights, order, dropout, prior, shift, labels, probe, user, view };

/// A stream of random numbers, each a pure function of (seed, purpose, step, index). Steps are below 2^48. Words,
/// uniform numbers and integers are the same on every machine; normal ones only as far as the C library's log and cos
/// are, which may differ in the last bit of a double. All functions index the same words from 0: read a stream
/// through one of them only.
struct Random {
  std::uint64_t seed = 0;
  Purpose purpose = Purpose::user;
  std::uint64_t step = 0;

  /// Words 4 * index to 4 * index + 3. The counter is (index, step, purpose), 64 + 48 + 16 bits; the key is
  /// the seed.
  constexpr std::array<std::uint32_t, 4> block(std::uint64_t index) const {
    const std::uint32_t last = std::uint32_t(step >> 32) ^ (std::uint32_t(purpose) << 16);
    return philox({std::uint32_t(index), std::uint32_t(index >> 32), std::uint32_t(step), last},
                  {std::uint32_t(seed), std::uint32_t(seed >> 32)});
  }

  /// 32 random bits.
  constexpr std::uint32_t word(std::uint64_t index) const { return block(index / 4)[index % 4]; }

  /// Uniform on [0, 1), a multiple of 2^-24.
  constexpr float uniform(std::uint64_t index) const { return float(word(index) >> 8) * 0x1p-24F; }

  /// Normal of mean 0 and variance 1, at most 6.77 in absolute value: sqrt(-2 ln u) cos(2 pi v) with u and v from
  /// words 2 * index and 2 * index + 1 (Box and Muller, 1958).
  double normal(std::uint64_t index) const {
    const auto [first, second] = pair(index);
    const double u = (first + 0.5) * 0x1p-32, v = second * 0x1p-32;
    return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
  }

  /// Uniform on 0, 1, ..., bound - 1 (0 for a bound of 0): the upper 64 bits of bound * (the 64-bit number made of
  /// words 2 * index and 2 * index + 1). The probability of each value is 1 / bound to within 2^-64.
  constexpr std::uint64_t below(std::uint64_t bound, std::uint64_t index) const {
    // bound * (first * 2^32 + second) >> 64, in halves of 32 bits.
    const auto [first, second] = pair(index);
    const std::uint64_t low = bound & 0xFFFFFFFFU, high = bound >> 32;
    const std::uint64_t a = low * first + (low * second >> 32);
    const std::uint64_t b = high * second + (a & 0xFFFFFFFFU);
    return high * first + (a >> 32) + (b >> 32);
  }

 private:
  struct Pair {
    std::uint32_t first, second;
  };
  constexpr Pair pair(std::uint64_t index) const {
    const auto words = block(index / 2);
    const std::size_t begin = index % 2 * 2;
    return {words[begin], words[begin + 1]};
  }
};

}  // namespace DIM_ABI
}  // namespace dim
