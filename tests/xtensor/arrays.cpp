#include <boost/test/unit_test.hpp>
#include <dim/xtensor/arrays.hpp>

#include "../io/temporary.hpp"
#include "../xtensor_views.hpp"

BOOST_AUTO_TEST_SUITE(arrays)

using namespace dim;

template <class T>
xt::xtensor<T, 3> numbers() {
  xt::xtensor<T, 3> array({2, 3, 4});
  for (std::size_t i = 0; i < array.size(); ++i) array.data()[i] = T(i * 7 % 24);
  return array;
}

template <class T>
void check_round_trip() {
  const TemporaryDirectory directory;
  const auto array = numbers<T>();
  write_npy(directory / "x.npy", array);
  const auto read = read_npy<T, 3>(directory / "x.npy");
  BOOST_TEST((read == array));
  BOOST_TEST(sizes_of(read) == (std::vector<long>{2, 3, 4}));
}
BOOST_AUTO_TEST_CASE(round_trips) {
  check_round_trip<float>();
  check_round_trip<double>();
  check_round_trip<unsigned char>();
  check_round_trip<int>();
  check_round_trip<long>();
}

// The file is in C order, whatever the array's.
BOOST_AUTO_TEST_CASE(views_and_orders) {
  const TemporaryDirectory directory;
  const auto array = numbers<float>();
  const auto write_and_read = [&](const auto& expression) {
    write_npy(directory / "x.npy", expression);
    return read_npy<float, 3>(directory / "x.npy");
  };
  const auto view = xt::view(array, xt::all(), xt::range(1, 3), xt::range(0, 4, 2));
  BOOST_TEST((write_and_read(view) == view));
  const auto backwards = xt::view(array, xt::all(), xt::range(2, 0, -1), xt::all());
  BOOST_TEST((write_and_read(backwards) == backwards));
  const xt::xtensor<float, 3, xt::layout_type::column_major> columns = array;
  BOOST_TEST((write_and_read(columns) == array));
  const xt::xarray<float> dynamic = array;
  BOOST_TEST((write_and_read(dynamic) == array));
  BOOST_TEST((write_and_read(2 * array) == 2 * array));
  const xt::xtensor<float, 3> empty({2, 0, 4});
  BOOST_TEST((write_and_read(empty) == empty));
}

BOOST_AUTO_TEST_CASE(numbers_and_vectors) {
  const TemporaryDirectory directory;
  const xt::xtensor<double, 1> vector = {1, 2, 4};
  write_npy(directory / "x.npy", vector);
  BOOST_TEST((read_npy<double, 1>(directory / "x.npy") == vector));
  const xt::xtensor<double, 0> number = 2.5;
  write_npy(directory / "x.npy", number);
  BOOST_TEST((read_npy<double, 0>(directory / "x.npy")() == 2.5));
}

BOOST_AUTO_TEST_CASE(another_rank_or_type_is_refused) {
  const TemporaryDirectory directory;
  const std::string path = directory / "x.npy";
  write_npy(path, numbers<float>());
  BOOST_TEST(error_of([&] { read_npy<float, 2>(path); }) ==
             path + ": an array of 3 dimensions, where 2 are wanted; give the array that this is for");
  BOOST_TEST(has(error_of([&] { read_npy<double, 3>(path); }), path + " holds numbers of type <f4, not <f8"));
}

BOOST_AUTO_TEST_SUITE_END()
