#include "dim/core/matrix_view.hpp"

#include <Eigen/Core>
#include <boost/test/unit_test.hpp>
#include <dim/xtensor/arrays.hpp>

#include "../io/temporary.hpp"
#include "../xtensor_views.hpp"

BOOST_AUTO_TEST_SUITE(matrix_view)

using namespace dim;

/// Whether a view of an array of distinct values has each of them in its place.
template <class Array>
void check_same(const Array& array, long rows, long columns) {
  const MatrixView view(array);
  BOOST_TEST((view.rows == rows && view.columns == columns));
  const MatrixView turned = view.transposed();
  for (long i = 0; i < rows; ++i)
    for (long j = 0; j < columns; ++j) {
      BOOST_TEST(view(i, j) == array(i, j));
      BOOST_TEST(view.at(i, j) == &view(i, j));
      BOOST_TEST(&turned(j, i) == &view(i, j));
    }
}

BOOST_AUTO_TEST_CASE(of_eigen) {
  const Eigen::MatrixXf columns = Eigen::MatrixXf::Random(5, 3);
  check_same(columns, 5, 3);
  const Eigen::Matrix<double, Eigen::Dynamic, 4, Eigen::RowMajor> rows = Eigen::MatrixXd::Random(6, 4);
  check_same(rows, 6, 4);
  const Eigen::Matrix<float, 2, 2> fixed = Eigen::Matrix2f::Identity();
  check_same(fixed, 2, 2);
  const auto block = rows.block(1, 2, 4, 2);
  check_same(block, 4, 2);
  const auto turned = columns.transpose();
  BOOST_TEST((MatrixView(turned).row_stride == 5 && MatrixView(turned).data == columns.data()));
  check_same(turned, 3, 5);
  const Eigen::Map<const Eigen::MatrixXf, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>> every_other(
      columns.data(), 2, 2, {5, 2});
  check_same(every_other, 2, 2);
  const Eigen::Ref<const Eigen::MatrixXf> reference = columns;
  check_same(reference, 5, 3);
  const Eigen::VectorXf vector = columns.col(0);
  BOOST_TEST((MatrixView(vector).rows == 5 && MatrixView(vector).columns == 1));
}

BOOST_AUTO_TEST_CASE(of_xtensor) {
  xt::xtensor<float, 2, xt::layout_type::row_major> rows({4, 3});
  for (std::size_t i = 0; i < 12; ++i) rows.data()[i] = float(i);
  check_same(rows, 4, 3);
  const xt::xtensor<float, 2, xt::layout_type::column_major> columns = rows;
  check_same(columns, 4, 3);
  const xt::xarray<float> dynamic = rows;
  check_same(dynamic, 4, 3);
  const auto part = xt::view(rows, xt::range(3, 0, -2), xt::range(1, 3));
  check_same(part, 2, 2);
  const xt::xtensor<float, 3> three({2, 2, 2});
  BOOST_TEST(error_of([&] { MatrixView view(three); }) ==
             "a matrix is an array (N, D), this one has 3 dimensions; reshape it");
}

BOOST_AUTO_TEST_CASE(parts) {
  const float numbers[] = {0, 1, 2, 3, 4, 5};
  const MatrixView<float> matrix(numbers, 2, 3, 3);
  const MatrixView<float> part = matrix.part(1, 1, 9, 9), column = matrix.transposed().part(2, 0, 1, 1);
  BOOST_TEST((part.rows == 1 && part.columns == 2 && part(0, 1) == 5));
  BOOST_TEST((column.rows == 1 && column.columns == 1 && column(0, 0) == 2));
}

template <class Array>
concept HasView = requires(Array&& array) { MatrixView<float>(std::forward<Array>(array)); };
BOOST_AUTO_TEST_CASE(a_temporary_is_refused) {
  using Tensor = xt::xtensor<float, 2>;
  static_assert(HasView<const Eigen::MatrixXf&> && HasView<Eigen::MatrixXf&> && !HasView<Eigen::MatrixXf>);
  static_assert(HasView<const Tensor&> && HasView<Tensor&> && !HasView<Tensor>);
  static_assert(!HasView<const Eigen::MatrixXd&>);                               // of another type
  static_assert(!EigenMatrix<decltype(Eigen::MatrixXf() + Eigen::MatrixXf())>);  // a temporary
}

BOOST_AUTO_TEST_SUITE_END()
