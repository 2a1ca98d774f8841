#include "../../examples/dim/data/tiny_imagenet.hpp"

#include "../../examples/dim/data/data.hpp"
#include "image_files.hpp"
#include "program.hpp"

BOOST_AUTO_TEST_SUITE(tiny_imagenet)

using namespace tests;

/// Three classes, of which the last in the order of their names is the first in wnids.txt, with an image each to learn from
/// and one to measure; each image is of one brightness.
struct SmallTinyImageNet : TemporaryDirectory {
  std::string folder = *this / "tiny-imagenet-200";

  void add(const std::string& name, int brightness) const {
    const std::filesystem::path path = folder + "/" + name;
    std::filesystem::create_directories(path.parent_path());
    put(path, jpeg_of({64, 64, 3, std::vector<std::uint8_t>(3 * 64 * 64, std::uint8_t(brightness))}));
  }
  SmallTinyImageNet() {
    add("train/n01/images/n01_0.JPEG", 10);
    add("train/n02/images/n02_0.JPEG", 20);
    add("train/n03/images/n03_0.JPEG", 30);
    add("val/images/val_0.JPEG", 130);
    add("val/images/val_1.JPEG", 110);
    add("val/images/val_2.JPEG", 120);
    add("test/images/test_0.JPEG", 200);
    put(folder + "/wnids.txt", "n03\nn01\nn02\n");
    put(folder + "/words.txt", "n00\tnothing\nn01\tEgyptian cat\nn03\tpole, rod\n");
    put(folder + "/val/val_annotations.txt",
        "val_0.JPEG\tn03\t0\t32\t44\t62\nval_1.JPEG\tn01\t52\t55\t57\t59\nval_2.JPEG\tn02\t4\t0\t60\t55\n");
  }
};

BOOST_AUTO_TEST_CASE(images_with_their_classes) {
  const SmallTinyImageNet data;
  for (const std::string& folder : {data.folder, data.path()}) {
    const dim::Images train = program::read_data("tiny-imagenet:" + folder, dim::Split::train, 0);
    BOOST_TEST((train.shape() == dim::Shape{3, 64, 64}));
    BOOST_TEST(train.labels() == (std::vector<int>{1, 2, 0}), boost::test_tools::per_element());
    BOOST_TEST(int(train.pixel(2, 0, 5, 7)) == 30);
    const std::vector<std::string> names(train.class_names().begin(), train.class_names().end());
    BOOST_TEST(names == (std::vector<std::string>{"pole", "Egyptian cat", "n02"}),
               boost::test_tools::per_element());
    const dim::Images test = program::read_data("tiny-imagenet:" + folder, dim::Split::test, 0);
    BOOST_TEST(test.labels() == (std::vector<int>{0, 1, 2}), boost::test_tools::per_element());
    BOOST_TEST(int(test.pixel(0, 0, 5, 7)) == 130);
  }
}

BOOST_AUTO_TEST_CASE(unreadable_images_are_left_out) {
  const SmallTinyImageNet data;
  put(data.folder + "/train/n02/images/n02_0.JPEG", "no image");
  const program::FileImages files = program::read_tiny_imagenet(data.path(), dim::Split::train);
  BOOST_TEST(files.unreadable.size() == 1U);
  BOOST_TEST(files.images.labels() == (std::vector<int>{1, 0}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_refused) {
  const SmallTinyImageNet data;
  const auto error = [&](dim::Split split) {
    return error_of([&] { program::read_tiny_imagenet(data.path(), split); });
  };
  const std::string again = "; take it again from tiny-imagenet-200.zip";
  put(data.folder + "/val/val_annotations.txt", "val_0.JPEG\tn03\n");
  BOOST_TEST(error(dim::Split::test) ==
             data.folder + "/val/images/val_1.JPEG is of none of the classes of wnids.txt" + again);
  data.add("train/n04/images/n04_0.JPEG", 40);
  BOOST_TEST(error(dim::Split::train) ==
             data.folder + "/train/n04/images/n04_0.JPEG is of none of the classes of wnids.txt" + again);
  put(data.folder + "/wnids.txt", "");
  BOOST_TEST(error(dim::Split::train) == data.folder + "/wnids.txt names no class" + again);
  std::filesystem::remove_all(data.folder);
  BOOST_TEST(has(error_of([&] { program::read_data("tiny-imagenet:" + data.path(), dim::Split::train, 0); }),
                 "or get it: dim fetch tiny-imagenet "));
}

BOOST_AUTO_TEST_SUITE_END()
