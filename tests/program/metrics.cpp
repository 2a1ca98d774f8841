#include "../../examples/dim/metrics.hpp"

#include <boost/test/unit_test.hpp>

#include "../io/temporary.hpp"

BOOST_AUTO_TEST_SUITE(metrics)

using program::Metrics;

/// What the file of these lines holds.
Metrics read(const std::string& lines) {
  const TemporaryDirectory folder;
  put(folder / "metrics.jsonl", lines);
  return Metrics(program::RunFolder(folder.path()));
}

BOOST_AUTO_TEST_CASE(the_last_of_equal_lines_counts) {
  const auto found = read(R"({"step":4,"protocol":"knn-1","feature":"y","name":"accuracy","value":0.25}
{"step":0,"protocol":"knn-1","feature":"y","name":"accuracy","value":0.5,"baseline":"untrained"}
{"step":2,"protocol":"knn-1","feature":"y","name":"accuracy","value":0.125}
{"step":4,"protocol":"knn-1","feature":"y","name":"accuracy","value":1}
{"step":4,"epoch":1,"protocol":"mean-of-epoch","name":"loss","value":2.0}
)")
                         .at(4, "cifar10");
  BOOST_REQUIRE(found.size() == 2);
  BOOST_TEST(found[0].value == 1);
  BOOST_TEST(found[0].baseline == "");
  BOOST_TEST(found[1].value == 0.5);
}

// A quick look on a few pictures, or on another data set, takes no place from what was measured on all.
BOOST_AUTO_TEST_CASE(most_pictures_of_the_same_data_count) {
  const auto found =
      read(
          R"({"step":4,"protocol":"knn-1","name":"accuracy","value":0.5,"data":"cifar10","train_pictures":50,"test_pictures":9}
{"step":4,"protocol":"knn-1","name":"accuracy","value":0.25,"data":"cifar10","train_pictures":10,"test_pictures":9}
{"step":4,"protocol":"knn-1","name":"accuracy","value":0.125,"data":"cifar100","train_pictures":50,"test_pictures":9}
)")
          .at(4, "cifar10");
  BOOST_REQUIRE(found.size() == 1);
  BOOST_TEST(found[0].value == 0.5);
}

BOOST_AUTO_TEST_CASE(curves_are_in_the_order_of_epochs) {
  const Metrics metrics = read(R"({"epoch":2,"step":8,"protocol":"mean-of-epoch","name":"loss","value":2.0}
{"epoch":1,"step":4,"protocol":"mean-of-epoch","name":"loss","value":1.0}
{"epoch":2,"step":8,"protocol":"mean-of-epoch","name":"loss","value":3.0}
{"epoch":2,"step":8,"protocol":"mean-of-epoch","name":"other","value":4.0}
{"epoch":2,"step":8,"protocol":"knn-1","name":"loss","value":5.0}
)");
  const auto curves = metrics.curves();
  BOOST_REQUIRE(curves.size() == 3);
  BOOST_REQUIRE(curves[0].size() == 2);
  BOOST_TEST(curves[0][0].epoch == 1);
  BOOST_TEST(curves[0][0].value == 1);
  BOOST_TEST(curves[0][1].value == 3);
  BOOST_TEST(curves[1].front().name == "other");
  BOOST_TEST(curves[2].front().protocol == "knn-1");
}

BOOST_AUTO_TEST_CASE(what_a_killed_process_leaves_is_dropped) {
  BOOST_TEST(read("{\"step\":1,\"name\":\"a\",\"value\":1}\n{\"step\":1,\"name\":\"b\",\"val")
                 .at(1, "cifar10")
                 .size() == 1);
  BOOST_TEST(read("{\"step\":1,\"name\":\"a\",\"value\":null}\n").at(1, "cifar10").empty());
  BOOST_TEST(read("").at(1, "cifar10").empty());
  BOOST_TEST(Metrics(program::RunFolder("/nowhere")).at(1, "cifar10").empty());
}

BOOST_AUTO_TEST_CASE(damaged_lines_are_named) {
  const std::string good = "{\"step\":1,\"name\":\"a\",\"value\":1}\n";
  for (const char* bad :
       {"{}", "[1]", "{\"value\":\"1\"}", "{\"value\":1,\"name\":2}", "{\"value\":1,\"step\":1.5}"}) {
    const std::string said = error_of([&] { read(good + bad + "\n" + good); });
    BOOST_TEST(has(said, "metrics.jsonl, line 2: "), bad << ": " << said);
    BOOST_TEST(has(said, "delete the line"), said);
  }
  BOOST_TEST(has(error_of([&] { read(good + "{\"value\":}\n"); }), "metrics.jsonl, line 2: "));
}

BOOST_AUTO_TEST_SUITE_END()
