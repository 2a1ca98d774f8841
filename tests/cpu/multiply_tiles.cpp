// Blocks and scratch of products; the products themselves are tested with multiply().
#include "dim/cpu/multiply_tiles.hpp"

#include <boost/test/unit_test.hpp>

#include "exact.hpp"

BOOST_AUTO_TEST_SUITE(multiply_tiles)

using namespace tests::exact;

BOOST_AUTO_TEST_CASE(blocks_shrink_until_every_thread_has_work) {
  for (const int threads : {1, 2, 5, 64}) {
    const dim::cpu::BlockExtent extent = dim::cpu::block_extent<float>(8192, 512, threads);
    const long down = dim::cover(8192, extent.tiles * dim::cpu::tile_rows);
    const long across = dim::cover(512, extent.panels * dim::cpu::tile_columns<float>);
    BOOST_TEST(down * across >= 2 * threads);
    BOOST_TEST(extent.tiles <= dim::cpu::block_tiles);
    BOOST_TEST(extent.panels <= dim::cpu::block_panels);
  }
}

// A constant, the same in every unit: with -Wall g++ 12 once folded it to twice its value in some of them.
template <class T>
constexpr long scratch_by_hand = (dim::cpu::block_tiles * dim::cpu::tile_rows * dim::cpu::chain_length +
                                  4 * dim::cpu::chain_length * dim::cpu::tile_columns<T> +
                                  dim::cpu::block_tiles * dim::cpu::tile_rows * dim::cpu::block_panels *
                                      dim::cpu::tile_columns<T>)*long(sizeof(T));
static_assert(dim::cpu::multiply_scratch<float>() ==
              dim::Extent{.fixed = 8 << 20, .per_thread = scratch_by_hand<float>});
static_assert(dim::cpu::multiply_scratch<double>() ==
              dim::Extent{.fixed = 16 << 20, .per_thread = scratch_by_hand<double>});
BOOST_AUTO_TEST_CASE_TEMPLATE(scratch_is_what_it_is_counted_to_be, T, Scalars) {
  BOOST_TEST(dim::cpu::multiply_scratch<T>().per_thread == scratch_by_hand<T>);
  BOOST_TEST(dim::measure(dim::cpu::MultiplyScratch<T>()) == scratch_by_hand<T>);
}

BOOST_AUTO_TEST_SUITE_END()
