#include "dim/data/dataset.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>
#include <vector>

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
/// Views of black images: the values that are drawn.
struct Drawn : Black {
  using Black::copy;
  template <class T>
  void copy(long, const Batch<T>& to, long n, const Draw& draw) const {
    for (std::uint64_t k = 0; k < 4; ++k) *to.at(n, long(k / 2), long(k % 2)) = T(draw.uniform(k));
  }
};
struct DrawnFloatOnly : Black {
  using Black::copy;
  void copy(long, const Batch<float>&, long, const Draw&) const {}
};
struct Changing : Black {
  long size() { return 5; }
};

static_assert(Dataset<Black> && !LabelledDataset<Black>);
static_assert(Dataset<Labelled> && LabelledDataset<Labelled>);
static_assert(!Dataset<FloatOnly>);
static_assert(!Dataset<Changing>);
static_assert(!Dataset<int>);
static_assert(AugmentedDataset<Drawn> && !AugmentedDataset<Black> && !AugmentedDataset<DrawnFloatOnly>);

BOOST_AUTO_TEST_CASE(a_users_own) {
  std::array<float, 16> batch{};
  Black{}.copy(0, Batch<float>{batch.data(), 1, {1, 2, 2}, 1}, 0);
  const std::array<float, 16> expected{0, 0, 0, 0, 0, -1, -1, 0, 0, -1, -1, 0, 0, 0, 0, 0};
  BOOST_TEST(batch == expected);
}

std::vector<float> numbers_of(const Draw& draw) {
  std::vector<float> numbers;
  for (std::uint64_t i = 0; i < 8; ++i) numbers.push_back(draw.uniform(i));
  return numbers;
}
std::vector<std::uint64_t> integers_of(const Draw& draw) {
  std::vector<std::uint64_t> integers;
  for (std::uint64_t i = 0; i < 8; ++i) integers.push_back(draw.below(1'000'000, i));
  return integers;
}

// If any of seed, epoch, image and view differs, so do the values; otherwise they are the same.
BOOST_AUTO_TEST_CASE(draws_are_of_a_view_of_a_image_in_an_epoch) {
  const Draw draws[] = {{1, 0, 0, 0}, {2, 0, 0, 0},          {1, 1, 0, 0}, {1, 0, 1, 0},
                        {1, 0, 0, 1}, {1, 1L << 39, 0, 255}, {1, 1, 0, 1}, {1, 0, (1L << 44) - 1, 0}};
  std::set<std::vector<float>> numbers;
  std::set<std::vector<std::uint64_t>> integers;
  for (const Draw& draw : draws) {
    numbers.insert(numbers_of(draw));
    integers.insert(integers_of(draw));
  }
  BOOST_TEST(numbers.size() == std::size(draws));
  BOOST_TEST(integers.size() == std::size(draws));
  BOOST_TEST(numbers_of({7, 3, 12, 1}) == numbers_of({7, 3, 12, 1}));
  BOOST_TEST(integers_of({7, 3, 12, 1}) == integers_of({7, 3, 12, 1}));
}

BOOST_AUTO_TEST_CASE(numbers_are_uniform) {
  double sum = 0;
  std::array<int, 5> counted{};
  for (long i = 0; i < 10'000; ++i) {
    const Draw draw(3, 2, i, 1);
    const float number = draw.uniform(0);
    BOOST_REQUIRE((number >= 0 && number < 1));
    sum += double(number);
    ++counted.at(draw.below(5, 1000));
  }
  BOOST_TEST(std::abs(sum / 10'000 - 0.5) < 4 / std::sqrt(12 * 10'000.));
  for (const int count : counted) BOOST_TEST(std::abs(count - 2000) < 4 * std::sqrt(10'000 * 0.2 * 0.8));
}

// Integers have their own image's bits: number i of image p has those of its values 2 i and 2 i + 1, and no other
// image's.
BOOST_AUTO_TEST_CASE(integers_and_numbers_of_a_image_share_bits_and_images_none) {
  for (const long image : {0L, 1L, 2L, 3L, 1000L})
    for (std::uint64_t i = 0; i < 4; ++i) {
      const double high = double(Draw(7, 1, image, 0).below(1 << 24, i)) * 0x1p-24;
      BOOST_TEST(high == double(Draw(7, 1, image, 0).uniform(2 * i)));
      BOOST_TEST(high != double(Draw(7, 1, 2 * image + 1, 0).uniform(2 * i)));
    }
}

/// A data set's view of image 3.
template <class Data>
std::vector<float> view_of(const Data& data, const Draw& draw) {
  std::vector<float> batch(8, 9);
  copy_view(data, 3, Batch<float>{batch.data(), 2, {1, 2, 2}}, 1, draw);
  return batch;
}
BOOST_AUTO_TEST_CASE(views_are_drawn_where_there_are_any) {
  const Draw draw(5, 1, 3, 0);
  BOOST_TEST(view_of(Black(), draw) == (std::vector<float>{9, 9, 9, 9, -1, -1, -1, -1}));
  const std::vector<float> drawn = numbers_of(draw);
  BOOST_TEST(view_of(Drawn(), draw) ==
             (std::vector<float>{9, 9, 9, 9, drawn[0], drawn[1], drawn[2], drawn[3]}));
  std::vector<float> as_it_is(4, 9);
  Drawn().copy(3, Batch<float>{as_it_is.data(), 1, {1, 2, 2}}, 0);
  BOOST_TEST(as_it_is == std::vector<float>(4, -1));
}

BOOST_AUTO_TEST_SUITE_END()
