#include "program.hpp"

BOOST_AUTO_TEST_SUITE(finetune)

using namespace tests;

BOOST_AUTO_TEST_CASE(beside_an_encoder_that_starts_with_the_labels) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string run = cifar.run("a"), encoder = contents(run + "/encoder.safetensors"),
                    checkpoint = contents(run + "/last.safetensors"),
                    command = "finetune " + run + " --labels 0.1,1 --steps 5";
  const Ran ran = run_dim(command);
  BOOST_TEST(ran.status == 0, ran.error);
  BOOST_TEST(has(ran.output, "    10 %        25"), ran.output);  // of 20 or 25 images per class, 2 or 3
  BOOST_TEST(has(ran.output, "   100 %       225"), ran.output);
  BOOST_TEST((contents(run + "/encoder.safetensors") == encoder));
  BOOST_TEST((contents(run + "/last.safetensors") == checkpoint));

  // A recorded value is not measured again: an impossible one is printed as it stands.
  std::string metrics = contents(run + "/metrics.jsonl");
  BOOST_TEST(has(metrics, R"("protocol":"labels-10-percent-mlp-200-on-conv-5-steps")"));
  BOOST_TEST(has(metrics, R"("baseline":"from-scratch")"));
  const std::size_t value = metrics.find("\"value\":", metrics.find("labels-10-percent")) + 8;
  metrics.replace(value, metrics.find('}', value) - value, "0.9876");
  put(run + "/metrics.jsonl", metrics);
  BOOST_TEST(has(run_dim(command).output, "98.76 %"));
  BOOST_TEST(!has(run_dim(command + " --again").output, "98.76 %"));
}

BOOST_AUTO_TEST_CASE(parts_that_are_no_image_are_left_out_unless_they_were_asked_for) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string command = "finetune " + cifar.run("a") + " --steps 2 --limit 40";
  const std::string output = output_of(command);
  BOOST_TEST(has(output, "    10 %"), output);
  BOOST_TEST(!has(output, "\n     1 %"), output);
  check_fails(command + " --labels 0.01,1",
              "--labels 0.01 of 40 training images are none of them; give a larger fraction");
}

BOOST_AUTO_TEST_CASE(a_full_disk_costs_no_accuracy) {
  const SmallCifar cifar;
  cifar.train("a");
  const Ran ran = shell("{ (ulimit -f 0; exec \"$dim\" finetune " + cifar.run("a") +
                        " --labels 1 --steps 2); echo status $?; } 2>&1 | cat");
  BOOST_TEST(has(ran.output, "fine-tuning goes on, and it is kept to be written later\n"), ran.output);
  BOOST_TEST(has(ran.output, "   100 %       225"), ran.output);
  BOOST_TEST(has(ran.output, "status 1\n"), ran.output);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_tuned_is_said) {
  const SmallCifar cifar;
  cifar.train("a");
  // Nothing is trained if a share is out of range.
  const std::string shares = "finetune " + cifar.run("a") + " --labels 0.1,1.5 --steps 2";
  check_fails(shares, "a share of 1.5 of the labels; give one above 0, up to 1");
  BOOST_TEST(run_dim(shares).output == "");
  check_fails("finetune " + cifar.run("a") + " --labels 1,0.00001 --steps 2",
              "--labels 1e-05 of 225 training images are none of them; give a larger fraction");
  std::remove((cifar.run("a") + "/last.safetensors").c_str());
  const Ran ran = run_dim("finetune " + cifar.run("a") + " --labels 1 --steps 2");
  BOOST_TEST(ran.status == 1);
  BOOST_TEST(has(ran.error, "last.safetensors"), ran.error);
  BOOST_TEST(run_dim("finetune").status == 2);
}

BOOST_AUTO_TEST_SUITE_END()
