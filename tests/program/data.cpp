#include "../../examples/dim/data/data.hpp"

#include <filesystem>
#include <set>

#include "program.hpp"

BOOST_AUTO_TEST_SUITE(data)

using namespace tests;

BOOST_AUTO_TEST_CASE(specs_that_are_refused) {
  check_fails("train --data emnist",
              "--data emnist is not known; choose one of mnist, fashion-mnist, cifar10, cifar100, stl10, "
              "tiny-imagenet, folder, npy, signals");
  check_fails("train --data cifar10",
              "cifar10 names no folder: write cifar10:DIR, where DIR holds its files; dim fetch cifar10 "
              "DIR gets them");
  check_fails("train --data folder:",
              "folder: names no folder: write folder:DIR, where DIR holds its images");
  check_fails("train --data cifar10:/nowhere",
              "there is no CIFAR-10 in /nowhere; name the folder that holds cifar-10-batches-bin, or get it: "
              "dim fetch cifar10 /nowhere");
  check_fails("train --data 'mnist:/no where'",
              "there is no MNIST in /no where; name the folder that holds its four files, or get it: dim "
              "fetch mnist '/no where'");
}

BOOST_AUTO_TEST_CASE(stl10_is_read) {
  const TemporaryDirectory folder;
  BOOST_TEST(has(error_of([&] { program::read_data("stl10:" + folder.path(), dim::Split::train, 0); }),
                 "or get it: dim fetch stl10 " + folder.path()));
  const std::string image(3 * 96 * 96, '\x20');
  put(folder / "train_X.bin", image + image);
  put(folder / "train_y.bin", "\1\2");
  put(folder / "unlabeled_X.bin", image);
  const dim::Images images = program::read_data("stl10:" + folder.path(), dim::Split::train, 0);
  BOOST_TEST(images.size() == 3);
  BOOST_TEST(images.label(2) == -1);
  BOOST_TEST(program::data_title("stl10:" + folder.path()) == "STL-10");
}

BOOST_AUTO_TEST_CASE(folders_are_written_in_one_way) {
  for (const char* spec :
       {"cifar10:/a/b", "cifar10:/a/b/", "cifar10:/a//b//", "cifar10:/a/./b/", "cifar10:/a/c/../b"})
    BOOST_TEST(program::normal(spec) == "cifar10:/a/b");
  for (const char* spec : {"fashion-mnist", "cifar10:", "cifar10:/", "cifar10:a:b"})
    BOOST_TEST(program::normal(spec) == spec);
}

// One bit of an image or a label makes another data set; the limit and the folder do not.
BOOST_AUTO_TEST_CASE(sets_are_told_by_what_is_in_them) {
  const SmallCifar cifar;
  const auto id = [](const std::string& spec, long limit) { return program::read_data_set(spec, limit).id; };
  const std::string whole = id(cifar.spec, 0);
  BOOST_TEST(whole.size() == 16U);
  BOOST_TEST(whole.rfind("cifar10-", 0) == 0U);
  const program::DataSet some = program::read_data_set(cifar.spec, 60);
  BOOST_TEST(some.id == whole);
  BOOST_TEST((some.train.size() == 60 && some.test.size() == 60));
  const TemporaryDirectory moved;
  std::filesystem::copy(cifar.directory.path(), moved.path());
  BOOST_TEST(id("cifar10:" + moved.path(), 0) == whole);
  std::set<std::string> ids{whole};
  for (const std::size_t at : {0U, 3072U, 3073U * 7})
    for (const char* name : {"data_batch_3.bin", "test_batch.bin"}) {
      const std::string before = contents(moved / name);
      std::string bytes = before;
      bytes[at] ^= 1;
      put(moved / name, bytes);
      BOOST_TEST(ids.insert(id("cifar10:" + moved.path(), 0)).second);
      put(moved / name, before);
    }
}

// Shells expand it only at the beginning of a word.
BOOST_AUTO_TEST_CASE(a_tilde_behind_the_name_is_the_home_folder) {
  const SmallCifar cifar;
  const std::string set = "HOME=" + cifar.directory.path() + "; export HOME; exec \"$dim\" ",
                    rest = " --units 64 --batch 50 --epochs 1";
  const Ran ran = shell(set + "train --data 'cifar10:~' '--out=~/a'" + rest);
  BOOST_TEST(ran.status == 0, ran.error);
  BOOST_TEST(has(contents(cifar.run("a/run.json")), "\"" + cifar.spec + "\""));
  BOOST_TEST(has(shell(set + "train --data 'cifar10:~/nowhere'").error,
                 "in " + cifar.directory.path() + "/nowhere;"));
}

