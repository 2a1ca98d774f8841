// A folder as people have them: of files of every kind, some broken, under all sorts of names.
#include <sys/stat.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <set>

#include "../../examples/dim/data/image_folder.hpp"
#include "../../examples/dim/terminal/text.hpp"
#include "image_files.hpp"
#include "program.hpp"

BOOST_AUTO_TEST_SUITE(folder_of_all_kinds)

using namespace tests;
using namespace program;
namespace fs = std::filesystem;

/// A file that can be read, of a kind and a size that change with i.
std::string good_file(int i) {
  const long height = 1 + i * 37 % 50, width = 1 + i * 23 % 70;
  const auto image = [&](long bytes_a_pixel) { return ramps(height, width, bytes_a_pixel); };
  switch (i % 12) {
    case 0:
      return png_of(image(3), PNG_FORMAT_RGB);
    case 1:
      return png_of(image(1), PNG_FORMAT_GRAY);
    case 2:
      return png_of(image(2), PNG_FORMAT_GA);
    case 3:
      return png_of(image(4), PNG_FORMAT_RGBA);
    case 4:
      return png_of(image(1), PNG_FORMAT_RGB_COLORMAP);
    case 5:
      return png_of(image(1), PNG_FORMAT_RGBA_COLORMAP);
    case 6:
      return png_of(image(6), PNG_FORMAT_LINEAR_RGB);
    case 7:
      return png_of(image(8), PNG_FORMAT_LINEAR_RGB_ALPHA);
    case 8:
      return jpeg_of(image(1));
    case 9:
      return jpeg_of(image(4));
    case 10:
      return jpeg_of(image(3), 0, true);
    default:
      return jpeg_of(image(3), 1 + i / 12 % 8);
  }
}

/// A file that can't.
std::string bad_file(int i) {
  const std::string jpeg = jpeg_of(ramps(40, 40)), png = png_of(ramps(40, 40), PNG_FORMAT_RGB);
  switch (i % 10) {
    case 0:
      return "";
    case 1:
      return "hello";
    case 2:
      return jpeg.substr(0, jpeg.size() / 2);
    case 3:
      return png.substr(0, png.size() / 2);
    case 4:
      return jpeg.substr(0, 3);
    case 5:
      return png.substr(0, 8);
    case 6:
      return "GIF89a" + std::string(50, '\1');
    case 7:
      return std::string("\xFF\xD8\xFF") + std::string(200, '\x55');
    case 8:
      return png.substr(0, 60) + std::string(png.size(), '\xAA');
    default:
      return std::string("PK\3\4") + std::string(30, '\0');
  }
}

/// 300 files, and what is to come of each.
struct FolderOfAllKinds {
  TemporaryDirectory directory;
  std::string path = directory / "pictures of all kinds";
  std::set<std::string> readable, broken;

  FolderOfAllKinds() {
    const std::vector<std::string> folders{"", "b b/", "\u00fc/deeper/still/", "named.png/", ".hidden/"};
    const std::vector<std::string> names{"plain",
                                         "with space",
                                         "quote'd",
                                         "\"double\"",
                                         "-dash",
                                         "--data",
                                         "\u00e9t\u00e9 \u732b",
                                         "two\nlines",
                                         "tab\t",
                                         "back\\slash",
                                         "100 %s %n",
                                         "*?[a]",
                                         "$HOME;ls",
                                         "a,b",
                                         "<b>&amp;",
                                         "latin \xE4",
                                         "~",
                                         "..a",
                                         "\x1B[31mred",
                                         std::string(200, 'x')};
    const std::vector<std::string> ends{".png", ".jpg", ".jpeg", ".PNG", ".JPG", ".Jpeg"};
    for (const std::string& folder : folders) fs::create_directories(path + "/" + folder);
    for (int i = 0; i < 286; ++i) {
      const std::size_t k = std::size_t(i);
      const std::string name = folders[k / names.size() % folders.size()] + names[k % names.size()] + " " +
                               std::to_string(i) + ends[k % 6];
      const bool good = i % 7 != 3;
      put(path + "/" + name, good ? good_file(i) : bad_file(i / 7));
      (good ? readable : broken).insert(name);
    }
    put(directory / "outside.png", good_file(0));
    fs::create_directory(directory / "elsewhere");
    put(directory / "elsewhere/far.png", good_file(0));
    const auto link = [&](const std::string& to, const std::string& name) {
      fs::create_symlink(to, path + "/" + name);
    };
    link(*readable.begin(), "link within.png");
    readable.insert("link within.png");
    link("../outside.png", "link out.png");
    link(directory / "elsewhere", "link to elsewhere");
    link("nowhere.jpg", "link to nothing.jpg");
    link("link to itself.jpg", "link to itself.jpg");
    link(".", "link to the folder");
    link("link to the folder", "link to a link.png");
    ::mkfifo((path + "/pipe.png").c_str(), 0600);
    broken.insert("pipe.png");
    for (const char* const other : {"a.webp", "b.GIF", "c.tiff"}) put(path + "/" + other, "hello");
    for (const char* const none : {"notes.txt", "png", ".png"}) put(path + "/" + none, "hello");
  }
};

