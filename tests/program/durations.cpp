#include "../../examples/dim/commands/durations.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(durations)

using program::Durations;

BOOST_AUTO_TEST_CASE(what_is_most_alike_counts) {
  Durations durations(0.5);
  BOOST_TEST(durations.expected("knn", "y", 4) == 2);
  durations.add("svm", "y", 10, 100);
  BOOST_TEST(durations.expected("knn", "y", 4) == 40);  // from all
  durations.add("knn", "conv", 10, 1);
  BOOST_TEST(durations.expected("knn", "y", 40) == 4);  // from the same probe
  durations.add("knn", "y", 10, 20);
  BOOST_TEST(durations.expected("knn", "y", 5) == 10);  // from the same probe and feature
  durations.add("knn", "y", 10, 10);
  BOOST_TEST(durations.expected("knn", "y", 10) == 10);  // from the last one
  BOOST_TEST(durations.expected("knn", "pixels", 30) == 31);
  BOOST_TEST(durations.expected("mlp", "y", 40) == 131);
}

// Probes whose costs are badly estimated, by a factor of ten in opposite directions: the remaining time is right once
// each has been measured.
BOOST_AUTO_TEST_CASE(bad_costs_do_no_harm) {
  Durations durations(1);
  durations.add("knn", "y", 100, 10);
  durations.add("svm", "y", 100, 1000);
  BOOST_TEST(durations.expected("knn", "y", 100) + durations.expected("svm", "y", 100) == 1010);
  BOOST_TEST(durations.expected("knn", "pixels", 200) + durations.expected("svm", "pixels", 200) == 2020);
}

BOOST_AUTO_TEST_SUITE_END()
