#include "dim/model/logical_arrays.hpp"

#include <boost/test/unit_test.hpp>
#include <dim/cpu/memory.hpp>
#include <dim/cpu/weight_layout.hpp>
#include <limits>
#include <numeric>

#include "../io/temporary.hpp"

BOOST_AUTO_TEST_SUITE(logical_arrays)

using namespace dim;
using Arrays = LogicalArrays<Cpu, float>;

/// A weight (2, 3), which the host stores input by input, and a statistic of two values.
Entries entries() {
  return {{{"w", {.name = "w", .kind = Kind::weight, .outputs = 2, .inputs = 3, .rank = 2}, 0}},
          {{"mean", {.name = "mean", .size = 2, .start = 0}, 0}}};
}

BOOST_AUTO_TEST_CASE(what_is_written_is_in_logical_order_and_read_back) {
  const TemporaryDirectory directory;
  const std::string path = directory / "x.safetensors";
  std::vector<float> stored(6), statistics{7, 8};
  std::iota(stored.begin(), stored.end(), 1.F);  // (I, O)
  Arrays arrays{Cpu{1}};
  arrays.add_parameters(entries(), stored.data(), "a.");
  arrays.add_statistics(entries(), statistics.data());
  write_safetensors(path, arrays.tensors(), {});
  const Safetensors file = read_safetensors(path);
  const auto w = file.at("a.w").values<float>();
  BOOST_TEST((std::vector<float>(w.begin(), w.end()) == std::vector<float>{1, 3, 5, 2, 4, 6}));

  std::vector<float> again(6), same(2);
  Arrays::require_count(file, 2);
  Arrays::read_parameters(Cpu{1}, file, entries(), again.data(), "a.");
  Arrays::read_statistics(Cpu{1}, file, entries(), same.data());
  BOOST_TEST((again == stored && same == statistics));
  BOOST_TEST(
      has(error_of([&] { Arrays::require_count(file, 3); }), "holds 2 arrays where this network has 3"));
  BOOST_TEST(has(error_of([&] { Arrays::read_parameters(Cpu{1}, file, entries(), again.data()); }), "'w'"));
  Entries wider = entries();
  wider.parameters[0].array.inputs = 4;
  std::vector<float> more(8);
  BOOST_TEST(has(error_of([&] { Arrays::read_parameters(Cpu{1}, file, wider, more.data(), "a."); }),
                 "a.w has another shape"));
}

BOOST_AUTO_TEST_CASE(numbers_that_are_not_finite_are_not_written) {
  std::vector<float> stored(6, 1);
  stored[3] = std::numeric_limits<float>::infinity();
  Arrays arrays{Cpu{1}};
  BOOST_TEST(has(error_of([&] { arrays.add_parameters(entries(), stored.data()); }), "w holds a number"));
}

BOOST_AUTO_TEST_SUITE_END()
