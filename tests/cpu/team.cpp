#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <dim/cpu/team.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

BOOST_AUTO_TEST_SUITE(team)

using dim::cpu::Team;

/// A team of plain threads, led by its creator.
class Crew {
 public:
  explicit Crew(int threads) {
    team.set_size(threads);
    for (int thread = 1; thread < threads; ++thread)
      others_.emplace_back([this, thread] { team.serve(thread); });
  }
  ~Crew() {
    team.dismiss();
    for (std::thread& other : others_) other.join();
  }

  Team team;

 private:
  std::vector<std::thread> others_;
};

/// Team::run for a function object.
template <class Function>
void run(Crew& crew, long count, const Function& function) {
  crew.team.run(
      count, [](const void* of, long i, int thread) { (*static_cast<const Function*>(of))(i, thread); },
      &function);
}

/// The sum of i over the blocks that one run calls; plain values, each written by one block, for a sanitizer to
/// check.
long sum_of_blocks(Crew& crew, long count) {
  std::vector<long> called(std::size_t(count), 0);
  run(crew, count, [&](long i, int) { called[std::size_t(i)] += i; });
  long sum = 0;
  for (const long i : called) sum += i;
  return sum;
}

BOOST_AUTO_TEST_CASE(every_block_once) {
  for (const int threads : {1, 2, 3, 16}) {
    Crew crew(threads);
    for (const long count : {0, 1, 2, 3, 15, 1000}) {
      std::vector<int> called(std::size_t(count), 0);
      std::atomic<int> strangers = 0;
      run(crew, count, [&](long i, int thread) {
        ++called[std::size_t(i)];
        if (thread < 0 || thread >= threads) ++strangers;
      });
      BOOST_TEST(called == std::vector<int>(std::size_t(count), 1));
      BOOST_TEST(strangers == 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(no_two_blocks_run_as_one_thread_at_once) {
  const int threads = 4;
  Crew crew(threads);
  std::vector<long> of_thread(threads, 0);  // not atomic: a thread's own
  for (int repetition = 0; repetition < 500; ++repetition)
    run(crew, 8, [&](long, int thread) { ++of_thread[std::size_t(thread)]; });
  long sum = 0;
  for (const long calls : of_thread) sum += calls;
  BOOST_TEST(sum == 500 * 8);
}

// Each of the first blocks waits until every thread has one: only then does the run continue, with all of them awake.
BOOST_AUTO_TEST_CASE(all_threads_work_and_claim_every_block_once) {
  for (const int threads : {2, 3}) {
    Crew crew(threads);
    for (int repetition = 0; repetition < 20; ++repetition) {
      std::atomic<int> arrived = 0;
      std::vector<int> called(5000, 0);
      run(crew, long(called.size()), [&](long i, int) {
        if (i < threads) {
          ++arrived;
          while (arrived < threads) std::this_thread::yield();
        }
        ++called[std::size_t(i)];
      });
      BOOST_TEST((called == std::vector<int>(called.size(), 1)));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_run_ends_when_its_last_block_has_ended) {
  Crew crew(2);
  for (int repetition = 0; repetition < 5; ++repetition) {
    std::atomic<int> arrived = 0, ended = 0;
    run(crew, 2, [&](long, int thread) {
      ++arrived;
      while (arrived < 2) std::this_thread::yield();
      if (thread > 0)
        std::this_thread::sleep_for(std::chrono::milliseconds(2));  // longer than any thread stays awake
      ++ended;
    });
    BOOST_TEST(ended == 2);
  }
}

// A thread that comes late, or never, is not waited for.
BOOST_AUTO_TEST_CASE(a_thread_without_blocks_is_not_waited_for) {
  Team team;
  team.set_size(3);
  std::vector<int> called(100, 0);
  const auto count = [&](long i, int) { ++called[std::size_t(i)]; };
  team.run(
      100, [](const void* of, long i, int thread) { (*static_cast<const decltype(count)*>(of))(i, thread); },
      &count);
  BOOST_TEST(called == std::vector<int>(100, 1));
  team.dismiss();
  team.serve(1);  // returns at once
}

BOOST_AUTO_TEST_CASE(many_tiny_runs) {
  Crew crew(4);
  for (long repetition = 0; repetition < 20000; ++repetition) {
    const long count = repetition % 7;
    if (sum_of_blocks(crew, count) != count * (count - 1) / 2) BOOST_FAIL("in run " << repetition);
  }
}

BOOST_AUTO_TEST_CASE(a_team_that_slept_wakes_up) {
  Crew crew(3);
  for (int repetition = 0; repetition < 20; ++repetition) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    BOOST_TEST(sum_of_blocks(crew, 10) == 45);
  }
}

BOOST_AUTO_TEST_CASE(teams_come_and_go) {
  for (int repetition = 0; repetition < 200; ++repetition) {
    Crew crew(1 + repetition % 4);
    if (repetition % 3 > 0) BOOST_TEST(sum_of_blocks(crew, 5) == 10);
  }
}

BOOST_AUTO_TEST_CASE(the_first_blocks_exception_is_thrown_after_all_have_ended) {
  Crew crew(3);
  for (int repetition = 0; repetition < 100; ++repetition) {
    std::atomic<int> called = 0;
    const auto throwing = [&](long i, int) {
      ++called;
      if (i == 3 || i >= 17) throw std::runtime_error(std::to_string(i));
    };
    BOOST_CHECK_EXCEPTION(run(crew, 20, throwing), std::runtime_error,
                          [](const std::runtime_error& error) { return error.what() == std::string("3"); });
    BOOST_TEST(called == 20);
    BOOST_TEST(sum_of_blocks(crew, 20) == 190);  // nothing of it remains
  }
}

BOOST_AUTO_TEST_CASE(blocks_may_run_blocks) {
  Crew crew(3);
  std::atomic<long> sum = 0;
  run(crew, 10, [&](long i, int) { run(crew, 10, [&](long j, int) { sum += 10 * i + j; }); });
  BOOST_TEST(sum == 99 * 100 / 2);
}

// A thread sees everything that another thread wrote before passing work to it.
BOOST_AUTO_TEST_CASE(a_run_sees_what_the_last_one_wrote) {
  Crew crew(4);
  std::vector<long> from(64, 0), to(64, 0);
  for (int repetition = 0; repetition < 2000; ++repetition) {
    run(crew, 64, [&](long i, int) { to[std::size_t(i)] = from[std::size_t(63 - i)] + 1; });
    from.swap(to);
  }
  BOOST_TEST(from == std::vector<long>(64, 2000));
}

BOOST_AUTO_TEST_SUITE_END()
