// A process that answers one question on its threads, which is its first argument.
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

/// How many threads share blocks that take their time.
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
  const auto pictures = stripes(64);
  trainer.fit(images_of(pictures), {.epochs = 3});
  const xt::xtensor<float, 2> codes = trainer.encoder().encode(pictures);
  return checksum(std::as_bytes(std::span(codes.data(), codes.size())), 0);
}

/// Trains and encodes with threads, and again in a child process, which also may have made the same backend.
int fork_and_encode(bool child_returns) {
  const std::uint64_t expected = trained_codes(2);
  const Cpu cpu(2);
  used_by(cpu);
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);  // a child that hangs dies of it
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
  } else {
    return 2;
  }
}
