#include <dim/io/json.hpp>
#include <sstream>

#include "program.hpp"

BOOST_AUTO_TEST_SUITE(train_patience)

using namespace tests;

/// The epoch after which a run with these metrics ends, and its best one; 0 if it never ends.
std::pair<long, long> end_and_best(const std::string& metrics, long patience) {
  std::istringstream lines(metrics);
  double best = -1;
  long best_epoch = 0;
  for (std::string text; std::getline(lines, text);) {
    const dim::Json line = dim::Json::parse(text);
    if (line.at("split").string() != "held-out") continue;
    const long epoch = line.at("epoch").integer();
    if (line.at("value").number() > best) best = line.at("value").number(), best_epoch = epoch;
    if (epoch - best_epoch == patience) return {epoch, best_epoch};
  }
  return {0, best_epoch};
}

/// Whether two runs have the same files.
void check_same(const SmallCifar& cifar, const std::string& a, const std::string& b) {
  for (const char* name :
       {"/last.safetensors", "/encoder.safetensors", "/best.safetensors", "/metrics.jsonl", "/run.json"})
    BOOST_TEST((contents(cifar.run(a) + name) == contents(cifar.run(b) + name)), a << " " << b << name);
}

BOOST_AUTO_TEST_CASE(ends_when_nothing_gets_better_and_stays_so) {
  const SmallCifar cifar;
  const std::string whole = " --estimator jsd --epochs 12", patient = whole + " --patience 2";
  BOOST_TEST(cifar.train("whole", whole).status == 0);
  const auto [end, best] = end_and_best(contents(cifar.run("whole/metrics.jsonl")), 2);
  BOOST_TEST_REQUIRE(end > 0);
  BOOST_TEST_REQUIRE(end < 12);

  const std::string said = "\npatience the accuracy on held-out images was best after epoch " +
                           std::to_string(best) + ": training has ended after epoch " + std::to_string(end) +
                           " of ";
  const Ran ran = cifar.train("ended", patient);
  BOOST_TEST(ran.status == 0, ran.error);
  BOOST_TEST(
      has(ran.output, said + "12, and a larger --patience goes on\nbest     best.safetensors is of step " +
                          std::to_string(4 * best)),
      ran.output);
  BOOST_TEST(has(ran.output, "\ndone     "), ran.output);
  cifar.train("short", "--estimator jsd --epochs " + std::to_string(end));
  check_same(cifar, "ended", "short");

  // Neither the same command nor more epochs go on, nor does it matter where it was interrupted.
  for (const char* const again :
       {" --estimator jsd --epochs 12 --patience 2", " --estimator jsd --epochs 20 --patience 1"}) {
    const Ran stays = cifar.train("ended", again);
    BOOST_TEST(stays.status == 0, stays.error);
    BOOST_TEST(has(stays.output, said), stays.output);
    BOOST_TEST(!has(stays.output, "\nepoch"), stays.output);
    check_same(cifar, "ended", "short");
  }
  cifar.train("parts", "--estimator jsd --epochs " + std::to_string(end - 1));
  BOOST_TEST(has(cifar.train("parts", patient).output, said));
  check_same(cifar, "ended", "parts");

  const Ran longer = cifar.train("ended", whole + " --patience 12");
  BOOST_TEST(!has(longer.output, "patience"), longer.output);
  check_same(cifar, "ended", "whole");
}

// Without its best encoder a run doesn't know how long it has waited, and begins to wait anew.
BOOST_AUTO_TEST_CASE(waits_anew_without_the_best_encoder) {
  const SmallCifar cifar;
  cifar.train("a", "--epochs 3");
  std::remove(cifar.run("a/best.safetensors").c_str());
  const Ran ran = cifar.train("a", "--epochs 4 --patience 1");
  BOOST_TEST(has(ran.output, "\nepoch 4/4 "), ran.output);
  BOOST_TEST(has(ran.output, "best.safetensors is of step 16"), ran.output);
}

BOOST_AUTO_TEST_CASE(is_refused_where_nothing_is_measured) {
  const SmallCifar cifar;
  const std::string said = "--patience is about the accuracy on held-out images, and no images are held out",
                    train = "train --data " + cifar.spec + " --out " + cifar.run("a") + " --patience 3";
  check_fails(train + " --held-out 0", said + ": give --held-out a number above 0, or leave --patience out");
  check_fails(train + " --limit 110",
              said + ", since they are too few to judge by their nearest neighbours: leave --patience out");
  BOOST_TEST(!std::filesystem::exists(cifar.run("a")));
  BOOST_TEST(run_dim(train + " --patience -1").status == 2);
}

BOOST_AUTO_TEST_SUITE_END()
