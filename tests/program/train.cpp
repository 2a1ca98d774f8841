#include <dim/io/json.hpp>
#include <dim/io/safetensors.hpp>
#include <sstream>

#include "program.hpp"

BOOST_AUTO_TEST_SUITE(train)

using namespace tests;

BOOST_AUTO_TEST_CASE(says_what_it_does_and_where_it_is) {
  const SmallCifar cifar;
  const Ran ran = cifar.train("a", "--epochs 2");
  BOOST_TEST(ran.status == 0, ran.error);
  BOOST_TEST(has(ran.output, "203 images of 3x32x32, seen without their labels, and 22 held out"));
  BOOST_TEST(has(ran.output, "goal     local, nce at temperature 8, dot 64, prior uniform, f32, seed 1"));
  BOOST_TEST(has(ran.output, " MiB for training, "));
  BOOST_TEST(has(ran.output, "\nceiling  local 8.051 nats, more than which no batch can show\n"));
  BOOST_TEST(has(ran.output, "epoch 1/2  local "));
  BOOST_TEST(has(ran.output, "epoch 2/2  local "));
  BOOST_TEST(has(ran.output, " images/s"));
  BOOST_TEST(!has(ran.output, "\r"));  // no bar without a terminal
  for (const char* name :
       {"encoder.safetensors", "best.safetensors", "last.safetensors", "metrics.jsonl", "run.json"})
    BOOST_TEST(!contents(cifar.run("a") + "/" + name).empty(), name);
  const std::string metrics = contents(cifar.run("a/metrics.jsonl"));
  BOOST_TEST(has(
      metrics, R"({"epoch":2,"step":8,"split":"train","protocol":"mean-of-epoch","name":"local_nce_loss",)"));
  BOOST_TEST(has(metrics, R"("name":"local_nce_ceiling","value":8.051)"));
  BOOST_TEST(
      has(ran.output, "done     " + cifar.run("a") +
                          " holds encoder.safetensors, best.safetensors, last.safetensors, metrics.jsonl, "
                          "run.json\n"));
  BOOST_TEST(has(cifar.train("b", "--epochs 1 --held-out 0").output,
                 " holds encoder.safetensors, last.safetensors, metrics.jsonl, run.json\n"));
}

// The longest line there is: two terms, a prior, held-out images.
BOOST_AUTO_TEST_CASE(lines_fit_a_terminal_of_80_columns) {
  const SmallCifar cifar;
  for (const char* const options : {"--epochs 1 --task both --estimator kl", "--epochs 1 --estimator nce"}) {
    std::istringstream lines(cifar.train(std::string("a") + options[11], options).output);
    bool behind = false;  // the first epoch's line
    for (std::string line; std::getline(lines, line);) {
      behind = (behind || line.starts_with("epoch")) && !line.starts_with("best");
      if (behind) BOOST_TEST(line.size() <= 79u, line);
    }
  }
}

// Twelve epochs of four steps: each step of the first ten is recorded, and none of the others.
BOOST_AUTO_TEST_CASE(parts_of_the_first_epochs_are_recorded) {
  const SmallCifar cifar;
  cifar.train("a", "--epochs 12 --held-out 0 --prior none");
  std::istringstream lines(contents(cifar.run("a/metrics.jsonl")));
  std::vector<long> parts, epochs;
  double sum = 0, mean = 0;
  for (std::string text; std::getline(lines, text);) {
    const dim::Json line = dim::Json::parse(text);
    if (line.at("name").string() != "local_nce_loss") continue;
    const bool part = line.at("protocol").string() == "mean-of-tenth-of-epoch";
    (part ? parts : epochs).push_back(line.at("step").integer());
    BOOST_TEST(line.at("epoch").integer() == (line.at("step").integer() - 1) / 4 + 1);
    BOOST_TEST(line.at("steps").integer() == (part ? 1 : 4));
    if (line.at("epoch").integer() == 1) (part ? sum : mean) += line.at("value").number();
  }
  BOOST_TEST(parts.size() == 40u);
  BOOST_TEST(parts.back() == 40);
  BOOST_TEST(epochs.size() == 12u);
  BOOST_TEST(std::abs(sum / 4 - mean) < 1e-9 * std::abs(mean));
}

