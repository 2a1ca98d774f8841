// What a second command on the same images takes from the run's folder, and when it must not.
#include "../../examples/dim/run/kept_codes.hpp"

#include <dim/io/npy.hpp>
#include <filesystem>

#include "image_files.hpp"
#include "program.hpp"

BOOST_AUTO_TEST_SUITE(kept_codes)

using namespace tests;
using namespace program;
namespace fs = std::filesystem;

/// A run, a folder of 12 images, and one of its images to search for.
struct Searched {
  SmallCifar cifar;
  std::string run = cifar.run("a"), images = cifar.run("images"), query = images + "/3.png",
              search = "neighbours " + run + " " + query + " -k 3 --of " + images;

  Searched() {
    BOOST_TEST(cifar.train("a").status == 0);
    fs::create_directory(images);
    for (int i = 0; i < 12; ++i) put_image(i, 20 * i);
  }
  void put_image(int i, int more) const {
    dim::ByteImage image = ramps(32, 32);
    for (std::size_t k = 0; k < image.bytes.size(); ++k)
      image.bytes[k] = std::uint8_t(image.bytes[k] + std::size_t(more) * (k % 3 + 1));
    put(images + "/" + std::to_string(i) + ".png", png_of(image, PNG_FORMAT_RGB));
  }
  /// The files of the run in which codes are kept.
  std::vector<std::string> kept() const {
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(run))
      if (entry.path().filename().string().starts_with("codes-")) files.push_back(entry.path().string());
    return files;
  }
  /// The only one.
  std::string file() const {
    const auto files = kept();
    BOOST_TEST_REQUIRE(files.size() == 1u);
    return files.front();
  }
};

/// Does the command say that it has kept codes, for which it must have made them?
bool makes_them(const std::string& output) {
  return has(output, " keeps the images' ");
}
/// The lines before what was kept.
std::string found_in(const std::string& output) {
  const std::size_t page = output.find(" shows them\n");
  BOOST_TEST_REQUIRE(page != output.npos);
  return output.substr(0, page);
}

BOOST_FIXTURE_TEST_CASE(a_second_search_finds_the_same, Searched) {
  put(images + "/broken.png", "hello");
  const Ran first = run_dim(search), second = run_dim(search);
  BOOST_TEST(makes_them(first.output), first.output);
  BOOST_TEST(!makes_them(second.output), second.output);
  BOOST_TEST(first.output.starts_with("1.0000  3.png\n"), first.output);
  BOOST_TEST(found_in(first.output) == found_in(second.output));
  BOOST_TEST(has(first.error, "1 of 13 image files could not be read"), first.error);
  BOOST_TEST(first.error == second.error);
  const std::string page = contents(run + "/neighbours.html"), before = contents(file());
  fs::remove(file());
  output_of(search);
  BOOST_TEST((contents(run + "/neighbours.html") == page));
  BOOST_TEST((contents(file()) == before));
  BOOST_TEST(makes_them(output_of(search + " --feature fc")));
  BOOST_TEST(kept().size() == 2u);
  BOOST_TEST(!makes_them(output_of(search)));
}

