// Threads that share blocks of work.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>

#include "../core/config.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// The threads of one parallel region, one of which leads: the blocks for which it calls run() are shared with the
/// others, which stay in serve() until the leader calls dismiss(). The caller brings the threads; none is made here.
class Team {
 public:
  /// Calls the function at `function` for block i, on a thread in [0, size).
  using Block = void (*)(const void* function, long i, int thread);

  /// Sets the number of threads, including the leader; to be called before the leader's first run().
  void set_size(int threads) { size_ = threads; }

  /// Calls block(function, i, thread) for each i in [0, count) and returns when all calls have ended; then rethrows
  /// what they threw, if anything: of several exceptions, that of the first block. Blocks may call it: while the team
  /// is busy, the caller runs all blocks, as thread 0, up to the first that throws. Allocates nothing.
  void run(long count, Block block, const void* function) {
    if (count < 2 || size_ < 2 || busy_.exchange(true)) {
      for (long i = 0; i < count; ++i) block(function, i, 0);
      return;
    }
    block_ = block;
    function_ = function;
    count_ = count;
    unfinished_ = count;
    {
      const std::lock_guard lock(mutex_);
      unclaimed_ = count;
    }
    claimable_.notify_all();
    run_blocks(0);
    // Waits for blocks that were claimed, not for threads: a thread that didn't wake in time doesn't matter.
    wait(finished_, [this] { return unfinished_ == 0; });
    const std::exception_ptr thrown = std::exchange(thrown_, nullptr);
    busy_ = false;
    if (thrown) std::rethrow_exception(thrown);
  }

  /// Runs blocks as `thread`, in [1, size), until the leader dismisses its team.
  void serve(int thread) {
    for (;;) {
      wait(claimable_, [this] { return unclaimed_ != 0; });
      if (unclaimed_ < 0) return;
      run_blocks(thread);
    }
  }

  /// Makes all calls of serve() return.
  void dismiss() {
    {
      const std::lock_guard lock(mutex_);
      unclaimed_ = -1;
    }
    claimable_.notify_all();
  }

 private:
  /// How long a waiting thread stays awake. Within a training step the next blocks mostly come sooner, and waking
  /// takes about as long; a neighbour on the same core loses no more than that.
  static constexpr std::chrono::microseconds patience{50};

  /// Runs blocks until none is left to claim.
  void run_blocks(int thread) {
    long ran = 0;
    for (long left = unclaimed_; left > 0; left = unclaimed_) {
      if (!unclaimed_.compare_exchange_strong(left, left - 1)) continue;
      // From the claim until the block counts as finished, run() can't return, so that what it set stays as it is.
      const long i = count_ - left;
      try {
        block_(function_, i, thread);
      } catch (...) {
        const std::lock_guard lock(mutex_);
        if (!thrown_ || i < thrower_) {
          thrown_ = std::current_exception();
          thrower_ = i;
        }
      }
      ++ran;
    }
    if (ran > 0 && unfinished_.fetch_sub(ran) == ran) {
      {
        const std::lock_guard lock(mutex_);
      }  // a thread about to sleep does so first, and is woken
      finished_.notify_one();
    }
  }

  template <class Condition>
  void wait(std::condition_variable& change, const Condition& condition) {
    const auto end = std::chrono::steady_clock::now() + patience;
    do {
      if (condition()) return;
#if defined(__x86_64__)
      __builtin_ia32_pause();
#endif
    } while (std::chrono::steady_clock::now() < end);
    std::unique_lock lock(mutex_);
    change.wait(lock, condition);
  }

  int size_ = 1;
  std::atomic<bool> busy_ = false;
  std::atomic<long> unclaimed_ = 0;   // blocks; -1: dismissed
  std::atomic<long> unfinished_ = 0;  // blocks, claimed or not
  long count_ = 0;
  Block block_ = nullptr;
  const void* function_ = nullptr;

  std::mutex mutex_;
  std::condition_variable claimable_, finished_;
  std::exception_ptr thrown_;
  long thrower_ = 0;
};

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
