// The host: threads, and blocks of work shared among them.
#pragma once
#if defined(__linux__)
#include <sched.h>
#endif

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <thread>

#include "../core/arithmetic.hpp"
#include "../core/error.hpp"
#include "../core/extent.hpp"
#include "thread_pool.hpp"

namespace dim::inline DIM_ABI {

/// Number of cores that this process may run on.
inline int available_threads() {
#if defined(__linux__)
  cpu_set_t cores;
  if (sched_getaffinity(0, sizeof cores, &cores) == 0) return CPU_COUNT(&cores);
#endif
  return int(std::max(1U, std::thread::hardware_concurrency()));
}

/// The host as a backend, and the reference that every other backend is tested against: a number of threads,
/// which changes speed and never a bit of any result. Copies share their threads, which end with the last copy.
class Cpu {
 public:
  /// One thread, the caller's.
  Cpu() = default;

  /// So many threads, the caller's among them, but at least that one. Throws Error if the system doesn't give them.
  explicit Cpu(int threads, Arithmetic how = {})
      : arithmetic(how), pool_(threads > 1 ? std::make_shared<ThreadPool>(threads) : nullptr) {}

  /// So many threads, or, for 0, all that the process may use.
  static Cpu with_threads(int wanted, Arithmetic how = {}) {
    return Cpu(wanted > 0 ? wanted : available_threads(), how);
  }

  /// How it computes, where there is a choice.
  Arithmetic arithmetic{};

  int threads() const { return pool_ ? pool_->threads() : 1; }

 private:
  template <class Function>
  friend void for_each_block(const Cpu& cpu, long count, const Function& function);

  std::shared_ptr<ThreadPool> pool_;
};

/// Calls function(i, thread) for each i in [0, count), on the backend's threads in no fixed order; `thread`,
/// in [0, threads), tells who runs. Whatever `function` writes must depend on i alone, never on `thread`.
/// What it throws is thrown on, when all calls have ended. Several threads may share a backend, and `function`
/// may use it: who finds its threads at work makes the calls alone, as thread 0.
template <class Function>
void for_each_block(const Cpu& cpu, long count, const Function& function) {
  // One copy of the code, whoever runs it: what every thread computes is the same to the bit.
  const ThreadPool::Block block = [](const void* of, long i, int thread) {
    (*static_cast<const Function*>(of))(i, thread);
  };
  if (cpu.pool_)
    cpu.pool_->run(count, block, &function);
  else
    for (long i = 0; i < count; ++i) block(&function, i, 0);
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
