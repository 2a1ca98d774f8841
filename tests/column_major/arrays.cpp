// Compiled with column_major as xtensor's default order: the library must return correct arrays and read given arrays
// correctly.
#include <boost/test/unit_test.hpp>
#include <dim/evaluate/array_information.hpp>

#include "../io/temporary.hpp"
#include "../train/small.hpp"
#include "../xtensor_views.hpp"

BOOST_AUTO_TEST_SUITE(arrays)

using namespace dim;

template <class T, std::size_t Rank>
using RowMajor = xt::xtensor<T, Rank, xt::layout_type::row_major>;
template <class T, std::size_t Rank>
using ColumnMajor = xt::xtensor<T, Rank>;
static_assert(ColumnMajor<float, 2>::static_layout == xt::layout_type::column_major);

/// Values in [0, 1], (6, 4).
ColumnMajor<double, 2> numbers() {
  ColumnMajor<double, 2> array({6, 4});
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t j = 0; j < 4; ++j) array(i, j) = double((7 * i + 3 * j) % 11) / 11;
  return array;
}

BOOST_AUTO_TEST_CASE(files) {
  const TemporaryDirectory directory;
  const std::string path = directory / "x.npy";
  const float values[] = {0, 1, 2, 3, 4, 5};
  write_npy(path, values, {2, 3});
  const auto read = read_npy<float, 2>(path);
  for (std::size_t i = 0; i < 6; ++i) BOOST_TEST(read(i / 3, i % 3) == values[i]);
  const ColumnMajor<float, 2> columns = read;
  const RowMajor<float, 2> rows = read;
  const xt::xarray<float> dynamic = read;
  const auto same = [&](const auto& array) {
    write_npy(path, array);
    const NpyArray file = read_npy(path);
    const auto written = file.values<float>();
    return file.shape == std::vector<long>{2, 3} &&
           std::equal(written.begin(), written.end(), values, values + 6);
  };
  BOOST_TEST(same(read));
  BOOST_TEST(same(columns));
  BOOST_TEST(same(rows));
  BOOST_TEST(same(dynamic));
  BOOST_TEST(same(xt::view(columns, xt::all(), xt::all())));
}

BOOST_AUTO_TEST_CASE(rows_of_features) {
  const ColumnMajor<double, 2> columns = numbers();
  const RowMajor<double, 2> rows = columns;
  const xt::xarray<double> dynamic = columns;
  const ColumnMajor<double, 3> maps = xt::reshape_view(rows, {6, 2, 2});
  const ColumnMajor<long, 1> labels{0, 1, 2, 3, 4, 5};
  const auto check = [&](const auto& array) {
    const auto taken = features_of(array, labels);
    const Features<double> features = taken.features();
    BOOST_TEST((features.count == 6 && features.size == 4));
    for (long i = 0; i < 24; ++i)
      BOOST_TEST(features(i / 4, i % 4) == columns(std::size_t(i / 4), std::size_t(i % 4)));
    BOOST_TEST(features.labels[4] == 4);
  };
  check(columns);
  check(rows);
  check(dynamic);
  check(xt::view(columns, xt::range(0, 6), xt::all()));
  const auto taken = features_of(maps);
  for (std::size_t i = 0; i < 24; ++i)
    BOOST_TEST(taken.features()(long(i / 4), long(i % 4)) == maps(i / 4, i / 2 % 2, i % 2));
}

BOOST_AUTO_TEST_CASE(information) {
  ColumnMajor<float, 2> x({64, 2}), y({64, 2});
  const Random random{3};
  for (std::size_t i = 0; i < 64; ++i)
    for (std::size_t j = 0; j < 2; ++j) {
      x(i, j) = random.uniform(2 * i + j);
      y(i, j) = x(i, j) + random.uniform(1000 + 2 * i + j);
    }
  const RowMajor<float, 2> x_rows = x, y_rows = y;
  const auto value = [](const auto& a, const auto& b) {
    return estimate_mutual_information(a, b, {.batch = 16, .steps = 10}, Cpu{1}).value;
  };
  BOOST_TEST(value(x, y) == value(x_rows, y_rows));
  BOOST_TEST(value(x, y_rows) == value(x_rows, y_rows));
}

BOOST_AUTO_TEST_CASE(images_and_their_codes) {
  const ColumnMajor<float, 4> columns = tests::stripes(20);
  const RowMajor<float, 4> rows = columns;
  tests::SmallTrainer of_columns({.batch = 8}), of_rows({.batch = 8});
  of_columns.fit(images_of(columns), {.epochs = 1});
  of_rows.fit(images_of(rows), {.epochs = 1});
  BOOST_TEST((tests::state_of(of_columns) == tests::state_of(of_rows)));

  const auto encoder = of_columns.encoder();
  for (const Representation feature : {Representation::y, Representation::conv}) {
    const std::size_t size = std::size_t(encoder.shape(feature).size());
    std::vector<float> expected(20 * size);
    encoder.features(images_of(rows), feature, expected.data());
    const auto codes = encoder.encode(columns, feature);
    const ColumnMajor<float, 2> kept = encoder.encode(rows, feature);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      BOOST_TEST_REQUIRE(codes(i / size, i % size) == expected[i]);
      BOOST_TEST_REQUIRE(kept(i / size, i % size) == expected[i]);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
