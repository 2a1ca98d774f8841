// The host: threads, and blocks of work shared among them.
#pragma once
#if defined(_OPENMP)
#include <omp.h>
#endif

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>

#include "../core/arithmetic.hpp"
#include "../core/error.hpp"
#include "../core/extent.hpp"

namespace dim::inline DIM_ABI {

/// Number of threads that this process may use: the cores it may run on, or OMP_NUM_THREADS.
inline int available_threads() {
#if defined(_OPENMP)
  return omp_get_max_threads();
#else
  return 1;
#endif
}

/// The host as a backend, and the reference that every other backend is tested against. `threads` changes
/// speed and never a bit of any result.
struct Cpu {
  int threads = 1;
  Arithmetic arithmetic{};

  /// So many threads, or, for 0, all that the process may use.
  static Cpu with_threads(int wanted, Arithmetic arithmetic = {}) {
    return {wanted > 0 ? wanted : available_threads(), arithmetic};
  }
};

/// Calls function(i, thread) for each i in [0, count), on the backend's threads in no fixed order; `thread`,
/// in [0, threads), tells who runs. Whatever `function` writes must depend on i alone, never on `thread`.
/// What it throws is thrown on, when all calls have ended.
template <class Function>
void for_each_block([[maybe_unused]] const Cpu& cpu, long count, const Function& function) {
#if defined(_OPENMP)
  if (cpu.threads > 1 && count > 1) {
    std::exception_ptr thrown;  // which must not leave the parallel region
#pragma omp parallel for schedule(dynamic) num_threads(cpu.threads)
    for (long i = 0; i < count; ++i) {
      try {
        function(i, omp_get_thread_num());
      } catch (...) {
#pragma omp critical
        thrown = std::current_exception();
      }
    }
    if (thrown) std::rethrow_exception(thrown);
    return;
  }
#endif
  for (long i = 0; i < count; ++i) function(i, 0);
}

/// Calls function(begin, end) for pieces of [0, count) of `grain` each, the last one shorter.
template <class Function>
void for_each_piece(const Cpu& cpu, long count, long grain, const Function& function) {
  for_each_block(cpu, (count + grain - 1) / grain,
                 [&](long i, int) { function(i * grain, std::min(count, (i + 1) * grain)); });
}

/// So many bytes of zeros. Throws Error when there are not as many.
inline std::byte* allocate(const Cpu&, long bytes) {
  void* const data = std::aligned_alloc(std::size_t(alignment), std::size_t(aligned(std::max(bytes, 1L))));
  if (!data)
    throw Error("out of memory: " + std::to_string(bytes >> 20) +
                " MiB could not be had; take a smaller batch, fewer units or a smaller encoder");
  std::memset(data, 0, std::size_t(bytes));
  return static_cast<std::byte*>(data);
}
inline void release(const Cpu&, std::byte* data) {
  std::free(data);
}

}  // namespace dim::inline DIM_ABI
