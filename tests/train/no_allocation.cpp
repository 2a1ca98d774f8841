// A step allocates nothing.
#include <boost/test/unit_test.hpp>

#include "allocations.hpp"
#include "small.hpp"

BOOST_AUTO_TEST_SUITE(no_allocation)

using namespace tests;

#if defined(DIM_OTHER_ALLOCATOR)

BOOST_AUTO_TEST_CASE(in_a_step) {
  BOOST_TEST_MESSAGE("SKIPPED: allocations are counted with glibc and without sanitizers only");
}

#else

/// Allocations in `steps` steps, after a few initial ones.
template <class Goal>
long allocations_in_steps(int threads, double weight_decay = 0, double clip = 0) {
  const auto images = stripes(64);
  Trainer<SmallEncoder, Goal> trainer(
      {.batch = 16, .threads = threads, .weight_decay = weight_decay, .clip = clip});
  const auto data = images_of(images);
  const long indices[] = {5, 8, 1, 2, 9, 60, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42};
  for (int step = 0; step < 5; ++step) trainer.step(data, indices);
  const long before = allocations;
  for (int step = 0; step < 20; ++step) trainer.step(data, indices);
  return allocations - before;
}

BOOST_AUTO_TEST_CASE(the_count_counts) {
  const long before = allocations;
  std::vector<char> vector(1000);
  std::free(std::aligned_alloc(64, 640));
  BOOST_TEST(vector.size() == 1000);
  BOOST_TEST(allocations - before == 2);
}
BOOST_AUTO_TEST_CASE(in_a_step) {
  for (const int threads : {1, 3}) {
    BOOST_TEST(allocations_in_steps<SmallGoal>(threads) == 0);
    BOOST_TEST(allocations_in_steps<SmallGoal>(threads, 0.1, 0.1) == 0);
    BOOST_TEST((allocations_in_steps<Objective<Local, AnyEstimator, AnyPrior, Concat<8>>>(threads)) == 0);
  }
}

#endif

BOOST_AUTO_TEST_SUITE_END()
