#include "../../examples/dim/data/image_cache.hpp"

#include <boost/test/unit_test.hpp>
#include <dim/cpu/cpu.hpp>
#include <filesystem>
#include <thread>

#include "../../examples/dim/data/data.hpp"
#include "../../examples/dim/data/image_folder.hpp"
#include "image_files.hpp"
#include "program.hpp"

BOOST_AUTO_TEST_SUITE(image_cache)

using namespace tests;
using namespace program;
namespace fs = std::filesystem;

/// A folder of two classes with a file that is broken, whose images are kept beside it.
struct Cached {
  TemporaryDirectory directory;
  std::string folder = directory / "pictures", file = directory / "images.cache";
  dim::Shape shape{3, 8, 8};

  Cached() {
    for (int i = 0; i < 20; ++i) put_image("a/" + std::to_string(i), i);
    for (int i = 0; i < 20; ++i) put_image("b/" + std::to_string(i), 100 + i);
    put(folder + "/b/broken.png", "hello");
  }
  /// A picture of that brightness; those of two digits have files of the same size.
  void put_image(const std::string& name, int value) const {
    fs::create_directories(fs::path(folder + "/" + name).parent_path());
    dim::ByteImage image{12, 16, 3, std::vector<std::uint8_t>(12 * 16 * 3, std::uint8_t(value))};
    put(folder + "/" + name + ".png", png_of(image, PNG_FORMAT_RGB));
  }
  FileImages plain(FolderPart part = FolderPart::all) const { return read_folder(folder, part, shape); }

  struct Read {
    FileImages files;
    std::string said;
  };
  /// What the folder holds, read with the cache, and the words on standard error.
  Read read(FolderPart part = FolderPart::all, const std::string& caching = "always") const {
    const Captured words;
    ImageCache cache(file, folder, caching);
    FileImages files = read_folder(folder, part, shape, &cache);
    cache.finish();
    return {std::move(files), words.text()};
  }
  /// Reads it with the cache, and checks that this makes no difference but that so many images come from there.
  std::string check(long cached, FolderPart part = FolderPart::all) const {
    const FileImages expected = plain(part);
    const auto [found, said] = read(part);
    BOOST_TEST((found.names == expected.names));
    BOOST_TEST((found.unreadable == expected.unreadable));
    BOOST_TEST((found.notes == expected.notes));
    BOOST_TEST(checksum_of(found.images) == checksum_of(expected.images));
    BOOST_TEST(found.images.classes() == expected.images.classes());
    const std::string had = "cache    " + file + " had " + std::to_string(cached) + " of " +
                            std::to_string(expected.names.size() + expected.unreadable.size()) + " images\n";
    BOOST_TEST(has(said, had) == (cached > 0), said);
    return said;
  }
  /// Waits until times of files are old enough to be relied on.
  static void wait() { std::this_thread::sleep_for(std::chrono::milliseconds(3000)); }

  /// Standard error, in a file.
  struct Captured {
    TemporaryDirectory directory;
    std::string path = directory / "words";
    int before = ::dup(STDERR_FILENO);
    Captured() {
      std::fflush(stderr);
      const dim::File words(path, O_WRONLY | O_CREAT);
      ::dup2(words.descriptor(), STDERR_FILENO);
    }
    ~Captured() {
      ::dup2(before, STDERR_FILENO);
      ::close(before);
    }
    std::string text() const {
      std::fflush(stderr);
      return contents(path);
    }
  };
};

BOOST_FIXTURE_TEST_CASE(images_come_from_it_unchanged, Cached) {
  BOOST_TEST(has(check(0), "keeps 40 decoded images, 0 MiB"));
  BOOST_TEST(!has(check(40), "keeps"));  // they are known by their bytes, since their times are too new
  wait();
  BOOST_TEST(has(check(40), "keeps 40"));  // with times that can be relied on
  BOOST_TEST(!has(check(40), "keeps"));
  for (const FolderPart part : {FolderPart::train, FolderPart::test})
    check(long(plain(part).names.size()), part);
  shape = {1, 8, 8};  // another one
  check(0);
  check(40);
}

BOOST_FIXTURE_TEST_CASE(parts_are_kept_together, Cached) {
  check(0, FolderPart::train);
  check(0, FolderPart::test);
  check(40);
}

