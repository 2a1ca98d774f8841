#include "dim/data/dataset.hpp"

#include <array>
#include <boost/test/unit_test.hpp>

using namespace dim;

BOOST_AUTO_TEST_SUITE(dataset)

struct Black {
  long size() const { return 5; }
  Shape shape() const { return {1, 2, 2}; }
  template <class T>
  void copy(long, const Batch<T>& to, long n) const {
    for (long y = 0; y < 2; ++y)
      for (long x = 0; x < 2; ++x) *to.at(n, y, x) = -1;
  }
};
struct Labelled : Black {
  int label(long i) const { return int(i % 2); }
  int classes() const { return 2; }
};
struct FloatOnly {
  long size() const { return 5; }
  Shape shape() const { return {1, 2, 2}; }
  void copy(long, const Batch<float>&, long) const {}
};
struct Changing : Black {
  long size() { return 5; }
};

static_assert(Dataset<Black> && !LabelledDataset<Black>);
static_assert(Dataset<Labelled> && LabelledDataset<Labelled>);
static_assert(!Dataset<FloatOnly>);
static_assert(!Dataset<Changing>);
static_assert(!Dataset<int>);

BOOST_AUTO_TEST_CASE(a_users_own) {
  std::array<float, 16> batch{};
  Black{}.copy(0, Batch<float>{batch.data(), 1, {1, 2, 2}, 1}, 0);
  const std::array<float, 16> expected{0, 0, 0, 0, 0, -1, -1, 0, 0, -1, -1, 0, 0, 0, 0, 0};
  BOOST_TEST(batch == expected);
}

BOOST_AUTO_TEST_SUITE_END()
