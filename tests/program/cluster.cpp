#include <algorithm>
#include <filesystem>

#include "image_files.hpp"
#include "program.hpp"

BOOST_AUTO_TEST_SUITE(cluster)

using namespace tests;

/// Images of two colours in folders of these names, 20 each, and a run on them.
struct TwoColours {
  TemporaryDirectory directory;
  std::string images = directory / "images", run = directory / "run";

  TwoColours() {
    for (int i = 0; i < 40; ++i) {
      const bool dark = i % 2 == 0;
      dim::ByteImage image{12, 16, 3, std::vector<std::uint8_t>(12 * 16 * 3, dark ? 10 : 240)};
      for (std::size_t k = 0; k < 40; ++k) image.bytes[k] = std::uint8_t(100 + i);
      const std::string folder = images + (dark ? "/dark" : "/light, bright");
      std::filesystem::create_directories(folder);
      put(folder + "/" + std::to_string(i) + ".png", png_of(image, PNG_FORMAT_RGB));
    }
    output_of("train --data 'folder:" + images + "' --units 8 --batch 10 --epochs 1 --out " + run);
  }
};

BOOST_AUTO_TEST_CASE(groups_are_found_without_labels_and_named_by_them) {
  const TwoColours data;
  const std::string csv = data.directory / "clusters.csv";
  const std::string output =
      output_of("cluster " + data.run + " " + data.images + " -k 2 --out " + csv + " --threads 1");
  BOOST_TEST(has(output, "cluster   images  silhouette  most frequent class\n      0       20"), output);
  BOOST_TEST(has(output, "  dark, 100.0 %\n"), output);
  BOOST_TEST(has(output, "  light, bright, 100.0 %\n"), output);
  BOOST_TEST(has(output, " of 40 images, from -1 to 1; inertia "), output);
  const std::string text = contents(csv);
  BOOST_TEST(text.rfind("name,cluster\ndark/0.png,", 0) == 0u, text);
  BOOST_TEST(has(text, "\n\"light, bright/1.png\","), text);
  BOOST_TEST(std::count(text.begin(), text.end(), '\n') == 41);
  // The same from SPEC, and with other threads.
  output_of("cluster " + data.run + " folder:" + data.images + " -k 2 --out " + csv + " --threads 2");
  BOOST_TEST(contents(csv) == text);
}

BOOST_AUTO_TEST_CASE(splits_of_data_sets_have_numbers) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string csv = cifar.run("c.csv"),
                    command = "cluster " + cifar.run("a") + " " + cifar.spec + " --out " + csv;
  output_of(command);
  BOOST_TEST(contents(csv).rfind("name,cluster\ntest/0,", 0) == 0u);
  BOOST_TEST(has(output_of(command + " --split all -k 3"), "each of 325 images"));
  check_fails(
      "cluster " + cifar.run("a") + " /nowhere",
      "/nowhere is no folder that can be read; name one that holds images, or data as dim train --data has "
      "them");
  BOOST_TEST(has(contents(csv), "\ntrain/224,"));
  BOOST_TEST(has(contents(csv), "\ntest/99,"));
  check_fails(command + " --split some", "--split some is not known; choose one of train, test, all");
  const Ran none = run_dim(command + " -k 0");
  BOOST_TEST(none.status == 2);
  BOOST_TEST(has(none.error, "dim: -k: 0 is not a whole number from 1 to 100000"), none.error);
  check_fails(command + " -k 101",
              "k = 101 clusters were asked for of 100 features; choose k from 1 to that number");
}

BOOST_AUTO_TEST_SUITE_END()
