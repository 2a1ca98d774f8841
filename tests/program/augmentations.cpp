#include "../../examples/dim/run/augmentations.hpp"

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

// Other views are another run, which goes on with the same views wherever it stopped.
BOOST_AUTO_TEST_CASE(views_resume_bit_for_bit) {
  const SmallCifar cifar;
  const std::string augment = "--augment crop,flip,jitter,blur ";
  cifar.train("whole", augment + "--epochs 2 --threads 1");
  cifar.train("unchanged", "--epochs 1");
  cifar.train("parts", augment + "--epochs 1 --threads 2");
  BOOST_TEST((contents(cifar.run("parts/encoder.safetensors")) !=
              contents(cifar.run("unchanged/encoder.safetensors"))));
  const Ran resumed = cifar.train("parts", augment + "--epochs 2 --threads 2");
  BOOST_TEST(has(resumed.output, "views    crop,flip,jitter,blur\n"), resumed.output);
  for (const char* name : {"/last.safetensors", "/encoder.safetensors", "/metrics.jsonl"})
    BOOST_TEST((contents(cifar.run("whole") + name) == contents(cifar.run("parts") + name)), name);
  const Ran other = cifar.train("parts", "--augment crop,flip --epochs 3");
  BOOST_TEST(other.status == 1);
  BOOST_TEST(has(other.error, "augment \"crop,flip,jitter,blur\" there and \"crop,flip\" here"), other.error);
  BOOST_TEST(cifar.train("c", "--augment crops").status == 2);
}

BOOST_AUTO_TEST_CASE(several_views_resume_bit_for_bit) {
  const SmallCifar cifar;
  const std::string views = "--augment resized-crop,flip --views 2 --estimator nce ";
  cifar.train("whole", views + "--epochs 2 --threads 1");
  cifar.train("parts", views + "--epochs 1 --threads 2");
  const Ran resumed = cifar.train("parts", views + "--epochs 2 --threads 2");
  BOOST_TEST(has(resumed.output, "views    resized-crop,flip, 2 of each image\n"), resumed.output);
  for (const char* name : {"/last.safetensors", "/encoder.safetensors", "/metrics.jsonl"})
    BOOST_TEST((contents(cifar.run("whole") + name) == contents(cifar.run("parts") + name)), name);
  const Ran same = cifar.train("c", "--views 2");
  BOOST_TEST(same.status == 2);
  BOOST_TEST(has(same.error, "--views"), same.error);
}

BOOST_AUTO_TEST_SUITE_END()
