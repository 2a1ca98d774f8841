#include <Eigen/Core>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <dim/data/array_images.hpp>
#include <dim/data/images.hpp>
#include <dim/xtensor/arrays.hpp>

#include "../io/temporary.hpp"
#include "../xtensor_views.hpp"

BOOST_AUTO_TEST_SUITE(array_images)

using namespace dim;

/// Image i in the order (H, W, C).
template <class Data>
std::vector<float> image(const Data& data, long i) {
  const Shape shape = data.shape();
  std::vector<float> values(std::size_t(shape.size()));
  data.copy(i, Batch<float>{values.data(), 1, shape, 0}, 0);
  return values;
}
xt::xtensor<std::uint8_t, 4> bytes() {
  xt::xtensor<std::uint8_t, 4> array({4, 3, 5, 6});
  for (std::size_t i = 0; i < array.size(); ++i) array.data()[i] = std::uint8_t(i * 73 + 11);
  return array;
}
/// Compares everything a dataset gives with array(n, c, y, x), scaled.
template <class Data, class Array>
void check_same(const Data& data, const Array& array, float one) {
  const Shape shape = data.shape();
  BOOST_TEST(data.size() == long(array.shape()[0]));
  BOOST_TEST((shape == Shape{int(array.shape()[1]), int(array.shape()[2]), int(array.shape()[3])}));
  for (long n = 0; n < data.size(); ++n) {
    const auto values = image(data, n);
    std::size_t i = 0;
    for (int y = 0; y < shape.height; ++y)
      for (int x = 0; x < shape.width; ++x)
        for (int c = 0; c < shape.channels; ++c)
          BOOST_TEST(std::abs(values[i++] - (2 * float(array(n, c, y, x)) / one - 1)) < 1e-6F);
  }
}

BOOST_AUTO_TEST_CASE(containers) {
  const auto array = bytes();
  check_same(images_of(array), array, 255);
  const xt::xtensor<float, 4> floats = array / 255.F;
  check_same(images_of(floats), floats, 1);
  const xt::xtensor<double, 4> doubles = array / 255.;
  check_same(images_of(doubles), doubles, 1);
  const xt::xarray<float> dynamic = floats;
  check_same(images_of(dynamic), dynamic, 1);
  const xt::xtensor<float, 4, xt::layout_type::column_major> columns = floats;
  check_same(images_of(columns), columns, 1);
}

BOOST_AUTO_TEST_CASE(rows_of_matrices) {
  const auto array = bytes();
  const xt::xtensor<std::uint8_t, 2> rows = xt::reshape_view(array, {4, 90});
  check_same(images_of(rows, {3, 5, 6}), array, 255);
  Eigen::MatrixXf columns(4, 90);
  for (long i = 0; i < 360; ++i)
    columns(i / 90, i % 90) = float(rows(std::size_t(i / 90), std::size_t(i % 90))) / 255;
  check_same(images_of(columns, {3, 5, 6}), array, 255);
  const auto last = columns.bottomRows(2);
  check_same(images_of(last, {3, 5, 6}), xt::xtensor<float, 4>(xt::view(array, xt::range(2, 4))), 255);
  BOOST_TEST(error_of([&] {
               images_of(columns, {3, 5, 5});
             }) == "images of 3x5x5 (channels x height x width) come as rows of 75 numbers, these have 90");
  BOOST_TEST(error_of([&] {
               images_of(columns, {-3, -5, 6});
             }) == "images can't be of -3x-5x6 (channels x height x width); give sizes of 1 or more");
  const Eigen::MatrixXf none(0, 90);
  BOOST_TEST(has(error_of([&] { images_of(none, {3, 5, 6}); }), "has none"));
}

