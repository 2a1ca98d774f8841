#include <Eigen/Core>
#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <dim/evaluate/array_features.hpp>
#include <dim/evaluate/knn.hpp>
#include <dim/evaluate/linear_probe.hpp>
#include <dim/evaluate/mlp_probe.hpp>
#include <dim/evaluate/mutual_information.hpp>
#include <dim/evaluate/ndm.hpp>
#include <dim/evaluate/svm_probe.hpp>
#include <dim/xtensor/arrays.hpp>

#include "../io/temporary.hpp"
#include "../xtensor_views.hpp"
#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(array_features)

using namespace dim;

xt::xtensor<float, 2> numbers() {
  xt::xtensor<float, 2> array({6, 4});
  for (std::size_t i = 0; i < array.size(); ++i) array.data()[i] = float(i * 7 % 11);
  return array;
}

/// Are the rows those of the array, and is the array read in place or copied, as it should be?
template <class Array>
void check_same(const Array& array, bool copied) {
  const auto rows = features_of(array);
  const auto features = rows.features();
  BOOST_TEST(features.count == long(array.shape()[0]));
  BOOST_TEST(features.size == long(array.size() / array.shape()[0]));
  const xt::xtensor<float, 1> flat = xt::flatten<xt::layout_type::row_major>(array);
  for (long i = 0; i < features.count; ++i)
    for (long j = 0; j < features.size; ++j)
      BOOST_TEST(features(i, j) == flat(std::size_t(i * features.size + j)));
  BOOST_TEST((features.data != array.data() + array.data_offset()) == copied);
  BOOST_TEST((features.labels == nullptr));
}

BOOST_AUTO_TEST_CASE(arrays_are_looked_at) {
  const auto array = numbers();
  check_same(array, false);
  check_same(xt::xarray<float>(array), false);
  check_same(xt::view(array, xt::range(2, 5)), false);
  check_same(xt::view(array, xt::all(), xt::range(1, 3)), false);
  check_same(xt::view(array, xt::range(0, 6, 2)), false);
  check_same(xt::view(array, xt::all(), xt::range(3, 0, -2)), false);
  check_same(xt::xtensor<float, 2, xt::layout_type::column_major>(array), false);
  const xt::xtensor<float, 4> maps = xt::reshape_view(array, {3, 2, 2, 2});
  check_same(maps, false);
  check_same(xt::view(maps, xt::all(), xt::range(1, 2)), false);
  check_same(xt::view(maps, xt::all(), xt::all(), xt::all(), xt::range(0, 1)), false);
}

BOOST_AUTO_TEST_CASE(maps_in_pieces_or_another_order_are_copied) {
  const xt::xtensor<float, 4> maps = xt::reshape_view(numbers(), {3, 2, 2, 2});
  check_same(xt::view(maps, xt::all(), xt::all(), xt::range(0, 1)), true);
  check_same(xt::xtensor<float, 4, xt::layout_type::column_major>(maps), true);
}

BOOST_AUTO_TEST_CASE(matrices_are_looked_at) {
  const Eigen::MatrixXf columns = Eigen::MatrixXf::Random(6, 4);
  const Eigen::Matrix<float, 6, 4, Eigen::RowMajor> rows = columns;
  const auto check = [&](const auto& matrix, long left_out) {
    const auto taken = features_of(matrix, Eigen::VectorXi::LinSpaced(6, 0, 5).eval());
    const Features<float> features = taken.features();
    BOOST_TEST((features.count == 6 && features.size == 4 - left_out && features.data == matrix.data()));
    for (long i = 0; i < 6; ++i)
      for (long j = left_out; j < 4; ++j) BOOST_TEST(features(i, j - left_out) == columns(i, j));
    BOOST_TEST(features.labels[5] == 5);
  };
  check(columns, 0);
  check(rows, 0);
  const auto block = columns.rightCols(3);
  check(block, 1);
}

BOOST_AUTO_TEST_CASE(a_copy_of_copied_features_keeps_its_own) {
  const auto array = numbers();
  const xt::xtensor<float, 4, xt::layout_type::column_major> part = xt::reshape_view(array, {6, 2, 1, 2});
  auto first = std::make_unique<ArrayFeatures<float>>(part);
  const ArrayFeatures<float> second = *first;
  first.reset();
  BOOST_TEST(second.features()(5, 1) == array(5, 1));
}

using Probes = boost::mpl::list<KnnProbe<float>, LinearProbe, SvmProbe, MlpProbe<>>;
BOOST_AUTO_TEST_CASE_TEMPLATE(probes_have_one_shape, Probe, Probes) {
  const tests::Set<float> train = tests::clouds<float>(200, 4, 3, 6, 1),
                          test = tests::clouds<float>(90, 4, 3, 6, 2);
  Probe probe;
  probe.fit(Cpu{2}, train.features(), 3);
  const std::vector<int> predicted = probe.predict(Cpu{1}, test.features());
  BOOST_TEST(probe.accuracy(Cpu{1}, test.features()) == accuracy(predicted, test.features()));
  BOOST_TEST(probe.accuracy(Cpu{1}, test.features()) > 0.9);
}

