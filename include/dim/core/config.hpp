// Version, instruction set and what the two mean for the namespace.
#pragma once

#define DIM_VERSION_MAJOR 0
#define DIM_VERSION_MINOR 1
#define DIM_VERSION_PATCH 0
#define DIM_VERSION (DIM_VERSION_MAJOR * 10000 + DIM_VERSION_MINOR * 100 + DIM_VERSION_PATCH)

#if defined(__FAST_MATH__)
#error "dim: -ffast-math hides NaN and changes sums from build to build; compile without it"
#elif defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__ != 0
#error "dim: -ffinite-math-only hides NaN, and broken networks would be saved; compile without it"
#elif defined(__ASSOCIATIVE_MATH__)
#error "dim: -fassociative-math, as in -funsafe-math-optimizations, changes sums; compile without it"
#elif defined(__RECIPROCAL_MATH__)
#error "dim: -freciprocal-math changes quotients from build to build; compile without it"
#endif

// Everything lives in an inline namespace that names version and instruction set, so that units compiled
// with other flags cannot be mixed by the linker.
#if defined(__AVX512F__)
#define DIM_INSTRUCTIONS avx512
#elif defined(__AVX2__) && defined(__FMA__)
#define DIM_INSTRUCTIONS avx2
#else
#define DIM_INSTRUCTIONS plain
#endif
#define DIM_JOIN(version, instructions) version##_##instructions
#define DIM_EXPAND(version, instructions) DIM_JOIN(version, instructions)
#define DIM_ABI DIM_EXPAND(v0_1, DIM_INSTRUCTIONS)

namespace dim::inline DIM_ABI {

/// The library's version, as in "0.1.0".
inline constexpr const char* version = "0.1.0";

}  // namespace dim::inline DIM_ABI
