#include "dim/data/stl10.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include "../io/temporary.hpp"

using namespace dim;

BOOST_AUTO_TEST_SUITE(stl10)

int value(int tag, int c, int y, int x) {
  return (tag * 31 + c * 83 + y * 7 + x) % 256;
}

/// An image, column by column.
std::string image(int tag) {
  std::string bytes;
  for (int c = 0; c < 3; ++c)
    for (int x = 0; x < 96; ++x)
      for (int y = 0; y < 96; ++y) bytes += char(value(tag, c, y, x));
  return bytes;
}

struct SmallStl10 : TemporaryDirectory {
  std::string folder = *this / "stl10_binary";

  SmallStl10() {
    std::filesystem::create_directory(folder);
    put(folder + "/train_X.bin", image(1) + image(2));
    put(folder + "/train_y.bin", "\x01\x0A");
    put(folder + "/test_X.bin", image(3));
    put(folder + "/test_y.bin", "\x05");
    put(folder + "/unlabeled_X.bin", image(4) + image(5) + image(6));
  }
};

void check_image(const Images& images, long i, int tag) {
  for (int c = 0; c < 3; ++c)
    for (int y = 0; y < 96; ++y)
      for (int x = 0; x < 96; ++x) BOOST_REQUIRE_EQUAL(int(images.pixel(i, c, y, x)), value(tag, c, y, x));
}

BOOST_AUTO_TEST_CASE(unlabelled_images_follow_labelled_ones) {
  const SmallStl10 data;
  for (const std::string& folder : {data.folder, data.path()}) {
    const Images train = read_stl10(folder, Split::train);
    BOOST_TEST((train.shape() == Shape{3, 96, 96}));
    BOOST_TEST(train.classes() == 10);
    BOOST_TEST(train.labels() == (std::vector<int>{0, 9, -1, -1, -1}), boost::test_tools::per_element());
    for (int i : {0, 1, 2, 3, 4}) check_image(train, i, i < 2 ? 1 + i : 2 + i);
  }
  const Images test = read_stl10(data.path(), Split::test);
  BOOST_TEST(test.size() == 1);
  BOOST_TEST(test.label(0) == 4);
  check_image(test, 0, 3);
  BOOST_TEST(test.class_names().empty());
  std::filesystem::remove(data.folder + "/unlabeled_X.bin");
  BOOST_TEST(read_stl10(data.path(), Split::train).size() == 2);
}

BOOST_AUTO_TEST_CASE(names_of_classes) {
  const SmallStl10 data;
  put(data.folder + "/class_names.txt", "airplane\nbird\ncar\ncat\ndeer\ndog\nhorse\nmonkey\nship\ntruck\n");
  const Images test = read_stl10(data.path(), Split::test);
  BOOST_TEST_REQUIRE(test.class_names().size() == 10U);
  BOOST_TEST(test.class_names()[4] == "deer");
}

BOOST_AUTO_TEST_CASE(files_that_are_refused) {
  const SmallStl10 data;
  const auto error = [&] { return error_of([&] { read_stl10(data.path(), Split::train); }); };
  const auto refused_with = [&](const std::string& name, const std::string& bytes) {
    const std::string before = contents(data.folder + "/" + name);
    put(data.folder + "/" + name, bytes);
    const std::string sentence = error();
    put(data.folder + "/" + name, before);
    return sentence;
  };
  const std::string again = "; take it again from stl10_binary.tar.gz";
  BOOST_TEST(refused_with("train_X.bin", "") ==
             data.folder + "/train_X.bin has 0 bytes instead of 5000 times 27648" + again);
  BOOST_TEST(refused_with("unlabeled_X.bin", "x") ==
             data.folder + "/unlabeled_X.bin has 1 bytes instead of 100000 times 27648" + again);
  BOOST_TEST(refused_with("train_y.bin", std::string(5001, '\1')) ==
             data.folder + "/train_y.bin has 5001 bytes instead of 5000 times 1" + again);
  BOOST_TEST(has(refused_with("train_y.bin", "\1"), "/train_y.bin has 1 labels for 2 images; "));
  BOOST_TEST(refused_with("train_y.bin", "\1\x0B") ==
             data.folder + "/train_y.bin: label 1 (counted from 0) is 11, which has to be in 1..10" + again);
  BOOST_TEST(has(refused_with("train_y.bin", std::string("\0\1", 2)), "label 0 (counted from 0) is 0, "));
  BOOST_TEST(error().empty());
  std::filesystem::remove(data.folder + "/train_y.bin");
  BOOST_TEST(error() == "there is no file " + data.folder + "/train_y.bin" + again);
  BOOST_TEST(
      error_of([] { read_stl10("/nowhere", Split::test); }) ==
      "there is no test_X.bin in /nowhere; give the folder stl10_binary of stl10_binary.tar.gz, or the one "
      "that holds it");
}

BOOST_AUTO_TEST_SUITE_END()
