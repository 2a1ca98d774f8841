#include "../../examples/dim/run/metrics.hpp"

#include <boost/test/unit_test.hpp>

#include "../io/temporary.hpp"

BOOST_AUTO_TEST_SUITE(metrics)

using program::Metrics;

/// The metrics in a file with these lines.
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

// A quick measurement on a few images, or on another data set, does not replace one on all.
BOOST_AUTO_TEST_CASE(most_images_of_the_same_data_count) {
  const auto found =
      read(
          R"({"step":4,"protocol":"knn-1","name":"accuracy","value":0.5,"data":"cifar10","train_images":50,"test_images":9}
{"step":4,"protocol":"knn-1","name":"accuracy","value":0.25,"data":"cifar10","train_images":10,"test_images":9}
{"step":4,"protocol":"knn-1","name":"accuracy","value":0.125,"data":"cifar100","train_images":50,"test_images":9}
)")
          .at(4, "cifar10");
  BOOST_REQUIRE(found.size() == 1);
  BOOST_TEST(found[0].value == 0.5);
}

// Version 0.1 wrote of pictures.
BOOST_AUTO_TEST_CASE(counts_by_their_earlier_names_are_read) {
  const auto found =
      read(
          R"({"step":4,"protocol":"knn-1","name":"accuracy","value":0.5,"data":"cifar10","train_pictures":50,"test_pictures":9}
)")
          .at(4, "cifar10");
  BOOST_REQUIRE(found.size() == 1);
  BOOST_TEST(found[0].train_images == 50);
  BOOST_TEST(found[0].test_images == 9);
}

// A run measured on few images is compared with baselines on as many, if there are any.
BOOST_AUTO_TEST_CASE(baselines_are_of_as_many_images) {
  const auto line = [](int step, const char* protocol, const char* value, int images, const char* baseline) {
    return R"({"step":)" + std::to_string(step) + R"(,"protocol":")" + protocol +
           R"(","name":"accuracy","value":)" + value + R"(,"data":"cifar10-1","train_images":)" +
           std::to_string(images) + R"(,"test_images":9)" + baseline + "}\n";
  };
  const char* const untrained = R"(,"baseline":"untrained")";
  const auto found = read(line(4, "knn-1", "0.25", 50, untrained) + line(4, "knn-1", "0.125", 10, untrained) +
                          line(8, "knn-1", "0.5", 10, "") + line(4, "mlp", "0.75", 50, untrained) +
                          line(8, "mlp", "0.875", 10, ""))
                         .at(8, "cifar10-1");
  BOOST_REQUIRE(found.size() == 4);
  for (const program::Metric& metric : found)
    if (metric.baseline == "untrained") BOOST_TEST(metric.value == (metric.protocol == "mlp" ? 0.75 : 0.125));
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

BOOST_AUTO_TEST_CASE(parts_of_an_epoch_are_points_of_their_own) {
  const auto curves = read(R"({"epoch":1,"step":2,"protocol":"mean-of-tenth","name":"loss","value":2.0}
{"epoch":1,"step":4,"protocol":"mean-of-tenth","name":"loss","value":1.0}
{"epoch":1,"step":2,"protocol":"mean-of-tenth","name":"loss","value":3.0}
)")
                          .curves();
  BOOST_REQUIRE(curves.size() == 1);
  BOOST_REQUIRE(curves[0].size() == 2);
  BOOST_TEST(curves[0][0].value == 3);
  BOOST_TEST(curves[0][1].step == 4);
}

BOOST_AUTO_TEST_CASE(what_a_killed_process_leaves_is_dropped) {
  BOOST_TEST(read("{\"step\":1,\"name\":\"a\",\"value\":1}\n{\"step\":1,\"name\":\"b\",\"val")
                 .at(1, "cifar10")
                 .size() == 1);
  BOOST_TEST(read("{\"step\":1,\"name\":\"a\",\"value\":null}\n").at(1, "cifar10").empty());
  BOOST_TEST(read("").at(1, "cifar10").empty());
  BOOST_TEST(Metrics(program::RunFolder("/nowhere")).at(1, "cifar10").empty());
}

BOOST_AUTO_TEST_CASE(epochs_are_forgotten_by_their_last_steps) {
  const TemporaryDirectory directory;
  const program::RunFolder run(directory.path());
  const std::string kept = "{\"step\":9,\"name\":\"a\",\"value\":1}\n{\"epoch\":1,\"step\":4,\"value\":1}\n",
                    later = "{\"epoch\":2,\"step\":8,\"value\":1}\n";
  put(run.metrics(), kept + later);
  forget_epochs_after(run, 8);
  BOOST_TEST(contents(run.metrics()) == kept + later);
  forget_epochs_after(run, 7);
  BOOST_TEST(contents(run.metrics()) == kept);
  for (const char* bad : {"{\"epoch\":1}", "{\"epoch\":1,\"step\":\"4\"}", "[1]"}) {
    put(run.metrics(), kept + bad + "\n");
    const std::string said = error_of([&] { forget_epochs_after(run, 8); });
    BOOST_TEST(has(said, "metrics.jsonl, line 3: "), bad << ": " << said);
  }
}

BOOST_AUTO_TEST_CASE(damaged_lines_are_named) {
  const std::string good = "{\"step\":1,\"name\":\"a\",\"value\":1}\n";
  for (const char* bad :
       {"{}", "[1]", "{\"value\":\"1\"}", "{\"value\":1,\"name\":2}", "{\"value\":1,\"step\":1.5}",
        "{\"value\":1,\"step\":1,\"epoch\":1.5}", "{\"value\":1,\"epoch\":1}", "{\"value\":1,\"data\":null}",
        "{\"value\":1,\"train_images\":\"7\"}", "{\"value\":1,\"test_pictures\":\"7\"}"}) {
    const std::string said = error_of([&] { read(good + bad + "\n" + good); });
    BOOST_TEST(has(said, "metrics.jsonl, line 2: "), bad << ": " << said);
    BOOST_TEST(has(said, "delete the line"), said);
    // All readers of the file report the same.
    const TemporaryDirectory folder;
    const program::RunFolder run(folder.path());
    put(run.metrics(), good + bad + "\n");
    const std::string by_train = error_of([&] { forget_epochs_after(run, 8); });
    BOOST_TEST(by_train.substr(by_train.find("metrics.jsonl")) == said.substr(said.find("metrics.jsonl")));
    BOOST_TEST(error_of([&] { run.recorded(); }) == by_train);
  }
  BOOST_TEST(has(error_of([&] { read("{\"value\":1,\"step\":1,\"epoch\":1.5}\n"); }),
                 "line 1: epoch: expected an integer but found"));
  BOOST_TEST(has(error_of([&] { read(good + "{\"value\":}\n"); }), "metrics.jsonl, line 2: "));
}

BOOST_AUTO_TEST_SUITE_END()
