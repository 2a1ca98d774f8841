#include <atomic>
#include <boost/test/unit_test.hpp>
#include <dim/cpu/cpu.hpp>
#include <filesystem>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

BOOST_AUTO_TEST_SUITE(cpu)

using dim::Cpu;

BOOST_AUTO_TEST_CASE(numbers_of_threads) {
  BOOST_TEST(Cpu{}.threads() == dim::available_threads());
  BOOST_TEST(Cpu(1).threads() == 1);
  BOOST_TEST(Cpu(-1).threads() == 1);
  BOOST_TEST(Cpu::with_threads(0).threads() == dim::available_threads());
  if (dim::has_openmp) {
    BOOST_TEST(Cpu(5).threads() == 5);
    BOOST_TEST(Cpu::with_threads(3).threads() == 3);
  }
  BOOST_CHECK_EXCEPTION(Cpu(100000), dim::Error, [](const dim::Error& error) {
    return std::string(error.what()).find("100000 threads are more than") == 0;
  });
}

/// The threads that share so many blocks, each of which waits until every thread has one.
std::set<std::thread::id> threads_of(const Cpu& cpu, int threads) {
  std::vector<std::thread::id> ran(static_cast<std::size_t>(threads));
  std::atomic<int> arrived = 0;
  for_each_block(cpu, threads, [&](long, int thread) {
    ran[std::size_t(thread)] = std::this_thread::get_id();
    ++arrived;
    while (arrived < threads) std::this_thread::yield();
  });
  return {ran.begin(), ran.end()};
}

/// Lines of /proc/self/task.
long threads_of_process() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
}

BOOST_AUTO_TEST_CASE(blocks_are_shared, *boost::unit_test::enable_if<dim::has_openmp>()) {
  for (const int threads : {2, 3}) {
    const std::set<std::thread::id> ran = threads_of(Cpu(threads), threads);
    BOOST_TEST(ran.size() == std::size_t(threads));
    BOOST_TEST(ran.count(std::this_thread::get_id()) == 1);
  }
}

BOOST_AUTO_TEST_CASE(all_kernels_of_a_run_have_one_team, *boost::unit_test::enable_if<dim::has_openmp>()) {
  int runs = 0;
  run(Cpu(3), [&](const Cpu& team) {
    ++runs;
    BOOST_TEST(team.threads() == 3);
    const std::set<std::thread::id> first = threads_of(team, 3);
    BOOST_TEST(first.size() == 3U);
    BOOST_TEST((threads_of(team, 3) == first));
    run(team, [&](const Cpu& same) {  // joins the existing team
      ++runs;
      BOOST_TEST((threads_of(same, 3) == first));
    });
  });
  BOOST_TEST(runs == 2);
}

BOOST_AUTO_TEST_CASE(many_backends_start_no_more_threads_than_one) {
  std::vector<Cpu> backends(1, Cpu(3));
  threads_of(backends.front(), Cpu(3).threads());
  const long before = threads_of_process();
  for (int i = 0; i < 20; ++i) {
    backends.emplace_back(3);
    threads_of(backends.back(), Cpu(3).threads());
  }
  BOOST_TEST(threads_of_process() == before);
}

// A caller that finds the threads busy computes alone.
BOOST_AUTO_TEST_CASE(several_callers_of_one_backend) {
  const Cpu cpu(3);
  std::atomic<int> wrong = 0, at_work = 0;
  std::atomic<int> most = 0;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller)
    callers.emplace_back([&, copy = cpu] {
      for (int repetition = 0; repetition < 300; ++repetition) {
        std::vector<long> called(12, 0);
        for_each_block(copy, 12, [&](long i, int) {
          int now = ++at_work, seen = most;
          while (seen < now && !most.compare_exchange_weak(seen, now)) {
          }
          called[std::size_t(i)] += i;
          --at_work;
        });
        long sum = 0;
        for (const long i : called) sum += i;
        if (sum != 66) ++wrong;
      }
    });
  for (std::thread& caller : callers) caller.join();
  BOOST_TEST(wrong == 0);
  BOOST_TEST(most <= 4 + 2);
}

#if defined(_OPENMP)
BOOST_AUTO_TEST_CASE(in_a_region_of_the_callers_each_thread_computes_alone) {
  std::vector<int> found(4, 0);
  std::vector<long> sums(4, 0);
#pragma omp parallel num_threads(4)
  {
    const std::size_t me = std::size_t(omp_get_thread_num());
    std::vector<std::thread::id> ran(100);
    for_each_block(Cpu(2), 100, [&](long i, int) { ran[std::size_t(i)] = std::this_thread::get_id(); });
    found[me] = int(std::set<std::thread::id>(ran.begin(), ran.end()).size());
    std::vector<long> parts(100);
    run(Cpu(2),
        [&](const Cpu& team) { for_each_block(team, 100, [&](long i, int) { parts[std::size_t(i)] = i; }); });
    for (const long part : parts) sums[me] += part;
  }
  BOOST_TEST(found == std::vector<int>(4, 1));
  BOOST_TEST(sums == std::vector<long>(4, 4950));
}

BOOST_AUTO_TEST_CASE(where_regions_nest_so_do_teams) {
  const int before = omp_get_max_active_levels();
  omp_set_max_active_levels(2);
  std::size_t found = 0;
#pragma omp parallel num_threads(2)
  if (omp_get_thread_num() == 0) found = threads_of(Cpu(2), 2).size();
  omp_set_max_active_levels(before);
  BOOST_TEST(found == 2U);
}
#endif

BOOST_AUTO_TEST_CASE(the_first_blocks_exception_is_thrown) {
  for (int repetition = 0; repetition < 20; ++repetition) {
    const Cpu cpu(3);
    std::atomic<int> called = 0;
    const auto throwing = [&](long i, int) {
      ++called;
      if (i == 3 || i >= 17) throw std::runtime_error(std::to_string(i));
    };
    const auto is_third = [](const std::runtime_error& error) { return error.what() == std::string("3"); };
    BOOST_CHECK_EXCEPTION(for_each_block(cpu, 20, throwing), std::runtime_error, is_third);
    BOOST_TEST(called == (dim::has_openmp ? 20 : 4));
    // Within a run an exception ends it, unless it is caught there.
    bool went_on = false;
    BOOST_CHECK_EXCEPTION(run(cpu,
                              [&](const Cpu& team) {
                                for_each_block(team, 20, throwing);
                                went_on = true;
                              }),
                          std::runtime_error, is_third);
    BOOST_TEST(!went_on);
    BOOST_CHECK_THROW(run(cpu, [](const Cpu&) { throw 7; }), int);
    std::vector<int> seen(20, 0);
    for_each_block(cpu, 20, [&](long i, int) { ++seen[std::size_t(i)]; });  // nothing of it remains
    BOOST_TEST(seen == std::vector<int>(20, 1));
  }
}

BOOST_AUTO_TEST_CASE(blocks_may_share_blocks) {
  const Cpu cpu(3);
  std::atomic<long> sum = 0;
  for_each_block(cpu, 10,
                 [&](long i, int) { for_each_block(cpu, 10, [&](long j, int) { sum += 10 * i + j; }); });
  BOOST_TEST(sum == 99 * 100 / 2);
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

BOOST_AUTO_TEST_SUITE_END()
