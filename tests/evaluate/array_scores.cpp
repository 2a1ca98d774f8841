#include "dim/evaluate/array_scores.hpp"

#include <Eigen/Core>
#include <boost/test/unit_test.hpp>
#include <limits>

#include "../xtensor_views.hpp"
#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(array_scores)

using namespace dim;
using tests::says;

// Against the formulas, summed in order.
BOOST_AUTO_TEST_CASE(the_diagonal_holds_the_pairs) {
  constexpr long count = 5;
  const Eigen::MatrixXd u = Eigen::MatrixXd::NullaryExpr(
      count, count, [](long i, long j) { return std::sin(double(7 * i + 3 * j)) + (i == j ? 2 : 0); });
  double nce = 0, negatives = 0, positives = 0, jsd = 0;
  for (long i = 0; i < count; ++i) {
    nce += std::log(u.row(i).array().exp().sum()) - u(i, i);
    positives += u(i, i);
    for (long j = 0; j < count; ++j) negatives += i == j ? 0 : std::exp(u(i, j));
    for (long j = 0; j < count; ++j)  // -p(u+) and n(u-) of objectives.md
      jsd += i == j ? (std::log1p(std::exp(-u(i, j))) - std::log(2.0)) / count
                    : (std::log1p(std::exp(u(i, j))) - std::log(2.0)) / (count * (count - 1));
  }
  const ScoreEstimate infonce = score_estimate(NCE{}, u);
  BOOST_TEST(infonce.loss == nce / count, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(infonce.estimate == std::log(5.0) - nce / count, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(infonce.ceiling == std::log(5.0), boost::test_tools::tolerance(1e-12));
  const double dv = positives / count - std::log(negatives / (count * (count - 1)));
  BOOST_TEST(score_estimate(DV{}, u).estimate == dv, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(score_estimate(JSD{}, u).loss == jsd, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(any_order_gives_the_same_bits) {
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const RowMajor u =
      RowMajor::NullaryExpr(40, 40, [](long i, long j) { return float((3 * i + 5 * j) % 11) - 5; });
  const Eigen::MatrixXf columns = u;
  Eigen::MatrixXf larger = Eigen::MatrixXf::Zero(50, 60);
  larger.block(3, 4, 40, 40) = u;
  const xt::xtensor<float, 2> array =
      xt::adapt(u.data(), 1600, xt::no_ownership(), std::vector<std::size_t>{40, 40});
  const double expected = score_estimate(NCE{}, u, Cpu{1}).loss;
  BOOST_TEST(score_estimate(NCE{}, columns, Cpu{3}).loss == expected);
  BOOST_TEST(score_estimate(NCE{}, larger.block(3, 4, 40, 40), Cpu{2}).loss == expected);
  BOOST_TEST(score_estimate(NCE{}, array).loss == expected);
  BOOST_TEST((columns == Eigen::MatrixXf(u)));  // the input is unchanged
}

BOOST_AUTO_TEST_CASE(other_matrices_are_refused) {
  Eigen::MatrixXf u = Eigen::MatrixXf::Zero(3, 4);
  BOOST_CHECK_EXCEPTION(score_estimate(NCE{}, u), Error, says({"(N, N)", "(3, 4)"}));
  u = Eigen::MatrixXf::Zero(1, 1);
  BOOST_CHECK_EXCEPTION(score_estimate(NCE{}, u), Error, says({"at least two samples"}));
  u = Eigen::MatrixXf::Zero(3, 3);
  u(1, 2) = std::numeric_limits<float>::quiet_NaN();
  BOOST_CHECK_EXCEPTION(score_estimate(NCE{}, u), Error, says({"score (1, 2)", "critic"}));
}

BOOST_AUTO_TEST_SUITE_END()