BOOST_FIXTURE_TEST_CASE(each_is_used_or_named, FolderOfAllKinds) {
  long files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(path))
    files += entry.is_symlink() || !entry.is_directory();
  BOOST_TEST(files == 300);
  const FileImages all = read_folder(path, FolderPart::all, {3, 32, 32});
  BOOST_TEST((std::set<std::string>(all.names.begin(), all.names.end()) == readable));
  BOOST_TEST(all.names.size() == readable.size());
  BOOST_TEST(all.images.size() == long(readable.size()));
  BOOST_TEST(all.unreadable.size() == broken.size());
  for (const std::string& name : broken) {
    const std::string begin = printable(path + "/" + name) + " ";
    BOOST_TEST(std::count_if(all.unreadable.begin(), all.unreadable.end(),
                             [&](const std::string& why) { return why.starts_with(begin); }) == 1,
               begin);
  }
  for (const std::string& why : all.unreadable) BOOST_TEST(!has(why, "\n"), why);
  const std::string begin = "left out of " + path + ": ";
  const std::vector<std::string> notes{
      "the images of " + path + " have no labels, since ",
      begin +
          "4 links (such as link out.png) leading out of it or nowhere; to use the files, copy them into it",
      begin +
          "3 image files (such as a.webp) whose name ends in none of .jpg, .jpeg and .png; to use them, "
          "convert them to JPEG or PNG"};
  BOOST_TEST_REQUIRE(all.notes.size() == notes.size());
  for (std::size_t i = 0; i < notes.size(); ++i) BOOST_TEST(all.notes[i].starts_with(notes[i]), all.notes[i]);
}

// Of a folder in a place from which its images can be named in all ways.
BOOST_FIXTURE_TEST_CASE(it_is_trained_on, FolderOfAllKinds) {
  const SmallCifar cifar;
  const std::string run = cifar.run("run"), data = "'folder:" + path + "'";
  const Ran trained =
      run_dim("train --data " + data + cifar.encoder + "--units 8 --batch 50 --epochs 1 --out " + run);
  BOOST_TEST(trained.status == 0, trained.error);
  BOOST_TEST(has(trained.error, "image files could not be read and are left out, the first of them:\n  "));
  BOOST_TEST(has(trained.error, "4 links (such as link out.png)"), trained.error);
  BOOST_TEST(!has(trained.error, "\x1B"), trained.error);

  const std::string lines = directory / "codes.jsonl";
  output_of("embed " + run + " '" + path + "' --out " + lines);
  const std::string text = contents(lines);
  BOOST_TEST(std::count(text.begin(), text.end(), '\n') == long(readable.size()));
  const auto dash_file = readable.lower_bound("-dash");
  BOOST_TEST_REQUIRE(dash_file->starts_with("-dash"));
  const Ran dash = shell("cd '" + path + "' && \"$dim\" neighbours " + run + " --out " +
                         directory / "page.html" + " -k 1 -- '" + *dash_file + "'");
  BOOST_TEST(dash.status == 0, dash.error);
  BOOST_TEST(dash.output.starts_with("1.0000  "), dash.output);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_listed_or_holds_other_kinds_is_said) {
  const TemporaryDirectory directory;
  put(directory / "a.webp", "hello");
  BOOST_TEST(
      has(error_of([&] { image_names(directory.path()); }),
          " holds no image files that can be read, but 1 image file (a.webp) whose name ends in none of "
          ".jpg, .jpeg and .png; to use them, convert them to JPEG or PNG"));
  put(directory / "b.png", good_file(0));
  fs::create_directory(directory / "closed");
  put(directory / "closed/c.png", good_file(0));
  fs::permissions(directory.path(), fs::perms(0755));
  fs::permissions(directory / "closed", fs::perms(0));
  const uid_t user = ::geteuid(), nobody = 65534;
  if (user == 0) BOOST_TEST_REQUIRE(::seteuid(nobody) == 0);  // since permissions do not stop root
  const ImageNames found = image_names(directory.path());
  if (user == 0) BOOST_TEST_REQUIRE(::seteuid(user) == 0);
  fs::permissions(directory / "closed", fs::perms(0755));
  BOOST_TEST((found.names == std::vector<std::string>{"b.png"}));
  BOOST_TEST_REQUIRE(found.notes.size() == 2u);
  BOOST_TEST(found.notes[0] == "left out of " + directory.path() +
                                   ": 1 sub-folder (closed) that cannot be listed; to use what is there, "
                                   "change the permissions");
}

BOOST_AUTO_TEST_SUITE_END()
