#include "../../examples/dim/data/image_folder.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <set>

#include "../../examples/dim/data/data.hpp"
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
  put_images(directory / "val/dogs", 1);
  const FileImages test = read_folder(directory.path(), FolderPart::test, {3, 8, 8});
  BOOST_TEST(test.images.size() == 4);
  BOOST_TEST(test.images.classes() == 2);  // of both parts
  BOOST_TEST(test.images.label(0) == 1);
  BOOST_TEST(test.notes.empty());
  const FileImages train = read_folder(directory.path(), FolderPart::train, {3, 8, 8});
  BOOST_TEST(train.images.size() == 5);
  BOOST_TEST_REQUIRE(train.notes.size() == 1u);
  BOOST_TEST(
      train.notes[0] ==
      "left out of " + directory.path() +
          ": 51 image files (such as image 0.png) in neither its train nor its test; to use them, move them "
          "there");
}

BOOST_AUTO_TEST_CASE(a_part_without_images_is_said_to_be) {
  const TemporaryDirectory directory;
  put_images(directory.path(), 1);
  const auto why = [&](FolderPart part) {
    return error_of([&] { read_folder(directory.path(), part, {3, 8, 8}); });
  };
  const std::string errors = why(FolderPart::train) + why(FolderPart::test);
  BOOST_TEST(has(errors,
                 "every tenth image of " + directory.path() +
                     ", as a hash of its name has it, is for measuring, and of its 1 none is; add images, or "
                     "put some into a sub-folder test and the others into train"),
             errors);
}

BOOST_AUTO_TEST_CASE(sub_folders_are_classes) {
  const TemporaryDirectory directory;
  put_images(directory / "b/deeper", 3);
  put_images(directory / "a", 2);
  const FileImages files = read_folder(directory.path(), FolderPart::all, {3, 8, 8});
  BOOST_TEST(files.images.classes() == 2);
  BOOST_TEST((files.images.labels() == std::vector<int>{0, 0, 1, 1, 1}));
  BOOST_TEST(files.images.class_names()[1] == "b");
  BOOST_TEST(files.notes.empty());
  put_images(directory.path(), 1);  // of no class
  const FileImages stray = read_folder(directory.path(), FolderPart::all, {3, 8, 8});
  BOOST_TEST(stray.images.classes() == 0);
  BOOST_TEST_REQUIRE(stray.notes.size() == 1u);
  BOOST_TEST(stray.notes[0] ==
             "the images of " + directory.path() +
                 " have no labels, since 1 of them (image 0.png) is in no sub-folder; move them "
                 "into those of their classes, or away");
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
  link(directory / "nowhere.png", "broken.png");
  const FileImages inside = read_folder(directory / "inside", FolderPart::all, {3, 8, 8});
  BOOST_TEST(inside.names.size() == 4u);
  BOOST_TEST_REQUIRE(inside.notes.size() == 1u);
  BOOST_TEST(inside.notes[0] ==
             "left out of " + (directory / "inside") +
                 ": 3 links (such as broken.png) leading out of it or nowhere; to use the files, "
                 "copy them into it");
  std::filesystem::create_directory(directory / "links");
  std::filesystem::create_symlink(directory / "outside/image 0.png", directory / "links/a.png");
  BOOST_TEST(has(error_of([&] { image_names(directory / "links"); }),
                 " holds no image files that can be read, but 1 link (a.png) leading out of it or nowhere;"));
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
  BOOST_TEST(has(trained.output, "and 0 held out, since they have no labels to judge by\n"), trained.output);
  const Ran report = run_dim("report " + run);
  BOOST_TEST(report.status == 0, report.error);
  const std::string page = contents(run + "/report.html");
  BOOST_TEST(has(page, "<h3>Without labels</h3>"));
  BOOST_TEST(!has(page, "--probes knn"));  // which nothing could be measured by

  put(directory / "two\nlines.png", contents(images + "/image 7.png"));
  const std::string lines_in = " '" + directory / "two\nlines.png" + "' --out " + directory / "z.";
  BOOST_TEST(has(run_dim("embed " + run + lines_in + "npy").error, "there is a line break in the name"));
  output_of("embed " + run + lines_in + "csv");
  BOOST_TEST(has(contents(directory / "z.csv"), "two\nlines.png\""));

  put_images(images, 51);  // one more
  const std::string again =
      run_dim("train --data 'folder:" + images + "' --units 8 --batch 10 --epochs 2 --out " + run).error;
  BOOST_TEST(has(again, " holds a run on other training images than folder:" + images +
                            " has now: if some were added"),
             again);
}

// Named by what the shell would have made of it, and written as text.
BOOST_AUTO_TEST_CASE(names_of_folders) {
  const TemporaryDirectory directory;
  const std::string name = "h <i>&\"x", images = directory / name;
  put_images(images, 20);
  std::filesystem::create_directory(images + "/deeper");
  const auto train = [&](const std::string& from, const std::string& spec) {
    return shell("cd '" + from + "' && \"$dim\" train --units 8 --batch 10 --epochs 1 --data " + spec);
  };
  const Ran above = train(images + "/deeper", "folder:..");
  BOOST_TEST(above.status == 0, above.error);
  BOOST_TEST(has(above.output, "runs/" + name + " holds "), above.output);
  const std::string page = images + "/deeper/page.html";
  output_of("report --out '" + page + "' '" + images + "/deeper/runs/" + name + "' --data 'folder:" + images +
            "'");
  BOOST_TEST(!has(contents(page), "<i>"));
  BOOST_TEST(program::data_title("folder:" + images + "/") == name);
  BOOST_TEST(program::data_title("folder:/") == "folder");

  std::filesystem::rename(images, directory / "\xE4");
  const Ran latin = train(directory.path(), "'folder:\xE4'");
  BOOST_TEST(latin.status == 1);
  BOOST_TEST(has(latin.error, " is not UTF-8, in which run.json has it; rename the folder"), latin.error);
  BOOST_TEST(!std::filesystem::exists(directory / "runs"));
}

BOOST_AUTO_TEST_SUITE_END()
