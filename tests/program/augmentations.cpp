#include "../../examples/dim/data/augmentations.hpp"

#include "program.hpp"

BOOST_AUTO_TEST_SUITE(augmentations)

using namespace program;
using namespace tests;

BOOST_AUTO_TEST_CASE(names_are_read_in_their_order) {
  BOOST_TEST(augmentations_of("none").choices.size() == 0);
  const auto some = augmentations_of("resized-crop,flip,jitter,gray,blur,occlusion,crop").choices;
  BOOST_REQUIRE(some.size() == 7);
  BOOST_TEST(std::holds_alternative<dim::RandomResizedCrop>(some[0]));
  BOOST_TEST(std::holds_alternative<dim::HorizontalFlip>(some[1]));
  BOOST_TEST(std::holds_alternative<dim::ColourJitter>(some[2]));
  BOOST_TEST(std::holds_alternative<dim::Grayscale>(some[3]));
  BOOST_TEST(std::holds_alternative<dim::GaussianBlur>(some[4]));
  BOOST_TEST(std::holds_alternative<dim::Occlusion>(some[5]));
  BOOST_TEST(std::holds_alternative<dim::RandomCrop>(some[6]));
  for (const char* text : {"", "crop,", "crops", "none,flip", "crop, flip"})
    BOOST_TEST(has(error_of([&] { augmentations_of(text); }), "there is no augmentation '"), text);
  BOOST_TEST(error_of([] { augmentations_of("flip,crop,flip"); }) == "flip is given twice; give it once");
}

/// Checks that a run in two parts on two threads has the bits of one on one thread, and returns what the second part
/// printed.
std::string resumed(const SmallCifar& cifar, const std::string& options) {
  cifar.train("whole", options + " --epochs 2 --threads 1");
  cifar.train("parts", options + " --epochs 1 --threads 2");
  const std::string output = cifar.train("parts", options + " --epochs 2 --threads 2").output;
  BOOST_TEST(has(output, "resumed"), output);
  for (const char* name : {"/last.safetensors", "/encoder.safetensors", "/metrics.jsonl"})
    BOOST_TEST((contents(cifar.run("whole") + name) == contents(cifar.run("parts") + name)), name);
  return output;
}

// Other views are another run, which goes on with the same views wherever it stopped.
BOOST_AUTO_TEST_CASE(views_resume_bit_for_bit) {
  const SmallCifar cifar;
  const std::string output = resumed(cifar, "--augment crop,flip,jitter,blur");
  BOOST_TEST(has(output, "views    crop,flip,jitter,blur\n"), output);
  cifar.train("unchanged", "--epochs 2");
  BOOST_TEST((contents(cifar.run("parts/encoder.safetensors")) !=
              contents(cifar.run("unchanged/encoder.safetensors"))));
  const Ran other = cifar.train("parts", "--augment crop,flip --epochs 3");
  BOOST_TEST(other.status == 1);
  BOOST_TEST(has(other.error, "augment crop,flip,jitter,blur there and crop,flip here"), other.error);
  BOOST_TEST(cifar.train("c", "--augment crops").status == 2);
}

BOOST_AUTO_TEST_CASE(several_views_resume_bit_for_bit) {
  const SmallCifar cifar;
  const std::string output = resumed(cifar, "--augment resized-crop,flip --views 2 --estimator nce");
  BOOST_TEST(has(output, "views    resized-crop,flip, 2 of each image\n"), output);
  const Ran same = cifar.train("c", "--views 2");
  BOOST_TEST(same.status == 2);
  BOOST_TEST(has(same.error, "--views"), same.error);
}

BOOST_AUTO_TEST_SUITE_END()
