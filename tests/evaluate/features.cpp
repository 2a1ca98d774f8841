// What features must satisfy, and the messages for those that are refused.
#include "dim/evaluate/features.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>

#include "sets.hpp"

BOOST_AUTO_TEST_SUITE(features)

using namespace tests;

BOOST_AUTO_TEST_CASE(parts_keep_their_labels) {
  const Set<float> set{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {4, 3, 2, 1, 0}, 2};
  const dim::Features<float> middle = set.features().part(1, 3), end = set.features().part(3, 100);
  BOOST_TEST(middle.count == 3);
  BOOST_TEST(middle(0, 1) == 3.F);
  BOOST_TEST(middle.labels[2] == 1);
  BOOST_TEST(end.count == 2);
  BOOST_TEST(end.labels[1] == 0);
  BOOST_TEST((dim::Features<float>{set.data.data(), 5, 2}.part(1, 2).labels == nullptr));
}

BOOST_AUTO_TEST_CASE(values_that_are_not_finite_are_named) {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    for (const std::size_t at : {0U, 7U, 11U}) {
      Set<double> set{std::vector<double>(12, 1), {0, 0, 0, 0}, 3};
      set.data[at] = bad;
      BOOST_CHECK_EXCEPTION(
          dim::check_features(set.features(), "some"), dim::Error,
          says({"row " + std::to_string(at / 3), "column " + std::to_string(at % 3), "some features"}));
    }
}

BOOST_AUTO_TEST_CASE(invalid_sizes_are_refused) {
  const std::vector<float> x(12, 1);
  const auto check = [](const float* data, long count, long size) {
    dim::check_features(dim::Features<float>{data, count, size}, "some");
  };
  check(x.data(), 4, 3);
  BOOST_CHECK_EXCEPTION(check(nullptr, 4, 3), dim::Error, says({"no some features"}));
  BOOST_CHECK_EXCEPTION(check(x.data(), 0, 3), dim::Error, says({"0 rows of 3 numbers"}));
  BOOST_CHECK_EXCEPTION(check(x.data(), 4, -1), dim::Error, says({"4 rows of -1 numbers"}));
  BOOST_CHECK_EXCEPTION(check(x.data(), 1L << 40, 1L << 40), dim::Error, says({"too many some features"}));
  BOOST_CHECK_EXCEPTION(check(x.data(), 1L << 61, 1), dim::Error, says({"too many some features"}));
  dim::check_size(3, 3);
  BOOST_CHECK_EXCEPTION(dim::check_size(3, 4), dim::Error, says({"features of 4", "features of 3"}));
}

BOOST_AUTO_TEST_CASE(labels_out_of_range_are_named) {
  Set<float> set{std::vector<float>(4, 1), {0, 2, 1, 2}, 1};
  const auto check = [&](int classes) { dim::check_labels(set.features(), classes, "some"); };
  check(3);
  BOOST_CHECK_EXCEPTION(check(2), dim::Error, says({"row 1 of the some features", "label 2", "[0, 2)"}));
  BOOST_CHECK_EXCEPTION(check(0), dim::Error, says({"0 classes"}));
  BOOST_CHECK_EXCEPTION(check(2000000000), dim::Error, says({"2000000000 classes", "2^20"}));
  set.labels[3] = -1;
  BOOST_CHECK_EXCEPTION(check(3), dim::Error, says({"row 3", "label -1"}));
  const dim::Features<float> bare{set.data.data(), 4, 1};
  BOOST_CHECK_EXCEPTION(dim::check_labels(bare, 3, "some"), dim::Error, says({"no labels"}));
}

BOOST_AUTO_TEST_CASE(accuracy_is_the_part_that_is_right) {
  const Set<float> set{std::vector<float>(4, 1), {0, 2, 1, 2}, 1};
  BOOST_TEST(dim::accuracy({0, 2, 2, 1}, set.features()) == 0.5);
  BOOST_TEST(dim::accuracy({0, 2, 1, 2}, set.features()) == 1.0);
}

BOOST_AUTO_TEST_SUITE_END()
