// XXH64, the checksum of checkpoints and data sets.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "../core/config.hpp"

namespace dim {
inline namespace DIM_ABI {

static_assert(std::endian::native == std::endian::little, "dim: files are read and written as little endian");

namespace detail {
/// The constants and the step of XXH64 (Collet, 2012).
struct XXH64 {
  static constexpr std::uint64_t p1 = 0x9E3779B185EBCA87, p2 = 0xC2B2AE3D27D4EB4F, p3 = 0x165667B19E3779F9,
                                 p4 = 0x85EBCA77C2B2AE63, p5 = 0x27D4EB2F165667C5;

  template <class Word>
  static std::uint64_t load(const std::byte* data) {
    Word word;
    std::memcpy(&word, data, sizeof word);
    return word;
  }
  static constexpr std::uint64_t round(std::uint64_t lane, std::uint64_t word) {
    return std::rotl(lane + word * p2, 31) * p1;
  }
  static constexpr std::uint64_t merge(std::uint64_t hash, std::uint64_t lane) {
    return (hash ^ round(0, lane)) * p1 + p4;
  }
};
}  // namespace detail

/// The 64-bit hash of `bytes`, XXH64 (Collet, 2012): it guards against damage, not against forgery. To hash several
/// pieces in a row, pass each one's hash to the next as its seed.
inline std::uint64_t checksum(std::span<const std::byte> bytes, std::uint64_t seed = 0) {
  using X = detail::XXH64;
  const std::byte* data = bytes.data();
  std::size_t left = bytes.size();
  std::uint64_t hash = seed + X::p5;
  if (left >= 32) {
    std::uint64_t lanes[4] = {seed + X::p1 + X::p2, seed + X::p2, seed, seed - X::p1};
    for (; left >= 32; data += 32, left -= 32) {
      for (int i = 0; i < 4; ++i) lanes[i] = X::round(lanes[i], X::load<std::uint64_t>(data + 8 * i));
    }
    hash =
        std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) + std::rotl(lanes[3], 18);
    for (const std::uint64_t lane : lanes) hash = X::merge(hash, lane);
  }
  hash += bytes.size();
  for (; left >= 8; data += 8, left -= 8) {
    hash = std::rotl(hash ^ X::round(0, X::load<std::uint64_t>(data)), 27) * X::p1 + X::p4;
  }
  for (; left >= 4; data += 4, left -= 4) {
    hash = std::rotl(hash ^ X::load<std::uint32_t>(data) * X::p1, 23) * X::p2 + X::p3;
  }
  for (; left > 0; ++data, --left) {
    hash = std::rotl(hash ^ X::load<std::uint8_t>(data) * X::p5, 11) * X::p1;
  }
  hash = (hash ^ (hash >> 33)) * X::p2;
  hash = (hash ^ (hash >> 29)) * X::p3;
  return hash ^ (hash >> 32);
}

}  // namespace DIM_ABI
}  // namespace dim