// An epoch of 22 steps has ten parts of two or three steps.
BOOST_AUTO_TEST_CASE(an_epoch_has_ten_parts) {
  const SmallCifar cifar;
  run_dim("train --data " + cifar.spec + cifar.encoder +
          " --units 64 --batch 10 --epochs 1 --held-out 5 --prior none --out " + cifar.run("a"));
  std::istringstream lines(contents(cifar.run("a/metrics.jsonl")));
  std::vector<long> ends, counts;
  for (std::string text; std::getline(lines, text);) {
    const dim::Json line = dim::Json::parse(text);
    if (line.at("protocol").string() != "mean-of-tenth-of-epoch" ||
        line.at("name").string() != "local_nce_loss")
      continue;
    ends.push_back(line.at("step").integer());
    counts.push_back(line.at("steps").integer());
  }
  BOOST_TEST((ends == std::vector<long>{3, 5, 7, 9, 11, 14, 16, 18, 20, 22}));
  BOOST_TEST((counts == std::vector<long>{3, 2, 2, 2, 2, 3, 2, 2, 2, 2}));
}

BOOST_AUTO_TEST_CASE(estimates_that_are_worse_than_none_are_warned_of) {
  const SmallCifar cifar;
  const std::string none = " nats, where scores that know nothing have 0: ";
  const Ran ran = cifar.train("a", "--epochs 6 --prior none --rate 1e3");
  BOOST_TEST(ran.status == 0, ran.error);
  BOOST_TEST(has(ran.error, "dim: warning: the local estimate fell from "), ran.error);
  BOOST_TEST(has(ran.error, none + "begin anew with a lower --rate and another --out if it falls on\n"),
             ran.error);
  BOOST_TEST(has(ran.error, "dim: warning: the local estimate of the last epoch is "), ran.error);
  BOOST_TEST(
      has(ran.error, none + "train for more epochs, or begin anew with a lower --rate if it does not rise\n"),
      ran.error);
  const Ran good = cifar.train("b", "--epochs 12 --rate 1e-3");
  BOOST_TEST(good.error == program::slow_build_notice(), good.output);
}

// With 12 images of ten classes, 25 % are often enough right by chance.
BOOST_AUTO_TEST_CASE(a_best_that_is_chance_is_said_to_be) {
  const SmallCifar cifar;
  const std::string few = cifar.train("a", "--epochs 1 --limit 120 --encoder basic32x32").output;
  BOOST_TEST(has(few, " of the 12 held-out images right, which says nothing: guesses reach 28.78 % by luck"),
             few);
  const std::string none = cifar.train("b", "--epochs 1 --limit 110").output;
  BOOST_TEST(has(none, "and 0 held out, since they are too few to judge by their nearest neighbours\n"),
             none);
  BOOST_TEST(!has(none, "best"), none);
}

BOOST_AUTO_TEST_CASE(a_schedule_that_leaves_no_room_leaves_no_folder) {
  const SmallCifar cifar;
  const Ran ran = cifar.train("a", "--epochs 2 --schedule cosine:warm-up=2");
  BOOST_TEST(ran.status == 1);
  BOOST_TEST(has(ran.error, "a cosine over 2 epochs can't begin with 2 of warm-up"), ran.error);
  BOOST_TEST(cifar.train("a", "--epochs 2 --schedule cosine").status == 0);
  const std::string longer = cifar.train("a", "--epochs 3 --schedule cosine").output;
  BOOST_TEST(has(longer,
                 "rate     its cosine ends at step 8, and another one begins there, which ends at step 12\n"),
             longer);
  const std::string shorter = cifar.train("a", "--epochs 2 --schedule cosine").output;
  BOOST_TEST(has(shorter, " at step 12, which is beyond the 8 of --epochs 2: there is nothing to do\n"),
             shorter);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_trained_is_said) {
  const SmallCifar cifar;
  const std::string command = "train --data " + cifar.spec + cifar.encoder + " --out " + cifar.run("a");
  check_fails(command + " --limit 10 --held-out 0",
              "there are 10 images to train on, which is less than a batch of 64; take a smaller --batch, or "
              "more images");
  check_fails(command + " --estimator kld",
              "--estimator kld is not known; choose one of jsd, nce, dv, kl, rkl, h2, x2");
  check_fails(command + " --task all", "--task all is not known; choose one of local, global, both");
  check_fails(
      "train --data " + cifar.spec + " --encoder basic28x28 --out " + cifar.run("a"),
      "encoder basic28x28 takes images of 1x28x28 (channels x height x width) and the data are 3x32x32: "
      "give data of that shape, or train with another --encoder, which fits if it is left out");
  check_fails(command + " --units 64 --rate 1e30 --epochs 3",
              "the local loss of step 2 is not a number; begin anew at a lower rate, or look for images with "
              "numbers that are not finite and for extreme settings");
  put(cifar.run("file"), "");
  const Ran ran = cifar.train("file/a");
  BOOST_TEST(ran.status == 1);
  BOOST_TEST(has(ran.error, "dim: cannot make the folder " + cifar.run("file/a")), ran.error);
}

