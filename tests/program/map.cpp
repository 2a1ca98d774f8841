#include <filesystem>

#include "image_files.hpp"
#include "program.hpp"

BOOST_AUTO_TEST_SUITE(map)

using namespace tests;

long times(const std::string& text, const std::string& part) {
  long found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != text.npos; at += part.size()) ++found;
  return found;
}

BOOST_AUTO_TEST_CASE(a_point_for_each_image) {
  const SmallCifar cifar;
  cifar.train("a", "--epochs 1 --encoder basic32x32");
  const std::string run = cifar.run("a"), command = "map " + run + " " + cifar.spec;
  BOOST_TEST(has(output_of(command + " --threads 1"), run + "/map.html: 100 images, "));
  const std::string page = contents(run + "/map.html");
  BOOST_TEST(times(page, "<i tabindex=\"0\"") == 100);
  BOOST_TEST(has(page, "<h1>Map of CIFAR-10</h1>"));
  BOOST_TEST(has(page, "aria-label=\"test/17, 7\""), page.substr(0, 2000));
  BOOST_TEST(has(page, "--wide:96.00px;--tall:96.00px}"));
  BOOST_TEST(times(page, "data:image/png;base64,") == 1);  // one image for all points
  BOOST_TEST(times(page, "<style>") == times(page, "</style>"));
  BOOST_TEST(!has(page, "://"));
  BOOST_TEST(!has(page, "left:nan"));
  output_of(command + " --threads 2 --out " + cifar.run("b.html"));
  BOOST_TEST(contents(cifar.run("b.html")) == page);
  BOOST_TEST(has(run_dim(command + " --feature conv").error, "map y or fc"));
}

BOOST_AUTO_TEST_CASE(one_image_and_names_that_html_would_read) {
  const SmallCifar cifar;
  cifar.train("a");
  const std::string images = cifar.run("images");
  std::filesystem::create_directories(images);
  put(images + "/a\"><b>.png", png_of(ramps(20, 20), PNG_FORMAT_RGB));
  output_of("map " + cifar.run("a") + " " + images);
  const std::string page = contents(cifar.run("a") + "/map.html");
  BOOST_TEST(has(page, "<h1>Map of images</h1>"));
  BOOST_TEST(has(page, "aria-label=\"a&quot;&gt;&lt;b&gt;.png\""));
  BOOST_TEST(has(page, "left:50.00%;top:50.00%"));
}

BOOST_AUTO_TEST_SUITE_END()
