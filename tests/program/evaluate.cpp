#include "program.hpp"

BOOST_AUTO_TEST_SUITE(evaluate)

using namespace tests;

BOOST_AUTO_TEST_CASE(every_number_stands_beside_its_baselines) {
  const Pictures pictures;
  pictures.train("a");
  const std::string encoder = contents(pictures.run("a/encoder.safetensors"));
  const Ran ran = run_dim("evaluate " + pictures.run("a"));
  BOOST_TEST(ran.status == 0, ran.error);
  for (const char* row :
       {"conv     trained        4096", "fc       trained        1024", "y        trained          64",
        "conv     untrained      4096", "pixels   pixels         3072"})
    BOOST_TEST(has(ran.output, row), row);
  const std::string metrics = contents(pictures.run("a/metrics.jsonl"));
  BOOST_TEST(has(metrics,
                 R"({"step":4,"split":"test","protocol":"knn-20-cosine","feature":"y","name":"accuracy",)"));
  BOOST_TEST(has(metrics, R"("baseline":"untrained")"));
  BOOST_TEST(has(metrics, R"("baseline":"pixels")"));
  BOOST_TEST((contents(pictures.run("a/encoder.safetensors")) == encoder));
}

BOOST_AUTO_TEST_CASE(only_what_is_asked_for) {
  const Pictures pictures;
  pictures.train("a");
  const Ran ran =
      run_dim("evaluate " + pictures.run("a") + " --probes knn --features y --no-baselines --limit 60");
  BOOST_TEST(ran.status == 0, ran.error);
  BOOST_TEST(has(ran.output, "fitted on 60 labelled pictures"));
  BOOST_TEST(!has(ran.output, "linear"));
  BOOST_TEST(!has(ran.output, "conv"));
  BOOST_TEST(!has(ran.output, "untrained"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_measured_is_said) {
  const Pictures pictures;
  pictures.train("a");
  const std::string run = pictures.run("a");
  check_fails("evaluate " + run + " --probes svn",
              "--probes svn is not known; choose one of knn, linear, svm, mlp");
  check_fails("evaluate " + run + " --features z", "--features z is not known; choose one of conv, fc, y");
  check_fails("evaluate " + run + " --probes knn --limit 10",
              "k = 20 neighbours were asked for among 10 training features; choose k from 1 to that number");
  check_fails(
      "evaluate " + pictures.run("b"),
      pictures.run("b") +
          " is not the folder of a run: it has no run.json; name one that `dim train --out` has made");
}

BOOST_AUTO_TEST_SUITE_END()
