#include "dim/data/cifar.hpp"

#include <sys/stat.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "../io/temporary.hpp"

using namespace dim;

BOOST_AUTO_TEST_SUITE(cifar)

namespace fs = std::filesystem;

struct Folder : TemporaryDirectory {
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories(fs::path{*this / name}.parent_path());
    put(*this / name, text);
  }
};

std::uint8_t value(int tag, int c, int y, int x) {
  return std::uint8_t(tag * 31 + c * 83 + y * 7 + x);
}

std::string record(const std::vector<int>& labels, int tag) {
  std::string bytes;
  for (int label : labels) bytes.push_back(char(label));
  for (int c = 0; c < 3; ++c)
    for (int y = 0; y < 32; ++y)
      for (int x = 0; x < 32; ++x) bytes.push_back(char(value(tag, c, y, x)));
  return bytes;
}

// Two records a file, with labels 2 f and 2 f + 1 in file f = 0..4.
void write_cifar10(const Folder& folder, const std::string& prefix) {
  for (int f = 0; f < 5; ++f)
    folder.write(prefix + "data_batch_" + std::to_string(f + 1) + ".bin",
                 record({2 * f}, 2 * f) + record({2 * f + 1}, 2 * f + 1));
  folder.write(prefix + "test_batch.bin", record({9}, 20));
}

const std::string ten_names = "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n";

void check_image(const Images& images, long i, int tag) {
  for (int c = 0; c < 3; ++c)
    for (int y = 0; y < 32; ++y)
      for (int x = 0; x < 32; ++x) BOOST_REQUIRE_EQUAL(images.pixel(i, c, y, x), value(tag, c, y, x));
}

BOOST_AUTO_TEST_CASE(cifar10) {
  const Folder folder;
  write_cifar10(folder, "");
  const Images train = read_cifar10(folder.path(), Split::train);
  BOOST_TEST(train.size() == 10);
  BOOST_TEST((train.shape() == Shape{3, 32, 32}));
  BOOST_TEST(train.classes() == 10);
  BOOST_TEST(train.class_names().empty());
  for (int i = 0; i < 10; ++i) {
    BOOST_TEST(train.label(i) == i);
    check_image(train, i, i);
  }
  folder.write("batches.meta.txt", ten_names);
  const Images test = read_cifar10(folder.path(), Split::test);
  BOOST_TEST(test.size() == 1);
  BOOST_TEST(test.class_names()[std::size_t(test.label(0))] == "truck");
  check_image(test, 0, 20);
}

BOOST_AUTO_TEST_CASE(the_folder_above_will_do) {
  const Folder folder;
  write_cifar10(folder, "cifar-10-batches-bin/");
  BOOST_TEST(read_cifar10(folder.path(), Split::train).size() == 10);
  BOOST_TEST(read_cifar10(folder / "cifar-10-batches-bin", Split::train).size() == 10);
}

BOOST_AUTO_TEST_CASE(cifar100) {
  const Folder folder;
  folder.write("cifar-100-binary/train.bin", record({11, 99}, 1) + record({0, 20}, 2) + record({19, 0}, 3));
  folder.write("cifar-100-binary/test.bin", record({4, 5}, 4));
  std::string names;
  for (int i = 0; i < 20; ++i) names += "group " + std::to_string(i) + "\r\n";
  names.resize(names.size() - 2);  // the last line has no end
  folder.write("cifar-100-binary/coarse_label_names.txt", names);

  const Images fine = read_cifar100(folder.path(), Split::train);
  const Images coarse = read_cifar100(folder / "cifar-100-binary", Split::train, Labels::coarse);
  const std::array<int, 3> fine_labels{99, 20, 0}, coarse_labels{11, 0, 19};
  BOOST_TEST(fine.classes() == 100);
  BOOST_TEST(coarse.classes() == 20);
  BOOST_TEST(fine.class_names().empty());
  BOOST_TEST(coarse.class_names()[11] == "group 11");
  BOOST_REQUIRE(fine.size() == 3);
  BOOST_REQUIRE(coarse.size() == 3);
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST(fine.label(i) == fine_labels[std::size_t(i)]);
    BOOST_TEST(coarse.label(i) == coarse_labels[std::size_t(i)]);
    check_image(fine, i, i + 1);
    check_image(coarse, i, i + 1);
  }
  BOOST_TEST(read_cifar100(folder.path(), Split::test).label(0) == 5);
}