/// An IDX file of `sizes`, with its values.
std::string idx(const std::vector<unsigned>& sizes, const std::string& numbers) {
  std::string bytes{0, 0, 8, char(sizes.size())};
  for (const unsigned size : sizes)
    for (int shift = 24; shift >= 0; shift -= 8) bytes += char(size >> shift);
  return bytes + numbers;
}

BOOST_AUTO_TEST_CASE(fashion_mnist_packed_and_unpacked) {
  const TemporaryDirectory folder;
  const auto path = [&](const char* name) { return folder / name; };
  std::string pixels;
  for (int i = 0; i < 64 * 28 * 28; ++i) pixels += char(i * 37 % 251);
  put(path("train-images-idx3-ubyte"), idx({64, 28, 28}, pixels));
  put(path("train-labels-idx1-ubyte"), idx({64}, std::string(64, 3)));
  const std::string command = "train --data fashion-mnist:" + folder.path() +
                              " --units 64 --epochs 1 --held-out 0 --out " + path("run");
  BOOST_TEST(run_dim(command + "1").status == 0);
  shell("gzip " + path("train-images-idx3-ubyte"));
  BOOST_TEST(run_dim(command + "2").status == 0);
  BOOST_TEST((contents(path("run1/encoder.safetensors")) == contents(path("run2/encoder.safetensors"))));

  // Other programs unpack it under a name with a dot.
  const TemporaryDirectory dots;
  shell("cd " + folder.path() + "; cp train-labels-idx1-ubyte " + dots / "train-labels.idx1-ubyte" +
        "; gunzip -c train-images-idx3-ubyte.gz >" + dots / "train-images.idx3-ubyte");
  const Ran dotted = run_dim("train --data fashion-mnist:" + dots.path() +
                             " --units 64 --epochs 1 --held-out 0 --out " + path("run0"));
  BOOST_TEST(dotted.status == 0, dotted.error);
  BOOST_TEST((contents(path("run1/encoder.safetensors")) == contents(path("run0/encoder.safetensors"))));

  const std::string packed = path("train-images-idx3-ubyte.gz"), whole = contents(packed);
  put(packed, whole.substr(0, whole.size() / 2));
  check_fails(command + "3", "cannot unpack " + packed +
                                 ": it ends in the middle of its data; get another copy of the file");
  std::string flipped = whole;
  flipped[whole.size() / 2] ^= 0x55;
  put(packed, flipped);
  const Ran ran = run_dim(command + "4");
  BOOST_TEST(ran.status == 1);
  BOOST_TEST(has(ran.error, "cannot unpack " + packed + ": "), ran.error);
  put(packed, "");
  BOOST_TEST(has(run_dim(command + "5").error, packed + " has 0 bytes"));
  // Of zeros after the images, some 64 KiB packed, only the first is unpacked.
  put(path("train-images-idx3-ubyte"), idx({64, 28, 28}, pixels + std::string(std::size_t(64) << 20, '\0')));
  shell("gzip -f " + path("train-images-idx3-ubyte"));
  check_fails(command + "5", packed +
                                 " has 50193 bytes but its header speaks of 50192; it is cut short or "
                                 "damaged, fetch it again");
  put(path("train-images-idx3-ubyte"), idx({4000000000U, 28, 28}, pixels));  // claims more than it has
  shell("gzip -f " + path("train-images-idx3-ubyte"));
  check_fails(command + "5",
              packed + " has " + std::to_string(contents(packed).size()) +
                  " bytes, which cannot hold the 3136000000016 that its header announces; it is "
                  "cut short or damaged, fetch it again");
  put(path("train-images-idx3-ubyte"), idx({65, 28, 28}, pixels));
  shell("gzip -f " + path("train-images-idx3-ubyte"));
  check_fails(command + "5", packed +
                                 " has 50192 bytes but its header speaks of 50976; it is cut short or "
                                 "damaged, fetch it again");
  std::filesystem::remove(packed);
  BOOST_TEST(has(run_dim(command + "6").error, "dim: cannot open " + packed));
}

BOOST_AUTO_TEST_SUITE_END()
