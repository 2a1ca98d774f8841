#include <boost/test/unit_test.hpp>
#include <dim/evaluate/knn.hpp>
#include <dim/evaluate/tensor_features.hpp>

#include "../io/temporary.hpp"

BOOST_AUTO_TEST_SUITE(tensor_features)

using namespace dim;

xt::xtensor<float, 2> numbers() {
  xt::xtensor<float, 2> array({6, 4});
  for (std::size_t i = 0; i < array.size(); ++i) array.data()[i] = float(i * 7 % 11);
  return array;
}

/// Are the rows those of the array, and is the array looked at or copied as it should be?
template <class Array>
void check_same(const Array& array, bool copied) {
  const auto rows = features_of(array);
  const auto features = rows.features();
  BOOST_TEST(features.count == long(array.shape()[0]));
  BOOST_TEST(features.size == long(array.size() / array.shape()[0]));
  const xt::xtensor<float, 1> flat = xt::flatten<xt::layout_type::row_major>(array);
  BOOST_TEST(std::equal(flat.begin(), flat.end(), features.data));
  BOOST_TEST((features.data != array.data() + array.data_offset()) == copied);
  BOOST_TEST((features.labels == nullptr));
}

BOOST_AUTO_TEST_CASE(dense_arrays_are_looked_at) {
  const auto array = numbers();
  check_same(array, false);
  check_same(xt::xarray<float>(array), false);
  check_same(xt::view(array, xt::range(2, 5)), false);
  const xt::xtensor<float, 4> maps({3, 2, 2, 2}, 1.5F);
  check_same(maps, false);
}

BOOST_AUTO_TEST_CASE(others_are_copied) {
  const auto array = numbers();
  check_same(xt::view(array, xt::all(), xt::range(1, 3)), true);
  check_same(xt::view(array, xt::range(0, 6, 2)), true);
  check_same(xt::xtensor<float, 2, xt::layout_type::column_major>(array), true);
}

BOOST_AUTO_TEST_CASE(a_copy_of_copied_features_keeps_its_own) {
  const auto array = numbers();
  const auto part = xt::view(array, xt::all(), xt::range(1, 3));
  auto first = std::make_unique<TensorFeatures<float>>(part);
  const TensorFeatures<float> second = *first;
  first.reset();
  BOOST_TEST(second.features().row(5)[1] == array(5, 2));
}

BOOST_AUTO_TEST_CASE(probes_take_them_with_labels) {
  const auto array = numbers();
  const xt::xtensor<std::int64_t, 1> labels{0, 1, 2, 0, 1, 2};
  const auto rows = features_of(array, labels);
  BOOST_TEST(rows.features().labels[4] == 1);
  BOOST_TEST(knn_accuracy(Cpu{}, rows.features(), rows.features(), 3, 1) == 1);
  const std::vector<int> same(labels.begin(), labels.end());
  const auto same_rows = features_of(array, same);
  BOOST_TEST(same_rows.features().labels[5] == 2);
}

BOOST_AUTO_TEST_CASE(labels_beyond_int_are_refused) {
  const auto array = numbers();
  xt::xtensor<std::int64_t, 1> labels{0, 1, 2, 0, 1L << 32, 2};
  BOOST_TEST(error_of([&] { features_of(array, labels); }) ==
             "label 4294967296 of row 4 is no class: these are counted from 0");
  labels(4) = -1;  // which the probes refuse, by name
  const auto rows = features_of(array, labels);
  BOOST_TEST(rows.features().labels[4] == -1);
  const xt::xtensor<std::uint32_t, 1> unknown{0, 1, 2, 0, 1, std::uint32_t(-1)};
  BOOST_TEST(has(error_of([&] { features_of(array, unknown); }), "label 4294967295 of row 5"));
}

BOOST_AUTO_TEST_CASE(arrays_that_are_refused) {
  const xt::xtensor<float, 1> one({4});
  BOOST_TEST(error_of([&] { features_of(one); }) ==
             "features come as an array (N, D), or one of more dimensions, this one has 1: reshape it");
  const auto array = numbers();
  BOOST_TEST(error_of([&] {
               features_of(array, std::vector<int>{1, 2});
             }) == "2 labels for 6 features: give one for each row");
  const xt::xtensor<float, 2> none({0, 4});
  const auto empty = features_of(none);
  BOOST_TEST(has(error_of([&] { check_features(empty.features(), "training"); }), "no training features"));
}

template <class Array>
concept HasFeatures = requires(Array&& array) { features_of(std::forward<Array>(array)); };
template <class Rows>
concept GivesFeatures = requires(Rows&& rows) { std::forward<Rows>(rows).features(); };
BOOST_AUTO_TEST_CASE(a_temporary_is_refused) {
  using Array = xt::xtensor<float, 2>;
  static_assert(HasFeatures<const Array&> && HasFeatures<Array&> && !HasFeatures<Array>);
  using Rows = TensorFeatures<float>;
  static_assert(GivesFeatures<const Rows&> && GivesFeatures<Rows&> && !GivesFeatures<Rows>);
}

BOOST_AUTO_TEST_SUITE_END()
