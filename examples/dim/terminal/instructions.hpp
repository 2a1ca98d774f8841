// How the program was compiled and what it runs on.
#pragma once
#include <cstdio>
#include <dim/cpu/available_threads.hpp>
#include <string>

namespace program {

/// The vector instructions that the kernels are built for; nullptr if the compiler was given none that matter.
constexpr const char* vector_instructions() {
#if defined(__AVX512F__)
  return "AVX-512";
#elif defined(__AVX2__) && defined(__FMA__)
  return "AVX2 and FMA";
#elif defined(__ARM_NEON)
  return "NEON";
#else
  return nullptr;
#endif
}

/// The line that a build without them prints on standard error; empty for other builds.
constexpr const char* slow_build_notice() {
  if (vector_instructions() != nullptr) return "";
  return "dim: built without AVX2 or AVX-512 and several times slower: compile with -march=native, as CMake "
         "does "
         "with DIM_NATIVE=ON, or with -march=x86-64-v3\n";
}

/// The library's version, the compiler and the instructions compiled for: "dim 0.2.0, g++ 12.2.0, AVX-512".
inline std::string build_text() {
#if defined(__clang__)
  const std::string compiler = "clang " + std::string(__clang_version__);
#else
  const std::string compiler = "g++ " + std::string(__VERSION__);
#endif
  return "dim " + std::string(dim::version) + ", " + compiler + ", " +
         (vector_instructions() ? vector_instructions() : "no vector instructions");
}

/// The processor's name for itself; empty if the system does not give it.
inline std::string processor_text() {
  std::string name;
  if (std::FILE* const file = std::fopen("/proc/cpuinfo", "r")) {
    char line[1024];
    while (name.empty() && std::fgets(line, sizeof line, file) != nullptr) {
      const std::string text = line;
      const std::size_t colon = text.find(": ");
      if (text.rfind("model name", 0) == 0 && colon != text.npos)
        name = text.substr(colon + 2, text.find_last_not_of("\n ") - colon - 1);
    }
    std::fclose(file);
  }
  return name;
}

/// A number of threads as it is printed, with the reason if there is only one because OpenMP is missing.
inline std::string threads_text(int threads) {
  if (!dim::has_openmp) return "1 thread, built without OpenMP (-fopenmp)";
  return std::to_string(threads) + (threads == 1 ? " thread" : " threads");
}

}  // namespace program