template <class Call>
void check_refused(const Call& call, const std::string& text) {
  const std::string message = error_of(call);
  BOOST_TEST(has(message, text), "'" << message << "' should speak of '" << text << "'");
}

BOOST_AUTO_TEST_CASE(hostile_folders) {
  const Folder folder;
  const auto train = [&] { return read_cifar10(folder.path(), Split::train); };
  const auto test = [&] { return read_cifar10(folder.path(), Split::test); };
  check_refused(train, "there is no data_batch_1.bin in " + folder.path());
  check_refused(test, "give the folder cifar-10-batches-bin of cifar-10-binary.tar.gz");
  check_refused([&] { return read_cifar10(folder / "nowhere", Split::train); },
                "there is no data_batch_1.bin");
  check_refused([] { return read_cifar10("", Split::train); }, "there is no data_batch_1.bin");

  write_cifar10(folder, "");
  fs::remove(folder / "data_batch_3.bin");
  check_refused(train, "there is no file " + (folder / "data_batch_3.bin"));
  fs::create_directory(folder / "data_batch_3.bin");
  check_refused(train, (folder / "data_batch_3.bin") + " is not a regular file");
  fs::remove(folder / "data_batch_3.bin");
  BOOST_REQUIRE(mkfifo((folder / "data_batch_3.bin").c_str(), 0600) == 0);
  check_refused(train, (folder / "data_batch_3.bin") + " is not a regular file");
  fs::remove(folder / "data_batch_3.bin");
  folder.write("data_batch_3.bin", "");
  check_refused(train, "data_batch_3.bin is empty");
  folder.write("data_batch_3.bin", record({0}, 0).substr(1));
  check_refused(train, "data_batch_3.bin has 3072 bytes");
  folder.write("data_batch_3.bin", record({0}, 0) + "x");
  check_refused(train, "data_batch_3.bin has 3074 bytes");
  folder.write("data_batch_3.bin", record({0}, 0) + record({10}, 0));
  check_refused(train, "data_batch_3.bin: record 1 (counted from 0) has label 10");
  folder.write("data_batch_3.bin", record({255}, 0));
  check_refused(train, "data_batch_3.bin: record 0 (counted from 0) has label 255");
  folder.write("data_batch_3.bin", record({9}, 0));
  BOOST_TEST(train().size() == 9);

  // Lengths without the bytes: refused before any memory is allocated.
  fs::resize_file(folder / "data_batch_3.bin", 3073 * 10001);
  check_refused(train, "data_batch_3.bin has 10001 records");
  fs::resize_file(folder / "data_batch_3.bin", 3073ULL << 28);
  check_refused(train, "data_batch_3.bin has 268435456 records");

  folder.write("batches.meta.txt", "airplane\nautomobile\n");
  check_refused(test, "batches.meta.txt does not have 10 lines");
  folder.write("batches.meta.txt", ten_names + "unicorn\n");
  check_refused(test, "batches.meta.txt does not have 10 lines");
  folder.write("batches.meta.txt", std::string(65536, '\n') + ten_names);
  check_refused(test, "batches.meta.txt does not have 10 lines");
}

BOOST_AUTO_TEST_CASE(hostile_cifar100) {
  const Folder folder;
  const auto fine = [&] { return read_cifar100(folder.path(), Split::train); };
  const auto coarse = [&] { return read_cifar100(folder.path(), Split::train, Labels::coarse); };
  check_refused(fine, "there is no train.bin");
  folder.write("train.bin", record({1}, 0));
  check_refused(fine, "no multiple of the 3074");
  folder.write("train.bin", record({20, 0}, 0));
  check_refused(fine, "has label 20, which has to be in 0..19");
  folder.write("train.bin", record({0, 100}, 0));
  check_refused(coarse, "has label 100, which has to be in 0..99");
}

BOOST_AUTO_TEST_SUITE_END()
