#include <boost/test/unit_test.hpp>
#include <dim/core/arena.hpp>
#include <vector>

/// A backend that records what it allocates and frees.
namespace elsewhere {

struct Log {
  std::vector<long> given;
  int taken = 0;
};
struct Backend {
  Log* log;
};
std::byte* allocate(const Backend& backend, long bytes) {
  backend.log->given.push_back(bytes);
  return new std::byte[std::size_t(bytes)]();
}
void release(const Backend& backend, std::byte* data) {
  ++backend.log->taken;
  delete[] data;
}

}  // namespace elsewhere

BOOST_AUTO_TEST_SUITE(arena)

using namespace dim;

BOOST_AUTO_TEST_CASE(without_memory_it_counts) {
  Arena arena;
  BOOST_TEST(arena.take<float>(3) == nullptr);
  BOOST_TEST(arena.used() == alignment);
  BOOST_TEST(arena.take<double>(8) == nullptr);
  BOOST_TEST(arena.used() == 2 * alignment);
  BOOST_TEST(arena.take_bytes(0) == nullptr);
  BOOST_TEST(arena.used() == 2 * alignment);
}
BOOST_AUTO_TEST_CASE(with_memory_it_hands_out_piece_after_piece) {
  alignas(alignment) std::byte memory[256];
  Arena arena(memory);
  BOOST_TEST(arena.take<float>(17) == reinterpret_cast<float*>(memory));
  BOOST_TEST(arena.take<double>(1) == reinterpret_cast<double*>(memory + 128));
  BOOST_TEST(arena.take_bytes(1) == memory + 192);
}

BOOST_AUTO_TEST_CASE(memory_goes_back_with_its_owner) {
  elsewhere::Log log;
  {
    Memory<elsewhere::Backend> memory({&log}, 100), none;
    BOOST_TEST(memory.bytes() == 100);
    BOOST_TEST(none.bytes() == 0);
    none = std::move(memory);
    BOOST_TEST(none.data() != nullptr);
    BOOST_TEST(log.taken == 0);
  }
  BOOST_TEST(log.given == std::vector{100L});
  BOOST_TEST(log.taken == 1);
}

struct Plan {
  int calls = 0;
  float* numbers = nullptr;
  std::byte* rest = nullptr;

  constexpr void lay_out(Arena& arena) {
    ++calls;
    numbers = arena.take<float>(20);
    rest = arena.take_bytes(5);
  }
};
BOOST_AUTO_TEST_CASE(a_plan_is_measured_and_then_given_its_memory) {
  elsewhere::Log log;
  Plan plan;
  const auto memory = lay_out(elsewhere::Backend{&log}, [&](Arena& arena) { plan.lay_out(arena); });
  BOOST_TEST(plan.calls == 2);
  BOOST_TEST(log.given == std::vector{192L});
  BOOST_TEST(plan.numbers == reinterpret_cast<float*>(memory.data()));
  BOOST_TEST(plan.rest == memory.data() + 128);
}

BOOST_AUTO_TEST_CASE(a_copy_is_laid_out_where_one_likes) {
  static_assert(measure(Plan()) == 192);
  alignas(alignment) std::byte memory[256];
  const Plan plan = laid_out(Plan(), memory);
  BOOST_TEST(plan.numbers == reinterpret_cast<float*>(memory));
  BOOST_TEST(plan.rest == memory + 128);
}

BOOST_AUTO_TEST_SUITE_END()
