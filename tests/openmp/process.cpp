// A process that answers one question about its threads, given as its first argument.
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <dim/io/checksum.hpp>
#include <mutex>
#include <set>
#include <thread>

#include "../train/small.hpp"

namespace {

using namespace tests;

/// How many threads share blocks that take a while.
int used_by(const Cpu& cpu) {
  std::mutex mutex;
  std::set<std::thread::id> seen;
  for_each_block(cpu, 40L * cpu.threads(), [&](long, int) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    const std::lock_guard lock(mutex);
    seen.insert(std::this_thread::get_id());
  });
  return int(seen.size());
}

/// A checksum of the codes of an encoder that was trained for some steps.
std::uint64_t trained_codes(int threads) {
  SmallTrainer trainer({.batch = 16, .threads = threads});
  const auto images = stripes(64);
  trainer.fit(images_of(images), {.epochs = 3});
  const xt::xtensor<float, 2> codes = trainer.encoder().encode(images);
  return checksum(std::as_bytes(std::span(codes.data(), codes.size())), 0);
}

/// Trains and encodes with threads, and again in a child process, which may have made the same backend.
int fork_and_encode(bool child_returns) {
  const std::uint64_t expected = trained_codes(2);
  const Cpu cpu(2);
  used_by(cpu);
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);  // ends a child that hangs
    const bool equal = trained_codes(2) == expected && used_by(cpu) == 1 && used_by(Cpu(3)) == 1;
    if (child_returns) return equal ? 0 : 3;
    _exit(equal ? 0 : 3);
  }
  int status = 0;
  waitpid(child, &status, 0);
  const int after = used_by(cpu);  // the parent still has its threads
  std::printf("child %s %d, then %d\n", WIFEXITED(status) ? "exited" : "died",
              WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status), after);
  return 0;
}

/// The parent has threads from a region of its own; the child is the first to use the library.
int fork_from_own_region() {
  int threads = 0;
#if defined(_OPENMP)
#pragma omp parallel num_threads(2)
#pragma omp master
  threads = omp_get_num_threads();
#endif
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);
    _exit(used_by(Cpu(2)) == 1 ? 0 : 3);
  }
  int status = 0;
  waitpid(child, &status, 0);
  std::printf("region of %d, child %s %d, then %d\n", threads, WIFEXITED(status) ? "exited" : "died",
              WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status), used_by(Cpu(2)));
  return 0;
}

#if defined(_OPENMP)
/// On how many processors threads run when the environment binds them.
int places_used(int threads) {
  std::mutex mutex;
  std::set<int> seen;
  for_each_block(Cpu(threads), 40L * threads, [&](long, int) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    const std::lock_guard lock(mutex);
    seen.insert(sched_getcpu());
  });
  return int(seen.size());
}
#endif

}  // namespace

int main(int count, char** arguments) {
  const char* const question = count > 1 ? arguments[1] : "";
  const auto asked = [&](const char* name) { return std::strcmp(question, name) == 0; };
  if (asked("threads")) {  // [number for omp_set_num_threads]
#if defined(_OPENMP)
    if (count > 2) omp_set_num_threads(std::atoi(arguments[2]));
#endif
    std::printf("available %d, used %d, of two %d\n", available_threads(), used_by(Cpu{}), used_by(Cpu(2)));
  } else if (asked("codes")) {  // THREADS
    std::printf("%016llx\n", static_cast<unsigned long long>(trained_codes(std::atoi(arguments[2]))));
  } else if (asked("fork")) {
    return fork_and_encode(false);
  } else if (asked("fork-and-return")) {
    return fork_and_encode(true);
  } else if (asked("fork-from-own-region")) {
    return fork_from_own_region();
#if defined(_OPENMP)
  } else if (asked("first-processor")) {  // of those that the process may run on
    cpu_set_t allowed;
    sched_getaffinity(0, sizeof allowed, &allowed);
    int first = 0;
    while (!CPU_ISSET(first, &allowed)) ++first;
    std::printf("%d", first);
  } else if (asked("places")) {  // THREADS
    std::printf("%d processors\n", places_used(std::atoi(arguments[2])));
#endif
  } else {
    return 2;
  }
}
