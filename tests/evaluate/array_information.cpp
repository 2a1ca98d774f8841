#include "dim/evaluate/array_information.hpp"

#include <Eigen/Core>
#include <boost/test/unit_test.hpp>
#include <dim/xtensor/arrays.hpp>

#include "../xtensor_views.hpp"
#include "information_tasks.hpp"
#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(array_information)

using namespace tests;

BOOST_AUTO_TEST_CASE(arrays_give_what_their_rows_give) {
  const Pairs task = normal_pairs(400, 2, 1, 0.9, 3);
  const xt::xtensor<double, 2> x = xt::adapt(task.x, std::vector<std::size_t>{400, 2});
  const xt::xarray<double> y = xt::adapt(task.y, std::vector<std::size_t>{400, 1, 2});
  const dim::InformationOptions options{.steps = 20, .seed = 3};
  const double value = task.estimate(options).value;
  BOOST_TEST(dim::estimate_mutual_information(x, y, options).value == value);
  BOOST_TEST(dim::estimate_mutual_information(xt::view(x, xt::all()), y, options, dim::Cpu{1}).value ==
             value);
  const Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, 2, Eigen::RowMajor>> x_rows(task.x.data(), 400,
                                                                                           2);
  const Eigen::MatrixXd y_columns = Eigen::Map<const Eigen::MatrixXd>(task.y.data(), 2, 400).transpose();
  BOOST_TEST(dim::estimate_mutual_information(x_rows, y_columns, options).value == value);
  BOOST_TEST(dim::estimate_mutual_information(x_rows, y, options).value == value);
  const auto first = xt::view(x, xt::all(), xt::range(0, 1));
  BOOST_TEST(dim::estimate_mutual_information(first, y, options).value != value);
}

BOOST_AUTO_TEST_CASE(arrays_that_are_refused) {
  const xt::xtensor<float, 2> x({100, 2}, 1.F);
  BOOST_CHECK_EXCEPTION(dim::estimate_mutual_information(x, xt::xtensor<float, 2>({99, 2}, 1.F)), dim::Error,
                        says({"100 rows of x", "99 of y"}));
  BOOST_CHECK_EXCEPTION(dim::estimate_mutual_information(x, xt::xtensor<float, 1>({100}, 1.F)), dim::Error,
                        says({"reshape"}));
}

BOOST_AUTO_TEST_SUITE_END()