BOOST_AUTO_TEST_CASE(probes_take_them_with_labels) {
  const auto array = numbers();
  const xt::xtensor<std::int64_t, 1> labels{0, 1, 2, 0, 1, 2};
  const auto rows = features_of(array, labels);
  BOOST_TEST(rows.features().labels[4] == 1);
  KnnProbe probe;
  probe.fit(Cpu{}, rows.features(), 3, {.k = 1});
  BOOST_TEST(probe.accuracy(Cpu{}, rows.features()) == 1);
  const std::vector<int> same(labels.begin(), labels.end());
  const auto same_rows = features_of(array, same);
  BOOST_TEST(same_rows.features().labels[5] == 2);
}

BOOST_AUTO_TEST_CASE(labels_beyond_int_are_refused) {
  const auto array = numbers();
  xt::xtensor<std::int64_t, 1> labels{0, 1, 2, 0, 1L << 32, 2};
  BOOST_TEST(error_of([&] { features_of(array, labels); }) ==
             "label 4294967296 of row 4 is not a class; classes are counted from 0");
  labels(4) = -1;  // which the probes refuse with a message that names it
  const auto rows = features_of(array, labels);
  BOOST_TEST(rows.features().labels[4] == -1);
  const xt::xtensor<std::uint32_t, 1> unknown{0, 1, 2, 0, 1, std::uint32_t(-1)};
  BOOST_TEST(has(error_of([&] { features_of(array, unknown); }), "label 4294967295 of row 5"));
}

BOOST_AUTO_TEST_CASE(arrays_that_are_refused) {
  const xt::xtensor<float, 1> one({4});
  BOOST_TEST(error_of([&] { features_of(one); }) ==
             "features come as an array (N, D), or one of more dimensions, this one has 1; reshape it");
  const auto array = numbers();
  BOOST_TEST(error_of([&] {
               features_of(array, std::vector<int>{1, 2});
             }) == "2 labels for 6 features; give one for each row");
  const xt::xtensor<float, 2> none({0, 4});
  const auto empty = features_of(none);
  BOOST_TEST(has(error_of([&] { check_features(empty.features(), "training"); }), "no training features"));
}

// Rows, columns and blocks of columns of one matrix.
BOOST_AUTO_TEST_CASE(measures_have_the_same_bits_wherever_numbers_lie) {
  using tests::Set;
  const Set<float> set = tests::clouds<float>(150, 70, 3, 2, 5);
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::Map<const RowMajor> rows(set.data.data(), 150, 70);
  const Eigen::MatrixXf columns = rows;
  Eigen::MatrixXf held = Eigen::MatrixXf::Zero(160, 75);
  held.block(7, 3, 150, 70) = rows;
  const auto block = held.block(7, 3, 150, 70);
  const auto of_rows = features_of(rows, set.labels), of_columns = features_of(columns, set.labels),
             of_block = features_of(block, set.labels);
  const auto measured = [](const Features<float>& all, int threads) {
    const Cpu cpu(threads);
    const Features<float> train = all.part(0, 100), test = all.part(100, 50);
    KnnProbe nearest;
    nearest.fit(cpu, train, 3, {.k = 5});
    std::vector<double> found{nearest.accuracy(cpu, test), double(test(49, 69))};
    LinearProbe linear;
    linear.fit(cpu, train, 3, {.iterations = 5});
    found.insert(found.end(), linear.parameters().begin(), linear.parameters().end());
    SvmProbe svm;
    svm.fit(cpu, train, 3, {.passes = 5});
    found.insert(found.end(), svm.parameters().begin(), svm.parameters().end());
    found.push_back(
        svm_accuracy(cpu, train, test, 3, {.trial_passes = 2, .runs = 2, .options = {.passes = 3}}).C);
    MlpProbe mlp;
    mlp.fit(cpu, train, 3, {.hidden = 20, .epochs = 2, .milestones = {}, .last = 1});
    for (const int predicted : mlp.predict(cpu, test)) found.push_back(predicted);
    found.push_back(
        ndm(cpu, train, test, {.hidden = {10}, .batch = 20, .epochs = 1, .milestones = {}}).value);
    found.push_back(estimate_mutual_information(cpu, train, train, {.batch = 20, .steps = 5}).value);
    return found;
  };
  const std::vector<double> expected = measured(of_rows.features(), 1);
  for (const int threads : {1, 3}) {
    BOOST_TEST(measured(of_columns.features(), threads) == expected);
    BOOST_TEST(measured(of_block.features(), threads) == expected);
  }
}

template <class Array>
concept HasFeatures = requires(Array&& array) { features_of(std::forward<Array>(array)); };
template <class Rows>
concept GivesFeatures = requires(Rows&& rows) { std::forward<Rows>(rows).features(); };
BOOST_AUTO_TEST_CASE(a_temporary_is_refused) {
  using Array = xt::xtensor<float, 2>;
  static_assert(HasFeatures<const Array&> && HasFeatures<Array&> && !HasFeatures<Array>);
  using Rows = ArrayFeatures<float>;
  static_assert(GivesFeatures<const Rows&> && GivesFeatures<Rows&> && !GivesFeatures<Rows>);
}

BOOST_AUTO_TEST_SUITE_END()
