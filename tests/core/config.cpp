#include <boost/test/unit_test.hpp>
#include <dim/core/shape.hpp>
#include <string>
#include <typeinfo>

BOOST_AUTO_TEST_SUITE(config)

BOOST_AUTO_TEST_CASE(one_version) {
  const std::string parts = std::to_string(DIM_VERSION_MAJOR) + "." + std::to_string(DIM_VERSION_MINOR) +
                            "." + std::to_string(DIM_VERSION_PATCH);
  BOOST_TEST(dim::version == parts);
  BOOST_TEST(DIM_VERSION == 100 * (100 * DIM_VERSION_MAJOR + DIM_VERSION_MINOR) + DIM_VERSION_PATCH);
}

// The symbols that the linker sees distinguish units compiled with different flags; instructions/symbols has many of
// them.
BOOST_AUTO_TEST_CASE(symbols_name_the_flags) {
  std::string flags = "v" + std::to_string(DIM_VERSION_MAJOR) + "_" + std::to_string(DIM_VERSION_MINOR);
#if defined(__AVX512BF16__)
  flags += "_avx512_bf16";
#elif defined(__AVX512F__)
  flags += "_avx512";
#elif defined(__AVX2__) && defined(__FMA__)
  flags += "_avx2_fma";
#elif defined(__AVX2__)
  flags += "_avx2";
#elif defined(__AVX__) && defined(__FMA__)
  flags += "_avx_fma";
#elif defined(__AVX__)
  flags += "_avx";
#elif defined(__SSE4_1__)
  flags += "_sse4";
#elif defined(__ARM_FEATURE_SVE)
  flags += "_sve";
#else
  flags += "_plain";
#endif
#if defined(_OPENMP)
  const std::string threads = "_openmp5Shape";
#else
  const std::string threads = "_serial5Shape";
#endif
  const std::string symbol = typeid(dim::Shape).name();
  BOOST_TEST(symbol.find(flags) != std::string::npos, symbol << " lacks " << flags);
  BOOST_TEST(symbol.find(threads) != std::string::npos, symbol << " lacks " << threads);
}

BOOST_AUTO_TEST_SUITE_END()