BOOST_AUTO_TEST_CASE(views) {
  const auto array = bytes();
  const auto some = xt::view(array, xt::range(1, 3));
  check_same(images_of(some), some, 255);
  const auto part = xt::view(array, xt::all(), xt::range(0, 1), xt::range(1, 4), xt::range(0, 6, 2));
  check_same(images_of(part), part, 255);
  const auto mirrored = xt::view(array, xt::all(), xt::all(), xt::all(), xt::range(5, 0, -1));
  check_same(images_of(mirrored), mirrored, 255);
  const xt::xtensor<std::uint8_t, 3> one = xt::view(array, 0);
  const auto with_axis = xt::view(one, xt::newaxis(), xt::all(), xt::all(), xt::all());
  check_same(images_of(with_axis), with_axis, 255);
}

BOOST_AUTO_TEST_CASE(nothing_is_copied) {
  auto array = bytes();
  const auto view = xt::view(array, xt::range(2, 4));
  const auto images = images_of(view);
  array(2, 0, 0, 0) = 0;
  BOOST_TEST(image(images, 0)[0] == -1);
  array(2, 0, 0, 0) = 255;
  BOOST_TEST(image(images, 0)[0] == 1);
}

BOOST_AUTO_TEST_CASE(the_same_bits_as_from_a_file) {
  const auto array = bytes();
  const Shape shape{3, 5, 6};
  const Images file({array.begin(), array.end()}, 4, shape, Strides::planes(shape));
  for (long i = 0; i < 4; ++i) BOOST_TEST(image(images_of(array), i) == image(file, i));
}

BOOST_AUTO_TEST_CASE(borders_are_left_alone) {
  const auto array = bytes();
  std::vector<float> values(2 * 7 * 8 * 3, 9);
  const Batch<float> to{values.data(), 2, {3, 5, 6}, 1};
  images_of(array).copy(3, to, 1);
  long written = 0;
  for (const float value : values) written += value != 9;
  BOOST_TEST(written == 90);
  BOOST_TEST(std::abs(to.at(1, 4, 5)[2] - (2 * float(array(3, 2, 4, 5)) / 255 - 1)) < 1e-6F);
}

BOOST_AUTO_TEST_CASE(arrays_that_are_refused) {
  const xt::xtensor<float, 3> three({2, 3, 4});
  BOOST_TEST(error_of([&] { images_of(three); }) ==
             "images come as an array of four dimensions (N, C, H, W), this one has 3; reshape it");
  const xt::xtensor<float, 4> none({2, 0, 4, 4});
  BOOST_TEST(error_of([&] { images_of(none); }) ==
             "images come as an array (N, C, H, W), in which no size may be 0");
}
BOOST_AUTO_TEST_CASE(numbers_outside_0_to_1_are_refused) {
  xt::xtensor<double, 4> array({2, 3, 2, 4}, 0.5);
  const auto images = images_of(array);
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {255.0, 1.001, -0.001, infinity, -infinity, std::nan("")}) {
    array(1, 2, 0, 3) = bad;
    BOOST_TEST(image(images, 0).size() == 24U);
    BOOST_TEST(error_of([&] {
                 image(images, 1);
               }).starts_with("channel 2 of pixel (0, 3) of image 1, all counted from 0, is "));
  }
  for (const double rounded : {0.0, 1.0, -1e-7, 1 + 1e-7}) {
    array(1, 2, 0, 3) = rounded;
    BOOST_CHECK_NO_THROW(image(images, 1));
  }
}
template <class Array>
concept HasImages = requires(Array&& array) { images_of(std::forward<Array>(array)); };
template <class Matrix>
concept HasImagesInRows = requires(Matrix&& matrix) {
  images_of(std::forward<Matrix>(matrix), Shape{3, 5, 6});
};
BOOST_AUTO_TEST_CASE(a_temporary_is_refused) {
  using Array = xt::xtensor<float, 4>;
  static_assert(HasImages<const Array&> && HasImages<Array&> && !HasImages<Array> && !HasImages<const Array>);
  using Matrix = Eigen::MatrixXf;
  static_assert(HasImagesInRows<const Matrix&> && HasImagesInRows<Matrix&> && !HasImagesInRows<Matrix>);
}

BOOST_AUTO_TEST_SUITE_END()
