#include <dim/io/json.hpp>
#include <dim/io/safetensors.hpp>
#include <sstream>

#include "program.hpp"

BOOST_AUTO_TEST_SUITE(train_keeps)

using namespace tests;

BOOST_AUTO_TEST_CASE(keeps_the_encoder_that_is_best_on_held_out_images) {
  const SmallCifar cifar;
  const Ran ran = cifar.train("a", "--epochs 6 --rate 1e-3");
  BOOST_TEST(ran.status == 0, ran.error);
  std::istringstream lines(contents(cifar.run("a/metrics.jsonl")));
  double best = -1;
  long step = 0, measured = 0;
  for (std::string text; std::getline(lines, text);) {
    const dim::Json line = dim::Json::parse(text);
    if (line.at("split").string() != "held-out") continue;
    ++measured;
    BOOST_TEST(line.at("protocol").string() == "knn-20-cosine-held-out-among-100");
    const double value = line.at("value").number();
    if (value > best) best = value, step = line.at("step").integer();
  }
  BOOST_TEST(measured == 6);
  BOOST_TEST(has(ran.output, "best.safetensors is of step " + std::to_string(step) + ", with"), ran.output);
  BOOST_TEST(
      has(run_dim("evaluate " + cifar.run("a") + " --best --probes knn --features y --baselines none").output,
          "best.safetensors"));
  BOOST_TEST(has(contents(cifar.run("a/metrics.jsonl")),
                 "{\"step\":" + std::to_string(step) + ",\"split\":\"test\",\"protocol\":\"knn-20-cosine\""));

  // A run that trains on all images has none left to be judged by.
  const Ran all = cifar.train("all", "--held-out 0");
  BOOST_TEST(has(all.output, "225 images of 3x32x32, seen without their labels, and 0 held out"));
  BOOST_TEST(!has(all.output, "kNN"));
  check_fails("features " + cifar.run("all") + " --best --out " + cifar.run("x.npy"),
              cifar.run("all") +
                  " has no best.safetensors: it held no images out of its training, or has not come to the "
                  "end of an "
                  "epoch; leave --best out");
}

BOOST_AUTO_TEST_CASE(a_best_encoder_of_another_protocol_is_ignored) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string best = cifar.run("a/best.safetensors");
  const dim::Safetensors file = dim::read_safetensors(best);
  for (const std::string protocol : {"another", "knn-20-cosine-held-out-among-100"}) {
    dim::Metadata metadata = file.metadata();
    metadata["protocol"] = protocol;
    metadata["right"] = "22";  // all held-out images: nothing can be better
    dim::write_safetensors(best, file.tensors(), metadata);
    const Ran ran = cifar.train("a", protocol == "another" ? "--epochs 2" : "--epochs 3");
    BOOST_TEST(
        has(ran.output, "best.safetensors is of step " + std::to_string(protocol == "another" ? 8 : 4)),
        ran.output);
  }
}

// For a while none of the program's files may grow, as on a full disk; its output goes through a pipe.
BOOST_AUTO_TEST_CASE(a_full_disk_ends_no_training) {
  const SmallCifar cifar;  // and a large encoder, the first thing that there is no room for
  const std::string log = cifar.run("log"), run = cifar.run("a"),
                    start = "rm -f " + log + " " + run + ".pipe; mkfifo " + run + ".pipe; cat " + run +
                            ".pipe >" + log + " & \"$dim\" train --data " + cifar.spec +
                            " --units 64 --batch 50 --out " + run + " --threads 1 --epochs 100000 >" + run +
                            ".pipe 2>&1 & " + until_said("^epoch", log) + "prlimit --pid $! --fsize=1:; " +
                            until_said("later", log);
  const auto stopped_at = [&] {
    const std::string output = contents(log), stopped = "stopped at step ";
    BOOST_TEST_REQUIRE(has(output, stopped), output);
    return std::stol(output.substr(output.find(stopped) + stopped.size()));
  };

  // There is room again: nothing from that time is missing.
  Ran ran = shell(start + "prlimit --pid $! --fsize=unlimited:; " + until_said("now been written", log) +
                  "kill -TERM $!; wait $!");
  std::string output = contents(log);
  BOOST_TEST(has(output, ": File too large; make room there, or use another disk (" + run), output);
  BOOST_TEST(has(output, " is as it was before); training goes on, and it is kept to be written later\n"),
             output);
  const std::string epochs = "--encoder basic32x32 --epochs " + std::to_string(stopped_at() / 4 + 1);
  BOOST_TEST(cifar.train("a", epochs).status == 0);
  BOOST_TEST(cifar.train("whole", epochs).status == 0);
  for (const char* name :
       {"/last.safetensors", "/encoder.safetensors", "/best.safetensors", "/metrics.jsonl"})
    BOOST_TEST((contents(cifar.run("whole") + name) == contents(run + name)), name);

  // There is no room until the end.
  const std::string before = contents(run + "/last.safetensors"), metrics = contents(run + "/metrics.jsonl");
  ran = shell(start + "kill -TERM $!; wait $!");
  output = contents(log);
  BOOST_TEST(ran.status == 1);
  BOOST_TEST(!has(output, "stopped at"), output);
  BOOST_TEST(
      has(output.substr(output.rfind("dim: ")), ": File too large; make room there, or use another disk ("),
      output);
  BOOST_TEST((contents(run + "/last.safetensors") == before));
  BOOST_TEST((contents(run + "/metrics.jsonl").rfind(metrics, 0) == 0));
}

BOOST_AUTO_TEST_CASE(brain_floats_are_another_run) {
  const SmallCifar cifar;
  cifar.train("f32");
  const Ran ran = cifar.train("bf16", "--precision bf16");
  BOOST_TEST(has(ran.output, "prior uniform, bf16, seed 1"));
  BOOST_TEST((contents(cifar.run("f32/last.safetensors")) != contents(cifar.run("bf16/last.safetensors"))));
  BOOST_TEST(has(cifar.train("bf16").error, "(precision bf16 there and f32 here)"));
  BOOST_TEST(has(cifar.train("a", "--precision f16").error,
                 "--precision f16 is not known; choose one of f32, bf16"));
}

BOOST_AUTO_TEST_SUITE_END()
