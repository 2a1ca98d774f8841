#include <boost/test/unit_test.hpp>
#include <dim/core/all_finite.hpp>
#include <dim/core/network.hpp>
#include <dim/cpu/memory.hpp>
#include <limits>
#include <vector>

BOOST_AUTO_TEST_SUITE(all_finite)

constexpr float infinite = std::numeric_limits<float>::infinity();
constexpr float none = std::numeric_limits<float>::quiet_NaN();

BOOST_AUTO_TEST_CASE(one_number_is_enough) {
  for (const float number : {infinite, -infinite, none})
    for (std::size_t i = 0; i < 3; ++i) {
      std::vector<float> numbers{1, -std::numeric_limits<float>::max(), 0};
      BOOST_TEST(dim::all_finite(numbers.data(), 3));
      numbers[i] = number;
      BOOST_TEST(!dim::all_finite(numbers.data(), 3));
      BOOST_TEST(dim::all_finite(numbers.data(), long(i)));
    }
}

BOOST_AUTO_TEST_CASE(no_values_are_vacuously_finite) {
  BOOST_TEST(dim::all_finite(static_cast<const double*>(nullptr), 0));
}

// Gradients are not checked: the next pass overwrites them.
BOOST_AUTO_TEST_CASE(of_weights) {
  std::vector<float> parameters{1, 2}, gradients{none, none}, statistics{3};
  const dim::Weights<float> weights{parameters.data(), gradients.data(), statistics.data()};
  const dim::Counts counts{.parameters = 2, .statistics = 1};
  BOOST_TEST(dim::all_finite(dim::Cpu{}, weights, counts));
  statistics[0] = infinite;
  BOOST_TEST(!dim::all_finite(dim::Cpu{}, weights, counts));
  statistics[0] = 3;
  parameters[1] = none;
  BOOST_TEST(!dim::all_finite(dim::Cpu{}, weights, counts));
}

BOOST_AUTO_TEST_SUITE_END()
