// Version, what the library demands of the compiler, and the inline namespace, whose name encodes the build's flags.
#pragma once

#define DIM_VERSION_MAJOR 0
#define DIM_VERSION_MINOR 2
#define DIM_VERSION_PATCH 0
#define DIM_VERSION (DIM_VERSION_MAJOR * 10000 + DIM_VERSION_MINOR * 100 + DIM_VERSION_PATCH)

// Includes of files that don't exist, named after what is wrong: they end the compilation at once, where #error would
// let hundreds of errors follow.
#if __cplusplus < 202002L
#include "dim: the library is written in C++20; compile with -std=c++20"
#elif !defined(__cpp_exceptions)
#include "dim: errors are thrown as exceptions; compile without -fno-exceptions"
#endif

#if defined(__FAST_MATH__)  // clang defines no macro for -funsafe-math-optimizations alone
#error "dim: -ffast-math hides NaN and changes sums from build to build; compile without it"
#elif defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__ != 0
#error "dim: -ffinite-math-only hides NaN, and broken networks would be saved; compile without it"
#elif defined(__ASSOCIATIVE_MATH__)
#error "dim: -fassociative-math, as in -funsafe-math-optimizations, changes sums; compile without it"
#elif defined(__RECIPROCAL_MATH__)
#error "dim: -freciprocal-math changes quotients from build to build; compile without it"
#endif

// Everything lives in an inline namespace named after version, instruction set and threading, so that the linker
// never merges functions of units built with different flags: all would get one copy, which only some can run.
// DIM_VECTORS is the vector extension; DIM_GENERATION is the newest of the other extensions that compilers use
// unasked.
#if defined(__AVX512F__) && defined(__AVX512BF16__)
#define DIM_VECTORS avx512_bf16
#elif defined(__AVX512F__)
#define DIM_VECTORS avx512
#elif defined(__AVX2__) && defined(__FMA__)
#define DIM_VECTORS avx2_fma
#elif defined(__AVX2__)
#define DIM_VECTORS avx2
#elif defined(__AVX__) && defined(__FMA__)
#define DIM_VECTORS avx_fma
#elif defined(__AVX__)
#define DIM_VECTORS avx
#elif defined(__SSE4_1__)
#define DIM_VECTORS sse4
#elif defined(__ARM_FEATURE_SVE)
#define DIM_VECTORS sve
#else
#define DIM_VECTORS plain
#endif
#if defined(__AVX512FP16__) || defined(__ARM_FEATURE_FP16_SCALAR_ARITHMETIC)
#define DIM_GENERATION _fp16
#elif defined(__AVX512VBMI2__)
#define DIM_GENERATION _vbmi2
#elif defined(__AVX512VNNI__) || defined(__AVXVNNI__)
#define DIM_GENERATION _vnni
#elif defined(__AVX512VL__) && defined(__AVX512BW__) && defined(__AVX512DQ__)
#define DIM_GENERATION _vl
#elif defined(__BMI2__)
#define DIM_GENERATION _bmi2
#elif defined(__SSE4_2__)
#define DIM_GENERATION _popcnt
#elif defined(__ARM_FEATURE_ATOMICS)
#define DIM_GENERATION _lse
#else
#define DIM_GENERATION
#endif
#if defined(_OPENMP)
#define DIM_THREADS openmp
#else
#define DIM_THREADS serial
#endif
#define DIM_JOIN(version, vectors, generation, threads) version##_##vectors##generation##_##threads
#define DIM_EXPAND(version, vectors, generation, threads) DIM_JOIN(version, vectors, generation, threads)
#define DIM_ABI DIM_EXPAND(v0_2, DIM_VECTORS, DIM_GENERATION, DIM_THREADS)

/// Marks a function that may also run on a GPU.
#if defined(__CUDACC__)
#define DIM_ON_DEVICE __host__ __device__
#else
#define DIM_ON_DEVICE
#endif

namespace dim {
inline namespace DIM_ABI {

/// The library's version, as in "0.2.0".
inline constexpr const char* version = "0.2.0";

}  // namespace DIM_ABI
}  // namespace dim
