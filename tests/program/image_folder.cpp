#include "../../examples/dim/run/image_folder.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <set>

#include "image_files.hpp"
#include "program.hpp"

BOOST_AUTO_TEST_SUITE(image_folder)

using namespace tests;
using namespace program;

/// `count` images in a folder, each of its own colour.
void put_images(const std::string& folder, int count) {
  std::filesystem::create_directories(folder);
  for (int i = 0; i < count; ++i) {
    dim::ByteImage image{12, 16, 3, std::vector<std::uint8_t>(12 * 16 * 3, std::uint8_t(5 * i + 3))};
    put(folder + "/image " + std::to_string(i) + ".png", png_of(image, PNG_FORMAT_RGB));
  }
}

BOOST_AUTO_TEST_CASE(all_files_in_the_order_of_their_names) {
  const TemporaryDirectory directory;
  put_images(directory.path(), 11);
  put(directory / "notes.txt", "hello");
  put(directory / "broken.jpg", "hello");
  const FileImages all = read_folder(directory.path(), FolderPart::all, {3, 8, 8});
  BOOST_TEST(all.images.size() == 11);
  BOOST_TEST(all.images.classes() == 0);
  BOOST_TEST(all.names.front() == "image 0.png");
  BOOST_TEST(all.names[2] == "image 10.png");
  BOOST_TEST(int(all.images.pixel(2, 1, 7, 7)) == 53);
  BOOST_REQUIRE(all.unreadable.size() == 1u);
  BOOST_TEST(has(all.unreadable.front(), "broken.jpg is neither a JPEG nor a PNG file"));
  const FileImages train = read_folder(directory.path(), FolderPart::train, {1, 8, 8});
  BOOST_TEST(train.images.shape().channels == 1);
}

BOOST_AUTO_TEST_CASE(parts_are_folders_or_a_tenth) {
  const TemporaryDirectory directory;
  put_images(directory.path(), 50);
  std::set<std::string> names;
  long count = 0;
  for (const FolderPart part : {FolderPart::train, FolderPart::test}) {
    const FileImages files = read_folder(directory.path(), part, {3, 8, 8});
    count += files.images.size();
    names.insert(files.names.begin(), files.names.end());
    BOOST_TEST(files.images.size() > 0);
  }
  BOOST_TEST(count == 50);
  BOOST_TEST(names.size() == 50u);

  put_images(directory / "train/cats", 3);
  put_images(directory / "train/dogs", 2);
  put_images(directory / "test/dogs", 4);
  const FileImages test = read_folder(directory.path(), FolderPart::test, {3, 8, 8});
  BOOST_TEST(test.images.size() == 4);
  BOOST_TEST(test.images.classes() == 2);  // of both parts
  BOOST_TEST(test.images.label(0) == 1);
  BOOST_TEST(read_folder(directory.path(), FolderPart::train, {3, 8, 8}).images.size() == 5);
}

BOOST_AUTO_TEST_CASE(sub_folders_are_classes) {
  const TemporaryDirectory directory;
  put_images(directory / "b/deeper", 3);
  put_images(directory / "a", 2);
  const FileImages files = read_folder(directory.path(), FolderPart::all, {3, 8, 8});
  BOOST_TEST(files.images.classes() == 2);
  BOOST_TEST((files.images.labels() == std::vector<int>{0, 0, 1, 1, 1}));
  BOOST_TEST(files.images.class_names()[1] == "b");
  put_images(directory.path(), 1);  // of no class
  BOOST_TEST(read_folder(directory.path(), FolderPart::all, {3, 8, 8}).images.classes() == 0);
}

BOOST_AUTO_TEST_CASE(links_out_of_the_folder_are_left_out) {
  const TemporaryDirectory directory;
  put_images(directory / "outside", 2);
  put_images(directory / "inside", 3);
  const auto link = [&](const std::string& to, const std::string& name) {
    std::filesystem::create_symlink(to, directory / ("inside/" + name));
  };
  link(directory / "outside/image 0.png", "out.png");
  link(directory / "inside/image 0.png", "in.png");
  link(directory / "outside", "folder");
  link(directory / "inside", "loop");
  BOOST_TEST(read_folder(directory / "inside", FolderPart::all, {3, 8, 8}).names.size() == 4u);
}

