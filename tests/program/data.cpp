#include "program.hpp"

BOOST_AUTO_TEST_SUITE(data)

using namespace tests;

BOOST_AUTO_TEST_CASE(specs_that_are_refused) {
  check_fails("train --data mnist",
              "--data mnist is not known; choose one of fashion-mnist, cifar10, cifar100");
  check_fails("train --data cifar10",
              "--data cifar10 names no folder: write cifar10:DIR, DIR being where its binary files lie");
  check_fails("train --data cifar10:/nowhere",
              "there is no data_batch_1.bin in /nowhere; give the folder cifar-10-batches-bin of "
              "cifar-10-binary.tar.gz, or the one that holds it");
}

/// An IDX file of `sizes`, with its numbers.
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
  std::filesystem::remove(packed);
  BOOST_TEST(has(run_dim(command + "6").error, "dim: cannot open " + packed));
}

BOOST_AUTO_TEST_SUITE_END()
