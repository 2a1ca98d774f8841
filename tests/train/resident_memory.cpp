// A trainer takes as much memory as it says, and training takes no more.
#include <boost/test/unit_test.hpp>
#include <fstream>

#include "allocator.hpp"
#include "small.hpp"

#if !defined(DIM_OTHER_ALLOCATOR)
#include <malloc.h>
#include <unistd.h>
#endif

BOOST_AUTO_TEST_SUITE(resident_memory)

using namespace tests;

#if defined(DIM_OTHER_ALLOCATOR)

BOOST_AUTO_TEST_CASE(of_training) {
  BOOST_TEST_MESSAGE("SKIPPED: memory is measured with glibc and without sanitizers only");
}

#else

/// Bytes of this process that are in memory.
long resident() {
  std::ifstream file("/proc/self/statm");
  long all = 0, pages = 0;
  file >> all >> pages;
  return pages * sysconf(_SC_PAGESIZE);
}

struct WideSummary
    : Sequential<Conv<32, 3, 2, 1>, ReLU, Linear<4096, Bias::none>, BatchNorm, ReLU, Linear<256>> {};
using WideEncoder = Encoder<Shape{2, 8, 8}, SmallMaps, WideSummary>;
using WideGoal = Objective<Local, JSD, UniformPrior, Dot<512>>;

BOOST_AUTO_TEST_CASE(of_training) {
  const auto images = stripes(64);
  const auto data = images_of(images);
  malloc_trim(0);  // memory freed by earlier tests must not be reused now
  const long before = resident();
  Trainer<WideEncoder, WideGoal> trainer({.batch = 16, .threads = 2});
  trainer.fit(data, {.epochs = 25});
  BOOST_TEST(trainer.steps() == 100);
  const long predicted = trainer.memory_bytes(), grown = resident() - before;
  BOOST_TEST_MESSAGE("predicted " << predicted << " bytes, grown by " << grown);
  BOOST_TEST(predicted > 40'000'000);  // otherwise the tolerance would be most of it
  BOOST_TEST(std::abs(grown - predicted) <= 0.02 * double(predicted) + 4e6);
}

#endif

BOOST_AUTO_TEST_SUITE_END()
