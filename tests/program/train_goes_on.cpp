#include <dim/io/json.hpp>
#include <dim/io/safetensors.hpp>
#include <sstream>

#include "program.hpp"

BOOST_AUTO_TEST_SUITE(train_goes_on)

using namespace tests;

BOOST_AUTO_TEST_CASE(goes_on_bit_for_bit) {
  const SmallCifar cifar;
  cifar.train("whole", "--epochs 3 --threads 1");
  cifar.train("parts", "--epochs 1 --threads 2");
  const Ran resumed = cifar.train("parts", "--epochs 3 --threads 2");
  BOOST_TEST(has(resumed.output, "last.safetensors at step 4 of 12"));
  for (const char* name : {"/last.safetensors", "/encoder.safetensors", "/best.safetensors"})
    BOOST_TEST((contents(cifar.run("whole") + name) == contents(cifar.run("parts") + name)), name);
  BOOST_TEST((contents(cifar.run("whole/metrics.jsonl")) == contents(cifar.run("parts/metrics.jsonl"))));
}

// Killed after the second epoch was recorded and before it was saved.
BOOST_AUTO_TEST_CASE(an_epoch_that_was_not_saved_is_recorded_once) {
  const SmallCifar cifar;
  cifar.train("whole", "--epochs 3 --threads 1");
  cifar.train("parts", "--epochs 1 --threads 1");
  const std::string saved = contents(cifar.run("parts/last.safetensors"));
  output_of("evaluate " + cifar.run("parts") + " --probes knn --features y --baselines none");
  cifar.train("parts", "--epochs 2 --threads 1");
  put(cifar.run("parts/last.safetensors"), saved);
  BOOST_TEST(has(cifar.train("parts", "--epochs 3 --threads 1").output, "last.safetensors at step 4 of 12"));
  std::string rest;  // without the measurements in between
  std::istringstream lines(contents(cifar.run("parts/metrics.jsonl")));
  for (std::string line; std::getline(lines, line);)
    if (has(line, "\"epoch\"")) rest += line + "\n";
  BOOST_TEST(rest == contents(cifar.run("whole/metrics.jsonl")));
  BOOST_TEST(has(contents(cifar.run("parts/metrics.jsonl")), "knn-20-cosine\""));
}

BOOST_AUTO_TEST_CASE(goes_on_bit_for_bit_within_an_epoch) {
  const SmallCifar cifar;
  const std::string log = cifar.run("log"), command = "\"$dim\" train --data " + cifar.spec + cifar.encoder +
                                                      " --units 64 --batch 50 --out " + cifar.run("parts") +
                                                      " --epochs 100000 >" + log;
  long step = 0;
  for (int tries = 0; step % 4 == 0 && tries < 20; ++tries) {
    shell("rm -f " + log + "; " + command + " & until grep -q '^epoch' " + log +
          "; do sleep 0.01; done; sleep 0." + std::to_string(10 + 4 * tries) + "; kill -TERM $!; wait $!");
    const std::string output = contents(log), stopped = "stopped at step ";
    BOOST_TEST_REQUIRE(has(output, stopped), output);
    step = std::stol(output.substr(output.find(stopped) + stopped.size()));
  }
  BOOST_TEST_REQUIRE(step % 4 != 0);
  const std::string epochs = "--epochs " + std::to_string(step / 4 + 1);
  BOOST_TEST(cifar.train("parts", epochs).status == 0);
  BOOST_TEST(cifar.train("whole", epochs).status == 0);
  for (const char* name :
       {"/last.safetensors", "/encoder.safetensors", "/best.safetensors", "/metrics.jsonl"})
    BOOST_TEST((contents(cifar.run("whole") + name) == contents(cifar.run("parts") + name)), name);
}

// A cosine is started and interrupted; when the run is extended, another follows it.
BOOST_AUTO_TEST_CASE(a_schedule_resumes_bit_for_bit) {
  const SmallCifar cifar;
  const std::string log = cifar.run("log"),
                    options =
                        " --schedule cosine:warm-up=1 --rate 1e-3 --weight-decay 0.1 --clip 5 --epochs ",
                    command = "\"$dim\" train --data " + cifar.spec + cifar.encoder +
                              " --units 64 --batch 50 --out " + cifar.run("parts") + options + "8 >" + log;
  shell(command + " & " + until_said("^epoch", log) + "kill -TERM $!; wait $!");
  BOOST_TEST_REQUIRE(has(contents(log), "stopped at step "), contents(log));
  BOOST_TEST(has(contents(log), "rate     0.001, cosine:warm-up=1, weight decay 0.1, gradients up to 5\n"));
  BOOST_TEST(cifar.train("parts", options + "10").status == 0);
  BOOST_TEST(cifar.train("whole", options + "8").status == 0);
  const std::string whole = contents(cifar.run("whole/last.safetensors"));
  BOOST_TEST(cifar.train("whole", options + "8").status == 0);
  BOOST_TEST((contents(cifar.run("whole/last.safetensors")) == whole));
  BOOST_TEST(cifar.train("whole", options + "10").status == 0);
  for (const char* name :
       {"/last.safetensors", "/encoder.safetensors", "/best.safetensors", "/metrics.jsonl"})
    BOOST_TEST((contents(cifar.run("whole") + name) == contents(cifar.run("parts") + name)), name);

  output_of("report " + cifar.run("whole"));
  const std::string page = contents(cifar.run("whole/report.html"));
  for (const char* part :
       {"<span>--schedule cosine:warm-up=1</span> <span>--weight-decay 0.1</span> <span>--clip 5</span>",
        "<span>--epochs 8</span>", "<span>--epochs 10</span>", "<td>cosine:warm-up=1</td>"})
    BOOST_TEST(has(page, part), part);

  // Like a settings file from before there were schedules, and like another run.
  const std::string settings = contents(cifar.run("whole/run.json"));
  BOOST_TEST(has(settings, R"("schedule":"cosine:warm-up=1","weight_decay":0.1,"clip":5.0,)"));
  const Ran other = cifar.train("whole", "--rate 1e-3 --epochs 11");
  BOOST_TEST(
      has(other.error, R"((schedule cosine:warm-up=1 there and constant here, weight-decay 0.1 there)"));
  std::string before = settings;
  const std::string added = R"("schedule":"cosine:warm-up=1","weight_decay":0.1,"clip":5.0,)";
  put(cifar.run("whole/run.json"), before.erase(before.find(added), added.size()));
  BOOST_TEST(cifar.train("whole", "--rate 1e-3 --epochs 11").status == 0);
}

BOOST_AUTO_TEST_SUITE_END()