// One that cannot be parsed is a usage error: status 2, and a sentence saying what is wrong.
BOOST_AUTO_TEST_CASE(command_lines_that_cannot_be_read) {
  for (const std::string line : {"",
                                 "learn",
                                 "train",
                                 "train --data",
                                 "train --data cifar10:x --batch 1",
                                 "train --data cifar10:x --task global --alpha 0",
                                 "train --data cifar10:x --epochs 0",
                                 "train --data cifar10:x --rate -1",
                                 "train --data cifar10:x --rate nan",
                                 "train --data cifar10:x --gamma inf",
                                 "train --data cifar10:x --schedule cosin",
                                 "train --data cifar10:x --schedule steps:0",
                                 "train --data cifar10:x --weight-decay -1",
                                 "train --data cifar10:x --clip nan",
                                 "train --data cifar10:x --seed -1",
                                 "train --data cifar10:x --seed 18446744073709551616",
                                 "train --data cifar10:x --limit 9223372036854775808",
                                 "finetune x --steps 99999999999999999999",
                                 "train --data cifar10:x --threads 9999",
                                 "train --data cifar10:x extra",
                                 "train --data cifar10:x --epoch 3",
                                 "evaluate",
                                 "features",
                                 "features x",
                                 "info a b"}) {
    const Ran ran = run_dim(line);
    BOOST_TEST(ran.status == 2, line << ": status " << ran.status);
    BOOST_TEST(ran.error.rfind("dim: ", 0) == 0, ran.error);
    BOOST_TEST(ran.error.find('\n') == ran.error.size() - 1, ran.error);
  }
  BOOST_TEST(run_dim("train --data cifar10:x --rate -1").error ==
             "dim: --rate: -1 is not a finite number above 0; see dim --help or dim COMMAND --help\n");
  for (const auto& [line, said] :
       {std::pair{"train --dat x", "--dat is not known; did you mean --data?"},
        {"train --data x --epohcs=3", "--epohcs is not known; did you mean --epochs?"},
        {"features x --ou y", "--ou is not known; did you mean --out?"},
        {"trian --data x", "trian is not known; did you mean train?"},
        {"learn --data x", "learn is not known"},
        {"train --data x --colour 3", "--colour is not known"},
        {"train --data x --epochs 3 --epochs 4", "--epochs is given more than once; give it once"},
        {"train --data", "--data lacks its value; give one"},
        {"train --data x --units 0", "--units: 0 is not a whole number from 1 to 8192"},
        {"train --data x --units -1", "--units: -1 is not a whole number from 1 to 8192"},
        {"train --data x --units 8193", "--units: 8193 is not a whole number from 1 to 8192"},
        {"train --data x --beta -1", "--beta: -1 is not a finite number from 0 on"},
        {"compare x", "runs: give at least 2"},
        {"finetune x --labels abc", "--labels: abc is not a number"},
        {"train --data x --beta 0", "--beta 0 leaves nothing to learn from images; leave it out"},
        {"train --data x --task both --alpha 0 --beta 0",
         "--alpha 0 and --beta 0 leave nothing to learn from images; leave out one of them"}})
    BOOST_TEST(run_dim(line).error ==
               std::string("dim: ") + said + "; see dim --help or dim COMMAND --help\n");
  for (const auto& [options, without] : {std::pair{"--score concat --units 64", "--score dot"},
                                         {"--alpha 1", "--task global or both"},
                                         {"--task global --beta 1", "--task local or both"},
                                         {"--prior none --gamma 1", "a prior"},
                                         {"--prior none --penalty 1", "a prior"}}) {
    const Ran ran = run_dim(std::string("train --data cifar10:x ") + options);
    BOOST_TEST(ran.status == 2);
    BOOST_TEST(has(ran.error, std::string("has an effect only with ") + without + "; leave it out"),
               ran.error);
  }
  for (const std::string line : {"--help", "train --help", "evaluate --help", "--version"})
    BOOST_TEST(run_dim(line).status == 0, line);
}

BOOST_AUTO_TEST_SUITE_END()