BOOST_FIXTURE_TEST_CASE(what_changes_is_seen, Cached) {
  check(0);
  put_image("a/0", 200);  // at once, in a file of the same size and, where time has steps, of the same time
  check(39);
  check(40);
  wait();
  check(40);
  const auto time = fs::last_write_time(folder + "/a/1.png");
  const auto size = fs::file_size(folder + "/a/1.png");
  put_image("a/1", 201);
  fs::last_write_time(folder + "/a/1.png", time);
  BOOST_TEST(fs::file_size(folder + "/a/1.png") == size);
  check(39);
  fs::rename(folder + "/a/2.png", folder + "/a/swapped.png");
  fs::rename(folder + "/a/3.png", folder + "/a/2.png");
  fs::rename(folder + "/a/swapped.png", folder + "/a/3.png");
  check(40);  // their bytes are known
  fs::remove(folder + "/b/0.png");
  check(39);
  put_image("b/new", 250);
  check(39);
  put_image("b/broken", 251);
  put(folder + "/a/4.png", "hello");
  check(39);
  fs::rename(folder, directory / "elsewhere");
  folder = directory / "elsewhere";
  check(40);
}

BOOST_FIXTURE_TEST_CASE(damage_is_seen, Cached) {
  const auto damage = [&](long at) {
    std::string bytes = contents(file);
    bytes[std::size_t(at < 0 ? long(bytes.size()) + at : at)] ^= 1;
    put(file, bytes);
  };
  for (const long at : {0L, 9L, 30L, 60L, 200L}) {
    read();
    damage(at);
    const std::string said = check(0);
    BOOST_TEST(has(said, "dim: " + file + " cannot be used, and is made anew: "), said);
    BOOST_TEST(has(said, "keeps 40"));
  }
  damage(-1);  // of an image
  const std::string said = check(39);
  BOOST_TEST(has(said, "dim: " + file + " is damaged: 1 of its images are decoded again"), said);
  BOOST_TEST(has(said, "keeps 40"));
  const std::string whole = contents(file);
  for (std::size_t size = 0; size < whole.size(); size += size < 64 ? 7 : 613) {
    put(file, whole.substr(0, size));
    BOOST_TEST(has(check(0), " cannot be used, and is made anew: "));
  }
  put(file, whole + "x");
  BOOST_TEST(has(check(0), "it is cut short or too long"));
  std::string other = whole;
  other[17] ^= 1;  // of what decoded the images
  put(file, other);
  BOOST_TEST(!has(check(0), "damaged"));
}

BOOST_FIXTURE_TEST_CASE(it_is_not_made_in_vain, Cached) {
  BOOST_TEST(read(FolderPart::all, "auto").said == "");  // decoding took no second
  BOOST_TEST(read(FolderPart::all, "never").said == "");
  BOOST_TEST(!fs::exists(file));
  read();
  BOOST_TEST(read(FolderPart::all, "never").said == "");
  BOOST_TEST(has(read(FolderPart::all, "auto").said, "had 40 of 41 images"));
  BOOST_TEST(error_of([&] { ImageCache(file, folder, "often"); }) ==
             "--cache often is not known; choose one of auto, always, never");

  const std::string before = contents(file), own = folder;
  folder = directory / "others";
  put_image("1", 30), put_image("2", 31), put_image("3", 7);
  const Captured words;
  ImageCache cache(file, own, "always");
  const FileImages others = read_folder(folder, FolderPart::all, shape, &cache);
  cache.finish();
  BOOST_TEST(has(words.text(), " had 1 of 3 images\n"));  // an image with the same bytes
  BOOST_TEST(checksum_of(others.images) == checksum_of(plain().images));
  BOOST_TEST((contents(file) == before));  // which holds the run's own
}

BOOST_FIXTURE_TEST_CASE(it_may_be_impossible, Cached) {
  fs::create_directory(file);
  BOOST_TEST(has(read().said, "dim: decoded images are not kept for the next command: "));
  fs::remove(file);
  file = directory / "nowhere/images.cache";
  BOOST_TEST(has(check(0), "dim: decoded images are not kept for the next command: cannot open "));
  file = directory / "images.cache";
  const dim::File other(file + ".tmp", O_RDWR | O_CREAT);  // of another command
  BOOST_TEST(::flock(other.descriptor(), LOCK_EX) == 0);
  BOOST_TEST(has(check(0), "is being written by another process"));
}

