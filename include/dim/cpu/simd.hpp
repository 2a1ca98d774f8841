// Vectors of 64 bytes on every machine: one register of AVX-512, two of AVX2, or four of 16 bytes.
//
// Lane i goes through the same operations in each build and `sum` adds the lanes in one order, so that the
// AVX-512 and AVX2 builds give the same bits; a build without fused multiply-add rounds twice where they
// round once. Compilers keep an array of vectors in registers only if each loop over it is marked DIM_UNROLL
// (g++ would index it in memory) and each function that takes it DIM_INLINE.
#pragma once
#include <algorithm>
#include <cstring>
#include <utility>

#include "../core/config.hpp"

#define DIM_INLINE [[gnu::always_inline]] inline
#if defined(__clang__)
#define DIM_UNROLL _Pragma("unroll")
#else
#define DIM_UNROLL _Pragma("GCC unroll 32")
#endif

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// Bytes of a Vector.
inline constexpr long vector_bytes = 64;

/// Bytes of a register.
#if defined(__AVX512F__)
inline constexpr long register_bytes = 64;
#elif defined(__AVX2__) && defined(__FMA__)
inline constexpr long register_bytes = 32;
#else
inline constexpr long register_bytes = 16;
#endif

/// x y + z, the one operation that has no operator: rounded once by AVX-512 and AVX2 with FMA, after the product and
/// after the sum elsewhere. Uses the compilers' builtins, since <immintrin.h>, which wraps them, takes half a second
/// to parse.
template <class Register>
DIM_INLINE Register fused_registers(Register x, Register y, Register z) {
#if !defined(__AVX512F__) && !(defined(__AVX2__) && defined(__FMA__))
  return x * y + z;
#elif __has_builtin(__builtin_elementwise_fma)
  return __builtin_elementwise_fma(x, y, z);
#elif defined(__AVX512F__)
  constexpr int as_rounding_is_set = 4;
#if defined(__clang__)
  constexpr unsigned short all = 0xffff;
#else
  constexpr short all = -1;
#endif
  if constexpr (sizeof(x[0]) == sizeof(float))
    return __builtin_ia32_vfmaddps512_mask(x, y, z, all, as_rounding_is_set);
  else
    return __builtin_ia32_vfmaddpd512_mask(x, y, z, 0xff, as_rounding_is_set);
#else
  if constexpr (sizeof(x[0]) == sizeof(float))
    return __builtin_ia32_vfmaddps256(x, y, z);
  else
    return __builtin_ia32_vfmaddpd256(x, y, z);
#endif
}

/// 16 floats or 8 doubles.
template <class T>
struct Vector {
  typedef T Register __attribute__((vector_size(register_bytes)));

  static constexpr long lanes = vector_bytes / long(sizeof(T));
  static constexpr long parts = vector_bytes / register_bytes;

  Register part[parts];

  /// The vector whose part p is function(p), by which every operation below is one line.
  template <class Function>
  DIM_INLINE static Vector from_parts(Function function) {
    Vector result;
    DIM_UNROLL
    for (long p = 0; p < parts; ++p) result.part[p] = function(p);
    return result;
  }

  /// `value` in every lane.
  DIM_INLINE static Vector all(T value) {
    return from_parts([&](long) { return value - Register{}; });
  }
  /// from[0], from[1], ..., aligned or not.
  DIM_INLINE static Vector load(const T* from) {
    return from_parts([&](long p) {
      Register result;
      std::memcpy(&result, from + p * (lanes / parts), sizeof result);
      return result;
    });
  }
  DIM_INLINE void store(T* to) const {
    DIM_UNROLL
    for (long p = 0; p < parts; ++p) std::memcpy(to + p * (lanes / parts), &part[p], sizeof part[p]);
  }

  /// The first `count` lanes, or all if there are fewer; the others read as zero and are not written.
  DIM_INLINE static Vector load(const T* from, long count) {
    if (count >= lanes) return load(from);
    T lane[std::size_t(lanes)] = {};
    std::copy_n(from, count, lane);
    return load(lane);
  }
  DIM_INLINE void store(T* to, long count) const {
    if (count >= lanes) return store(to);
    T lane[std::size_t(lanes)];
    store(lane);
    std::copy_n(lane, count, to);
  }

  /// The sum of the lanes: halves onto halves, ((l0 + l8) + (l4 + l12)) + ..., in every build.
  T sum() const {
    T lane[std::size_t(lanes)];
    store(lane);
    for (long half = lanes / 2; half > 0; half /= 2)
      for (long i = 0; i < half; ++i) lane[i] += lane[i + half];
    return lane[0];
  }

  DIM_INLINE friend Vector operator+(const Vector& x, const Vector& y) {
    return from_parts([&](long p) { return x.part[p] + y.part[p]; });
  }
  DIM_INLINE friend Vector operator-(const Vector& x, const Vector& y) {
    return from_parts([&](long p) { return x.part[p] - y.part[p]; });
  }
  DIM_INLINE friend Vector operator*(const Vector& x, const Vector& y) {
    return from_parts([&](long p) { return x.part[p] * y.part[p]; });
  }
  /// x y + z, rounded as by fused_registers.
  DIM_INLINE friend Vector fused(const Vector& x, const Vector& y, const Vector& z) {
    return from_parts([&](long p) { return fused_registers(x.part[p], y.part[p], z.part[p]); });
  }
  /// For each lane, y where x > 0, else z.
  DIM_INLINE friend Vector where_positive(const Vector& x, const Vector& y, const Vector& z) {
    return from_parts([&](long p) { return x.part[p] > T(0) ? y.part[p] : z.part[p]; });
  }
  /// For each lane, the larger number; that of y if either is NaN.
  DIM_INLINE friend Vector maximum(const Vector& x, const Vector& y) {
    return from_parts([&](long p) { return x.part[p] > y.part[p] ? x.part[p] : y.part[p]; });
  }
};

/// A square of numbers as wide as a register, for transposing.
template <class T>
struct Square {
  using Register = typename Vector<T>::Register;
  static constexpr long size = register_bytes / long(sizeof(T));

  Register row[std::size_t(size)];

  /// `size` rows that begin `step` numbers apart.
  DIM_INLINE static Square load(const T* from, long step) {
    Square result;
    DIM_UNROLL
    for (long i = 0; i < size; ++i) std::memcpy(&result.row[i], from + i * step, register_bytes);
    return result;
  }
  DIM_INLINE void store(T* to, long step) const {
    DIM_UNROLL
    for (long i = 0; i < size; ++i) std::memcpy(to + i * step, &row[i], register_bytes);
  }

  /// Transposes: the upper right and the lower left quarter change places, and so on within each quarter.
  template <long half = size / 2>
  DIM_INLINE Square transposed() const {
    Square result = *this;
    DIM_UNROLL
    for (long i = 0; i < size; ++i)
      if ((i & half) == 0)
        exchange<half>(result.row[i], result.row[i + half], std::make_integer_sequence<long, size>{});
    if constexpr (half > 1)
      return result.template transposed<half / 2>();
    else
      return result;
  }

 private:
  /// (x0 x1 | y0 y1) -> (x0 y0 | x1 y1), where x0, x1, y0 and y1 are groups of `half` lanes.
  template <long half, long... lane>
  DIM_INLINE static void exchange(Register& x, Register& y, std::integer_sequence<long, lane...>) {
    const Register first = __builtin_shufflevector(x, y, (lane & half ? size + lane - half : lane)...);
    const Register second = __builtin_shufflevector(x, y, (lane & half ? size + lane : lane + half)...);
    x = first;
    y = second;
  }
};

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
