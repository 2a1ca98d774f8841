#include "dim/core/cursor.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(cursor)

using namespace dim;

BOOST_AUTO_TEST_CASE(arrays_one_after_another) {
  std::byte memory[1];
  const Sizes sizes{.samples = 3, .threads = 2};
  Cursor room(memory, sizes);
  BOOST_TEST((room.skip({.fixed = 1}) == memory));
  BOOST_TEST((room.take<std::byte>({.per_sample = 65, .per_thread = 1}) == memory + 64));
  BOOST_TEST((room.skip({}) == memory + 64 + 3 * 128 + 2 * 64));
}

BOOST_AUTO_TEST_CASE(dense_samples) {
  BOOST_TEST((dense({3, 5, 5}, 4) == Extent{.per_sample = aligned(75 * 4)}));
}

BOOST_AUTO_TEST_SUITE_END()
