// The host as a backend: OpenMP's threads, and blocks of work shared among them.
#pragma once
#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "../core/arithmetic.hpp"
#include "../core/error.hpp"
#include "available_threads.hpp"
#include "team.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// The host as a backend, and the reference that every other backend is tested against: a number of threads, which
/// changes the speed and never a bit of any result. The threads are OpenMP's, which may provide fewer; a program
/// compiled without it has one. Copies share their threads: while one of them is at work, the others compute on their
/// caller's thread alone.
class Cpu {
 public:
  /// All threads that the process may use: available_threads().
  Cpu() : Cpu(available_threads()) {}

  /// `threads` threads, including the caller's; at least that one. Throws Error for more than OpenMP could start.
  explicit Cpu(int threads, Arithmetic how = {})
      : arithmetic(how),
        threads_(checked(threads)),
        busy_(threads_ > 1 ? std::make_shared<std::atomic<bool>>(false) : nullptr) {}

  /// `wanted` threads, or, for 0, all that the process may use.
  static Cpu with_threads(int wanted, Arithmetic how = {}) {
    return Cpu(wanted > 0 ? wanted : available_threads(), how);
  }

  /// How it computes where there is a choice.
  Arithmetic arithmetic{};

  /// The most threads that it uses at a time.
  int threads() const { return threads_; }

 private:
  template <class Function>
  friend void run(const Cpu& cpu, const Function& function);
  template <class Function>
  friend void for_each_block(const Cpu& cpu, long count, const Function& function);

  static int checked(int threads) {
    constexpr int most = 1024;  // OpenMP ends the process if the system has no more
    if (threads > most)
      throw Error(threads, " threads are more than the ", most,
                  " that can be asked for; ask for about as many as the machine has cores");
#if defined(_OPENMP)
    return (std::max)(1, (std::min)(threads, omp_get_thread_limit()));
#else
    return 1;
#endif
  }

  int threads_;
  std::shared_ptr<std::atomic<bool>> busy_;  // of all copies; null for one thread
  Team* team_ = nullptr;                     // within run()
};

#if __has_include(<unistd.h>)
namespace detail {
/// The process that loaded the library.
inline const auto loaded_in = getpid();
}  // namespace detail
#endif

/// Whether this process may open a parallel region. After a fork() the child has none of the threads that its parent
/// has started, for this library or for regions of its own, and some OpenMP runtimes would wait for them forever.
inline bool may_open_regions() {
#if __has_include(<unistd.h>)
  return getpid() == detail::loaded_in;
#else
  return true;
#endif
}

/// Calls function(backend) once, on the caller's thread, with a copy of the backend with which all kernels share one
/// team of threads until `function` ends. Steps and passes run in it, since assembling a team takes longer than
/// sharing out a kernel. What `function` throws is rethrown. Within a parallel region of the caller's, in the child
/// of a fork() and while a copy of the backend has the threads, there is no team.
template <class Function>
void run(const Cpu& cpu, const Function& function) {
#if defined(_OPENMP)
  if (cpu.threads_ > 1 && !cpu.team_ && may_open_regions() && !cpu.busy_->exchange(true)) {
    Team team;
    Cpu inside = cpu;
    inside.team_ = &team;
    std::exception_ptr thrown;  // which must not leave the region
#pragma omp parallel num_threads(cpu.threads_)
    if (const int thread = omp_get_thread_num(); thread > 0) {
      team.serve(thread);
    } else {
      team.set_size(omp_get_num_threads());
      try {
        function(std::as_const(inside));
      } catch (...) {
        thrown = std::current_exception();
      }
      team.dismiss();
    }
    *cpu.busy_ = false;
    if (thrown) std::rethrow_exception(thrown);
    return;
  }
#endif
  function(cpu);
}

/// Calls function(i, thread) for each i in [0, count), on the backend's threads in no fixed order; `thread`, in [0,
/// threads), is the one that runs it. Whatever `function` writes must depend on i alone, never on `thread`. What it
/// throws is rethrown when all calls have ended. Several threads may share a backend, and `function` may use it: if
/// the backend's threads are busy, the caller runs all blocks, as thread 0.
template <class Function>
void for_each_block(const Cpu& cpu, long count, const Function& function) {
  // One copy of the code for all threads: what each of them computes is the same to the bit.
  const Team::Block block = [](const void* of, long i, int thread) {
    (*static_cast<const Function*>(of))(i, thread);
  };
  const auto share = [&](const Cpu& inside) {
    if (inside.team_)
      inside.team_->run(count, block, &function);
    else
      for (long i = 0; i < count; ++i) block(&function, i, 0);
  };
  if (cpu.team_ || count < 2)
    share(cpu);
  else
    run(cpu, share);  // on all threads, or OpenMP ends some and has to start them again the next time
}

/// Calls function(begin, end) for pieces of [0, count), each of `grain` but for the last, which may be shorter.
template <class Function>
void for_each_piece(const Cpu& cpu, long count, long grain, const Function& function) {
  for_each_block(cpu, (count + grain - 1) / grain,
                 [&](long i, int) { function(i * grain, (std::min)(count, (i + 1) * grain)); });
}

}  // namespace cpu

using cpu::Cpu;
using cpu::for_each_block;
using cpu::for_each_piece;

}  // namespace DIM_ABI
}  // namespace dim
