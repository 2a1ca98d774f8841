// The numbers of an array in a file, whatever floating-point type they were written in.
#pragma once
#include <bit>
#include <cmath>
#include <limits>

#include "safetensors.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The value of a binary16 of IEEE 754, exactly.
inline float from_half(std::uint16_t bits) {
  const float sign = bits >> 15 ? -1.0F : 1.0F;
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  if (exponent == 31)
    return sign *
           (fraction ? std::numeric_limits<float>::quiet_NaN() : std::numeric_limits<float>::infinity());
  return sign *
         (exponent ? std::ldexp(float(1024 + fraction), exponent - 25) : std::ldexp(float(fraction), -24));
}
/// The value of a bfloat16, whose bits are the upper half of a float's.
inline float from_brain(std::uint16_t bits) {
  return std::bit_cast<float>(std::uint32_t(bits) << 16);
}

/// The numbers of a tensor of F64, F32, F16 or BF16 as T, rounded where T has fewer digits. Throws Error for a tensor
/// of another type.
template <class T>
std::vector<T> numbers_of(const Tensor& tensor) {
  std::vector<T> result;
  const auto convert = [&]<class Stored>(Stored, const auto& number) {
    const Bytes bytes = tensor.bytes();
    result.resize(bytes.size() / sizeof(Stored));
    for (std::size_t i = 0; i < result.size(); ++i) {
      Stored stored;
      std::memcpy(&stored, bytes.data() + i * sizeof(Stored), sizeof(Stored));
      result[i] = T(number(stored));
    }
    return result;
  };
  const auto same = [](auto number) { return number; };
  switch (tensor.dtype) {
    case Dtype::F64:
      return convert(double(), same);
    case Dtype::F32:
      return convert(float(), same);
    case Dtype::F16:
      return convert(std::uint16_t(), from_half);
    case Dtype::BF16:
      return convert(std::uint16_t(), from_brain);
    default:
      throw Error("tensor ", in_quotes(tensor.name), " holds ", name_of(tensor.dtype),
                  ", where numbers are F64, F32, F16 or BF16; convert it");
  }
}

}  // namespace DIM_ABI
}  // namespace dim