// Taken for what it was, any of these would show an image that is no longer there, or not find one that is.
BOOST_FIXTURE_TEST_CASE(what_is_out_of_date_is_made_anew, Searched) {
  output_of(search);
  put_image(5, 60);  // as image 3
  const std::string changed = output_of(search);
  BOOST_TEST(makes_them(changed));
  BOOST_TEST(has(changed, "1.0000  3.png\n1.0000  5.png\n"), changed);
  // Of copies the one that was asked about comes first, also where no more fit.
  const std::string of_copy = "neighbours " + run + " 5.png --of " + images;
  BOOST_TEST(output_of(of_copy + " -k 2").starts_with("1.0000  5.png\n1.0000  3.png\n"));
  BOOST_TEST(output_of(of_copy + " -k 1").starts_with("1.0000  5.png\n"));
  check_fails(
      "neighbours " + run + " 17 --of " + images,
      "there is no file '17', and none of that name in " + images + "; give the path of a JPEG or PNG file");
  fs::remove(images + "/5.png");
  BOOST_TEST(!has(output_of(search), "5.png"));
  fs::rename(images + "/11.png", images + "/12.png");  // in the same place among the others
  BOOST_TEST(makes_them(output_of(search)));
  fs::rename(images + "/3.png", images + "/x.png");
  query = images + "/x.png";
  const std::string renamed = output_of("neighbours " + run + " " + query + " --of " + images);
  BOOST_TEST(renamed.starts_with("1.0000  x.png\n"), renamed);
  const std::string again = "neighbours " + run + " " + query + " -k 3 --of " + images;
  BOOST_TEST(!makes_them(output_of(again)));
  BOOST_TEST(cifar.train("a", "--epochs 2").status == 0);
  BOOST_TEST(makes_them(output_of(again)));
  BOOST_TEST(makes_them(output_of(again + " --best")));
  BOOST_TEST(!makes_them(output_of(again)));
  BOOST_TEST(kept().size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(damaged_files_are_told_and_made_anew, Searched) {
  const std::string before = found_in(output_of(search)), path = file(), whole = contents(path);
  std::string bad = whole;
  bad[bad.size() - 9] = char(bad[bad.size() - 9] ^ 1);
  for (const std::string& damaged : {bad, whole.substr(0, whole.size() / 2), std::string("hello")}) {
    put(path, damaged);
    const Ran ran = run_dim(search);
    BOOST_TEST(ran.status == 0);
    BOOST_TEST(has(ran.error, path), ran.error);
    BOOST_TEST(has(ran.error, "; it is made anew\n"), ran.error);
    BOOST_TEST(found_in(ran.output) == before);
    BOOST_TEST((contents(path) == whole));
  }
}

BOOST_FIXTURE_TEST_CASE(where_they_cannot_be_kept_the_search_goes_on, Searched) {
  const std::string before = found_in(output_of(search)), path = file();
  fs::remove(path);
  fs::create_directory(path);
  const Ran ran = run_dim(search);
  BOOST_TEST(ran.status == 0, ran.error);
  BOOST_TEST(found_in(ran.output) == before);
  BOOST_TEST(has(ran.output, "could not be kept for the next time: " + path), ran.output);
}

// With the classes, which are sub-folders; and each part of the images has codes of its own.
BOOST_FIXTURE_TEST_CASE(commands_share_them, Searched) {
  for (int i = 0; i < 12; ++i) {
    const std::string folder = images + (i % 3 == 0 ? "/few" : "/many");
    fs::create_directory(folder);
    fs::rename(images + "/" + std::to_string(i) + ".png", folder + "/" + std::to_string(i) + ".png");
  }
  const std::string of_images = " " + run + " " + images, clusters = cifar.run("clusters.csv");
  const std::string first = output_of("cluster" + of_images + " -k 2 --out " + clusters);
  BOOST_TEST(makes_them(first), first);
  BOOST_TEST((has(first, "  few, ") || has(first, "  many, ")), first);
  const std::string groups = contents(clusters), second = output_of("cluster" + of_images + " -k 2");
  BOOST_TEST(first.starts_with(second), second);
  BOOST_TEST(groups.starts_with("name,cluster\nfew/0.png,"), groups);
  BOOST_TEST(!makes_them(output_of("duplicates " + run + " folder@32:" + images)));
  BOOST_TEST(!makes_them(output_of("map" + of_images)));
  const std::string page = contents(run + "/map.html");
  BOOST_TEST(has(page, "few/0.png, few"));
  fs::remove(file());
  BOOST_TEST(makes_them(output_of("map" + of_images)));
  BOOST_TEST((contents(run + "/map.html") == page));

  const std::string part =
      "neighbours " + run + " " + images + "/few/3.png --of " + images + " --split train";
  const std::string found = output_of(part);
  BOOST_TEST(makes_them(found), found);
  BOOST_TEST(!makes_them(output_of(part)));
  BOOST_TEST(!makes_them(output_of("map" + of_images)));
  BOOST_TEST(kept().size() == 2u);
}

// Arrays and sets of data are read each time, and not encoded.
BOOST_FIXTURE_TEST_CASE(of_other_data, Searched) {
  const std::string of_run = "neighbours " + run + " " + query;
  BOOST_TEST(makes_them(output_of(of_run)));
  BOOST_TEST(!makes_them(output_of(of_run)));
  put(cifar.run("test_batch.bin"), records(100, 7));
  BOOST_TEST(makes_them(output_of(of_run)));
  std::vector<std::uint8_t> numbers(std::size_t(4 * 32 * 32 * 3));
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = std::uint8_t(i * i % 251);
  const std::string array = cifar.run("x.npy"), of_array = of_run + " -k 2 --of npy:" + array;
  dim::write_npy(array, numbers.data(), {4, 32, 32, 3});
  const std::string first = output_of(of_array), second = output_of(of_array);
  BOOST_TEST(makes_them(first));
  BOOST_TEST(!makes_them(second));
  BOOST_TEST(found_in(first) == found_in(second));
  for (std::uint8_t& number : numbers) number = std::uint8_t(255 - number);
  dim::write_npy(array, numbers.data(), {4, 32, 32, 3});
  BOOST_TEST(makes_them(output_of(of_array)));
}

BOOST_AUTO_TEST_SUITE_END()