// It is replaced while its images are in use.
BOOST_FIXTURE_TEST_CASE(images_outlive_it, Cached) {
  read();
  const FileImages files = read().files;
  const std::string sum = checksum_of(files.images);
  put_image("a/5", 77);
  read();
  fs::remove(file);
  BOOST_TEST(checksum_of(files.images) == sum);
}

BOOST_FIXTURE_TEST_CASE(commands_use_it, SmallCifar) {
  const std::string pictures = directory / "pictures";
  for (int i = 0; i < 260; ++i) {
    const std::string folder = pictures + (i % 2 ? "/odd" : "/even");
    fs::create_directories(folder);
    dim::ByteImage image = ramps(40, 40);
    for (std::size_t k = 2; k < image.bytes.size(); k += 3) image.bytes[k] = std::uint8_t(i);
    put(folder + "/" + std::to_string(i) + ".png", png_of(image, PNG_FORMAT_RGB));
  }
  spec = "folder:" + pictures;
  const std::string cache = run("a") + "/images.cache";
  const Ran first = train("a", "--cache always"), never = train("b", "--cache never");
  BOOST_TEST(has(first.error, "cache    " + cache + " keeps "), first.error);
  BOOST_TEST(!fs::exists(run("b") + "/images.cache"));
  const Ran second = train("a", "--epochs 2"), other = train("b", "--epochs 2");
  BOOST_TEST(has(second.error, "cache    " + cache + " had "), second.error);
  BOOST_TEST((contents(run("a") + "/encoder.safetensors") == contents(run("b") + "/encoder.safetensors")));
  BOOST_TEST((contents(run("a") + "/run.json") == contents(run("b") + "/run.json")));
  BOOST_TEST(other.error == never.error);

  for (const std::string& command :
       {"evaluate " + run("a") + " --probes knn --baselines none", "report " + run("a"),
        "features " + run("a") + " --out " + (directory / "y.npy"),
        "embed " + run("a") + " " + pictures + " --out " + (directory / "y.csv"),
        "neighbours " + run("a") + " " + pictures + "/odd/1.png", "cluster " + run("a") + " " + pictures,
        "map " + run("a") + " " + pictures, "finetune " + run("a") + " --labels 1 --steps 1"}) {
    shell("rm -f " + run("a") + "/codes-*");  // with which images need not be read
    BOOST_TEST(has(run_dim(command + " --cache always").error, "cache    " + cache), command);
    shell("rm -f " + run("a") + "/codes-*");
    BOOST_TEST(!has(run_dim(command + " --cache never").error, "cache    "), command);
  }
  fs::remove(cache);  // and now a full disk
  const Ran full = shell("ulimit -f 200; exec \"$dim\" features " + run("a") +
                         " --cache always --split train --out " + (directory / "z.npy"));
  BOOST_TEST(full.status == 0);
  BOOST_TEST(has(full.error, "dim: decoded images are not kept for the next command: "), full.error);
  BOOST_TEST(fs::exists(directory / "z.npy"));
  BOOST_TEST(!fs::exists(cache + ".tmp"));
  run_dim("embed " + run("a") + " " + pictures + " --out " + (directory / "y.csv") + " --cache always");
  const Ran all = run_dim("cluster " + run("a") + " " + pictures);
  BOOST_TEST(has(all.error, "cache    " + cache + " had 260 of 260 images\n"), all.error);
}

// Someone else's mistake, which no program can survive that has the file in memory; it doesn't end without a word.
BOOST_FIXTURE_TEST_CASE(a_file_that_is_cut_while_it_is_used_is_named, SmallCifar) {
  const std::string pictures = directory / "pictures";
  fs::create_directories(pictures);
  for (int i = 0; i < 200; ++i)
    put(pictures + "/" + std::to_string(i) + ".png", png_of(ramps(32 + i, 32), PNG_FORMAT_RGB));
  spec = "folder:" + pictures;
  train("a", "--cache always");
  const std::string log = directory / "log";
  const Ran ran = shell("\"$dim\" train --data " + spec + encoder + "--units 64 --batch 50 --out " +
                        run("a") + " --epochs 100000 >" + log + " & " + until_said("^epoch 2/", log) + ": >" +
                        run("a") + "/images.cache; wait $!");
  BOOST_TEST(ran.status == 128 + SIGBUS, ran.status << ran.error);
  BOOST_TEST(has(ran.error, "dim: images.cache in the run's folder was cut short while it was used"),
             ran.error);
}

BOOST_AUTO_TEST_SUITE_END()
