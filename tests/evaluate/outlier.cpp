// Values that hide the others of their column.
#include "dim/evaluate/outlier.hpp"

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <vector>

#include "dim/core/random.hpp"

BOOST_AUTO_TEST_SUITE(outlier)

using dim::Features, dim::find_outlier, dim::Outlier, dim::Scaler;
using Scalars = boost::mpl::list<float, double>;

/// The outlier of (1000, 2) features that are uniform in [0, 1), modified by `change`.
template <class T, class Change>
std::optional<Outlier> found(const Change& change) {
  std::vector<T> x;
  const dim::Random random{1};
  for (std::uint64_t i = 0; i < 2000; ++i) x.push_back(T(random.uniform(i)));
  change(x);
  const Features<T> features{x.data(), 1000, 2};
  return find_outlier(features, Scaler(dim::Cpu{2}, features));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_number_that_hides_the_others_is_found, T, Scalars) {
  for (const double far : {1e5, -1e5, 1e15}) {
    const auto outlier = found<T>([&](std::vector<T>& x) { x[2 * 321 + 1] = T(far); });
    BOOST_TEST_REQUIRE(outlier.has_value());
    BOOST_TEST(outlier->row == 321);
    BOOST_TEST(outlier->column == 1);
  }
  // Of several, the furthest is reported.
  const auto outlier = found<T>([](std::vector<T>& x) { x[0] = T(1e15), x[8] = T(2e15), x[16] = T(1e15); });
  BOOST_TEST_REQUIRE(outlier.has_value());
  BOOST_TEST(outlier->row == 4);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(columns_of_other_kinds_have_none, T, Scalars) {
  BOOST_TEST(!found<T>([](std::vector<T>&) {}).has_value());
  BOOST_TEST(!found<T>([](std::vector<T>& x) { x[0] = 100; }).has_value());  // the others still differ
  // A unit that fires once, or never.
  BOOST_TEST(!found<T>([](std::vector<T>& x) {
                for (std::size_t i = 0; i < 1000; ++i) x[2 * i] = i == 7 ? T(5) : T(0), x[2 * i + 1] = T(3);
              }).has_value());
  // Heavy tails: x / (1 - x).
  BOOST_TEST(!found<T>([](std::vector<T>& x) {
                for (T& each : x) each /= 1 - each;
              }).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
