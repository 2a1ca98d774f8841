#include <filesystem>

#include "image_files.hpp"
#include "program.hpp"

BOOST_AUTO_TEST_SUITE(duplicates)

using namespace tests;

BOOST_AUTO_TEST_CASE(the_same_image_under_other_names_is_found) {
  const TemporaryDirectory directory;
  const std::string images = directory / "images", run = directory / "run", csv = directory / "pairs.csv";
  std::filesystem::create_directories(images + "/sub");
  const dim::Random random{3};
  std::string second;
  for (int i = 0; i < 30; ++i) {
    dim::ByteImage image = ramps(32, 32);
    for (std::size_t k = 0; k < image.bytes.size(); ++k)
      image.bytes[k] =
          std::uint8_t(random.word(std::uint64_t(i) * image.bytes.size() + k / (1 + std::size_t(i))));
    put(images + "/" + std::to_string(i) + ".png", png_of(image, PNG_FORMAT_RGB));
    if (i == 7) second = png_of(image, PNG_FORMAT_RGB);
  }
  put(images + "/sub/copy, 1.png", second);
  put(images + "/copy 2.png", second);
  output_of("train --data 'folder:" + images + "' --units 8 --batch 10 --epochs 1 --out " + run);
  const std::string output = output_of("duplicates " + run + " " + images + " --above 0.999999 --out " + csv);
  BOOST_TEST(output.rfind("1.0000\n  7.png\n  copy 2.png\n  sub/copy, 1.png\n", 0) == 0u, output);
  BOOST_TEST(
      has(output, "3 of 32 images in 1 group, by pairs whose y has a cosine similarity above 0.999999\n"),
      output);
  const std::string text = contents(csv);
  BOOST_TEST(text.rfind("group,name,similarity\n0,7.png,", 0) == 0u, text);
  BOOST_TEST(has(text, "\n0,\"sub/copy, 1.png\","), text);
  BOOST_TEST(
      has(output_of("duplicates " + run + " " + images + " --above -1"), "32 of 32 images in 1 group"));
  BOOST_TEST(has(output_of("duplicates " + run + " " + images + " --above 1 --split test"), "0 of "));
  BOOST_TEST(run_dim("duplicates " + run + " " + images + " --above 1.1").status == 2);
}

BOOST_AUTO_TEST_SUITE_END()