BOOST_AUTO_TEST_CASE(what_holds_no_images_is_refused) {
  const TemporaryDirectory directory;
  const auto why = [](const std::string& folder) {
    return error_of([&] { read_folder(folder, FolderPart::all, {3, 8, 8}); });
  };
  BOOST_TEST(has(why(directory / "none"), "is no folder that can be read"));
  BOOST_TEST(has(why(directory.path()), "holds no file whose name ends in .jpg, .jpeg or .png"));
  put(directory / "x.png", "hello");
  BOOST_TEST(has(why(directory.path()), "none of the 1 image files"));
}

// From a folder to neighbours, without a label.
BOOST_AUTO_TEST_CASE(learns_from_a_folder_and_finds_neighbours) {
  const TemporaryDirectory directory;
  const std::string images = directory / "my images", run = directory / "run";
  put_images(images, 50);
  for (int i = 0; i < 9; ++i)
    put(images + "/broken " + std::to_string(i) + ".jpg", "hello");  // some to train on
  const Ran trained =
      run_dim("train --data 'folder:" + images + "' --units 8 --batch 10 --epochs 1 --out " + run);
  BOOST_TEST(trained.status == 0, trained.error);
  BOOST_TEST(has(trained.error, "image files could not be read and are left out"));
  const std::string query = "'" + images + "/image 7.png'";
  const Ran found = run_dim("neighbours " + run + " " + query + " -k 3");
  BOOST_TEST(found.status == 0, found.error);
  BOOST_TEST(found.output.rfind("1.0000  image 7.png\n", 0) == 0u, found.output);
  BOOST_TEST(has(contents(run + "/neighbours.html"), "image 7.png"));
  for (const std::string end : {"npy", "csv", "jsonl"}) {
    const Ran ran =
        run_dim("embed " + run + " " + query + " '" + images + "' --out " + directory / ("y." + end));
    BOOST_TEST(ran.status == 0, ran.error);
    BOOST_TEST(has(ran.output, "y of 51 images, 64 numbers each"), ran.output);
  }
  const std::string csv = contents(directory / "y.csv"), lines = contents(directory / "y.jsonl");
  BOOST_TEST(std::count(csv.begin(), csv.end(), '\n') == 52);
  BOOST_TEST(std::count(lines.begin(), lines.end(), '\n') == 51);
  BOOST_TEST(has(contents(directory / "y.npy.txt"), "image 7.png\n"));
  check_fails(
      "embed " + run + " " + query + " --out " + directory / "y.txt",
      "--out " + directory / "y.txt" + " ends in none of .npy, .csv and .jsonl, which say what is written");
  BOOST_TEST(has(run_dim("evaluate " + run + " --probes knn").error, "the data have no labels"));
  const std::string measured =
      output_of("evaluate " + run + " --probes rankme,uniformity,alignment,retrieval --features y");
  BOOST_TEST(has(measured, "\ny uses about "), measured);
  BOOST_TEST(has(measured, "\nWithout labels nothing says"), measured);
  BOOST_TEST(
      has(run_dim("evaluate " + run + " --labels-per-class 2").error, "has a label; give data with labels"));
  BOOST_TEST(has(run_dim("finetune " + run).error, "has no labels"));
  BOOST_TEST(
      has(run_dim("train --data 'folder@7:" + images + "'").error, "no side of images from 8 to 512 pixels"));
  const Ran report = run_dim("report " + run);
  BOOST_TEST(report.status == 0, report.error);
  const std::string page = contents(run + "/report.html");
  BOOST_TEST(has(page, "<h3>Without labels</h3>"));
  BOOST_TEST(!has(page, "--probes knn"));  // which nothing could be measured by
}

BOOST_AUTO_TEST_SUITE_END()
