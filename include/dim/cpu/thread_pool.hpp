// Threads that share blocks of work.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "../core/error.hpp"

namespace dim::inline DIM_ABI {

/// A number of threads that share blocks of work: who calls run() is one of them, the others are started by the
/// constructor, sleep when there is nothing to do, and end with the pool. The child of a fork() has none of them
/// and needs a pool of its own.
class ThreadPool {
 public:
  /// Throws Error if the system doesn't give so many threads.
  explicit ThreadPool(int threads) {
    try {
      for (int thread = 1; thread < threads; ++thread)
        workers_.emplace_back([this, thread] { work(thread); });
    } catch (const std::system_error& error) {
      stop();
      throw Error(std::to_string(threads) + " threads could not be started: " + error.what() +
                  "; ask for fewer");
    }
  }
  ~ThreadPool() { stop(); }
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int threads() const { return int(workers_.size()) + 1; }

  /// A function that lies at `function`, called for block i by a thread in [0, threads()).
  using Block = void (*)(const void* function, long i, int thread);

  /// Calls block(function, i, thread) for each i in [0, count) and returns when all calls have ended; then what
  /// they threw, if anything, is thrown on, of several exceptions that of the first block. Any number of threads
  /// may call run() at once, and blocks may call it: while the pool is at work for one, the others do their
  /// blocks alone, as thread 0, and stop at what a block throws. Allocates nothing.
  void run(long count, Block block, const void* function) {
    if (count < 2 || workers_.empty() || busy_.exchange(true)) {
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
    wake(count - 1);
    run_blocks(0);
    // Waits for blocks that were claimed, not for threads: one that didn't wake in time is not missed.
    wait(finished_, [this] { return unfinished_ == 0; });
    const std::exception_ptr thrown = std::exchange(thrown_, nullptr);
    busy_ = false;
    if (thrown) std::rethrow_exception(thrown);
  }

 private:
  /// How long a waiting thread stays awake. Within a training step the next blocks mostly come sooner, and to be
  /// woken takes about as long; a neighbour on the same core loses no more than that.
  static constexpr std::chrono::microseconds patience{50};

  void work(int thread) {
    for (;;) {
      wait(claimable_, [this] { return unclaimed_ != 0; });
      if (unclaimed_ < 0) return;
      run_blocks(thread);
    }
  }

  /// Runs blocks until none is left to claim.
  void run_blocks(int thread) {
    long ran = 0;
    for (long left = unclaimed_; left > 0; left = unclaimed_) {
      if (!unclaimed_.compare_exchange_strong(left, left - 1)) continue;
      // From the claim until the block counts as finished run() cannot return, so that what it set stays as it is.
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
      }  // whoever is about to sleep does so first, and is woken
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

  void wake(long wanted) {
    if (wanted >= long(workers_.size()))
      claimable_.notify_all();
    else
      for (long i = 0; i < wanted; ++i) claimable_.notify_one();
  }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      unclaimed_ = -1;
    }
    claimable_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }

  std::atomic<bool> busy_ = false;
  std::atomic<long> unclaimed_ = 0;   // blocks; -1: the pool ends
  std::atomic<long> unfinished_ = 0;  // blocks, claimed or not
  long count_ = 0;
  Block block_ = nullptr;
  const void* function_ = nullptr;

  std::mutex mutex_;
  std::condition_variable claimable_, finished_;
  std::exception_ptr thrown_;
  long thrower_ = 0;
  std::vector<std::thread> workers_;
};

}  // namespace dim::inline DIM_ABI
