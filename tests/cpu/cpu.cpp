#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <dim/cpu/cpu.hpp>
#include <set>
#include <thread>
#include <vector>

BOOST_AUTO_TEST_SUITE(cpu)

using dim::Cpu;

BOOST_AUTO_TEST_CASE(numbers_of_threads) {
  BOOST_TEST(Cpu{}.threads() == 1);
  BOOST_TEST(Cpu(1).threads() == 1);
  BOOST_TEST(Cpu(5).threads() == 5);
  BOOST_TEST(Cpu::with_threads(3).threads() == 3);
  BOOST_TEST(Cpu::with_threads(0).threads() == dim::available_threads());
}

#if defined(__linux__)
BOOST_AUTO_TEST_CASE(available_are_the_cores_that_one_may_run_on) {
  BOOST_TEST(dim::available_threads() >= 1);
  int of_one_core = 0;
  std::thread([&] {
    cpu_set_t mine, one;
    sched_getaffinity(0, sizeof mine, &mine);
    CPU_ZERO(&one);
    for (int core = 0; CPU_COUNT(&one) == 0; ++core)
      if (CPU_ISSET(core, &mine)) CPU_SET(core, &one);
    sched_setaffinity(0, sizeof one, &one);
    of_one_core = dim::available_threads();
  }).join();
  BOOST_TEST(of_one_core == 1);
}
#endif

BOOST_AUTO_TEST_CASE(copies_share_their_threads) {
  const auto threads_of = [](const Cpu& cpu) {
    std::vector<std::thread::id> ran(2);
    std::atomic<int> arrived = 0;
    for_each_block(cpu, 2, [&](long, int thread) {
      ran[std::size_t(thread)] = std::this_thread::get_id();
      ++arrived;
      while (arrived < 2) std::this_thread::yield();
    });
    return ran;
  };
  Cpu copy;
  {
    const Cpu cpu(2);
    copy = cpu;
    BOOST_TEST((threads_of(copy) == threads_of(cpu)));
  }
  BOOST_TEST((threads_of(copy)[1] != std::thread::id()));  // which outlive the first
}

BOOST_AUTO_TEST_CASE(pieces_cover_everything_once) {
  for (const int threads : {1, 3})
    for (const long count : {0, 1, 9, 10, 11}) {
      std::vector<int> seen(std::size_t(count), 0);
      for_each_piece(Cpu(threads), count, 5, [&](long begin, long end) {
        for (long i = begin; i < end; ++i) ++seen[std::size_t(i)];
      });
      BOOST_TEST(seen == std::vector<int>(std::size_t(count), 1));
    }
}

BOOST_AUTO_TEST_CASE(memory_is_aligned_and_zero) {
  std::byte* const data = allocate(Cpu{}, 1000);
  BOOST_TEST(reinterpret_cast<std::uintptr_t>(data) % dim::alignment == 0);
  BOOST_TEST(std::set<std::byte>(data, data + 1000).size() == 1);
  BOOST_TEST(std::to_integer<int>(data[0]) == 0);
  release(Cpu{}, data);
}

BOOST_AUTO_TEST_SUITE_END()
