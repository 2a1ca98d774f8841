// Minimal filtering in one direction against the sums it stands for.
#include "dim/cpu/winograd_transforms.hpp"

#include <boost/test/unit_test.hpp>

#include "exact.hpp"

BOOST_AUTO_TEST_SUITE(winograd_transforms)

using namespace tests::exact;
using V = dim::cpu::Vector<double>;

template <std::size_t Count>
void draw(RandomNumbers& random, V (&x)[Count]) {
  for (V& each : x) each = V::load(random.numbers<double>(V::lanes, true).data());
}
template <std::size_t Count>
V dot(const V (&x)[Count], const V (&y)[Count]) {
  V sum = V::all(0);
  for (std::size_t i = 0; i < Count; ++i) sum = sum + x[i] * y[i];
  return sum;
}
bool same(V x, V y) {
  return (x - y).sum() == 0 && ((x - y) * (x - y)).sum() == 0;
}

/// On integers, whose halves are exact.
template <class F>
void check_filter() {
  constexpr long taps = F::taps, size = F::size;
  static_assert(size == taps + 1);
  RandomNumbers random;
  V x[size], w[taps], y[2], transformed_x[size], transformed_w[size], products[size];
  draw(random, x);
  draw(random, w);
  F::inputs(x, transformed_x);
  F::weights(w, transformed_w);
  for (long i = 0; i < size; ++i) products[i] = transformed_x[i] * transformed_w[i];
  F::outputs(products, y);
  for (long i = 0; i < 2; ++i) {
    V sum = V::all(0);
    for (long tap = 0; tap < taps; ++tap) sum = sum + w[tap] * x[i + tap];
    BOOST_TEST(same(y[i], sum), "output " << i);
  }

  // <M x, y> = <x, M^T y>
  V z[size], w_of_z[taps], z_of_y[size];
  draw(random, z);
  F::weights_transposed(z, w_of_z);
  BOOST_TEST(same(dot(transformed_w, z), dot(w, w_of_z)));
  F::outputs_transposed(y, z_of_y);
  V y_of_z[2];
  F::outputs(z, y_of_z);
  BOOST_TEST(same(dot(y_of_z, y), dot(z, z_of_y)));
}
BOOST_AUTO_TEST_CASE(two_outputs_from_one_product_more_than_taps) {
  check_filter<dim::cpu::Filtering<2>>();
  check_filter<dim::cpu::Filtering<3>>();
}

BOOST_AUTO_TEST_CASE(in_two_directions_the_transform_acts_on_both_sides) {
  RandomNumbers random;
  V x[3][3], y[2][2];
  for (V(&row)[3] : x) draw(random, row);
  dim::cpu::both_ways(x, y, [](const auto& in, auto& out) { dim::cpu::Filtering<2>::outputs(in, out); });
  for (long i = 0; i < 2; ++i)
    for (long j = 0; j < 2; ++j)
      BOOST_TEST(same(y[i][j], x[i][j] + x[i + 1][j] + x[i][j + 1] + x[i + 1][j + 1]));
}

BOOST_AUTO_TEST_SUITE_END()
