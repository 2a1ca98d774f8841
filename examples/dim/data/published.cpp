#include "published.hpp"

#include <filesystem>

#include "../terminal/text.hpp"

namespace program {
namespace {

namespace fs = std::filesystem;

/// The bytes of a regular file; -1 where there is none.
long bytes_at(const std::string& path) {
  std::error_code code;
  if (!fs::is_regular_file(path, code)) return -1;
  const auto bytes = fs::file_size(path, code);
  return code ? -1 : long(bytes);
}

/// A set of four files in the format of MNIST, kept as they are published.
PublishedSet idx_set(const std::string& name, const std::string& title, std::vector<PublishedFile> files) {
  PublishedSet set{name, title, name, std::move(files), false, {}};
  for (const PublishedFile& file : set.files) set.parts.push_back({file.name(), file.bytes});
  return set;
}

}  // namespace

// Sizes and sums of the files are those of the checksums of TensorFlow Datasets; the publishers give MD5 sums or none.
const std::vector<PublishedSet>& published_sets() {
  constexpr long cifar10_batch = 10000 * (1 + 3 * 32 * 32), cifar100_record = 2 + 3 * 32 * 32,
                 stl10_image = 3 * 96 * 96;
  static const std::vector<PublishedSet> sets{
      {"cifar10",
       "CIFAR-10",
       "cifar-10-batches-bin",
       {{"https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz", 170052171,
         "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"}},
       true,
       {{"data_batch_1.bin", cifar10_batch},
        {"data_batch_2.bin", cifar10_batch},
        {"data_batch_3.bin", cifar10_batch},
        {"data_batch_4.bin", cifar10_batch},
        {"data_batch_5.bin", cifar10_batch},
        {"test_batch.bin", cifar10_batch}}},
      {"cifar100",
       "CIFAR-100",
       "cifar-100-binary",
       {{"https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz", 168513733,
         "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec"}},
       true,
       {{"train.bin", 50000 * cifar100_record}, {"test.bin", 10000 * cifar100_record}}},
      {"stl10",
       "STL-10",
       "stl10_binary",
       {{"http://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz", 2640397119,
         "f31fd99273a1acb8609c8db427cebb1de3f71de77758cdc0e22956e1289b9866"}},
       true,
       {{"train_X.bin", 5000 * stl10_image},
        {"train_y.bin", 5000},
        {"test_X.bin", 8000 * stl10_image},
        {"test_y.bin", 8000},
        {"unlabeled_X.bin", 100000 * stl10_image}}},
      {"tiny-imagenet",
       "Tiny ImageNet",
       "tiny-imagenet-200",
       {{"http://cs231n.stanford.edu/tiny-imagenet-200.zip", 248100043,
         "6198c8ae015e2b3e007c7841da39ec069199b9aa3bfa943a462022fe5e43c821"}},
       true,
       {{"wnids.txt", 0},
        {"val/val_annotations.txt", 0},
        {"val/images/val_9999.JPEG", 0},
        {"train/n01443537/images/n01443537_499.JPEG", 0},
        {"train/n12267677/images/n12267677_499.JPEG", 0}}},
      idx_set("mnist", "MNIST",
              {{"https://ossci-datasets.s3.amazonaws.com/mnist/train-images-idx3-ubyte.gz", 9912422,
                "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"},
               {"https://ossci-datasets.s3.amazonaws.com/mnist/train-labels-idx1-ubyte.gz", 28881,
                "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"},
               {"https://ossci-datasets.s3.amazonaws.com/mnist/t10k-images-idx3-ubyte.gz", 1648877,
                "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"},
               {"https://ossci-datasets.s3.amazonaws.com/mnist/t10k-labels-idx1-ubyte.gz", 4542,
                "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"}}),
      idx_set("fashion-mnist", "Fashion-MNIST",
              {{"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/train-images-idx3-ubyte.gz",
                26421880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"},
               {"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/train-labels-idx1-ubyte.gz",
                29515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"},
               {"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/t10k-images-idx3-ubyte.gz",
                4422102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"},
               {"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/t10k-labels-idx1-ubyte.gz", 5148,
                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"}})};
  return sets;
}

const PublishedSet* published_set(const std::string& name) {
  for (const PublishedSet& set : published_sets())
    if (set.name == name) return &set;
  return nullptr;
}

std::string lack_of(const PublishedSet& set, const std::string& folder) {
  for (const auto& part : set.parts) {
    const long bytes = bytes_at(folder + "/" + part.name);
    if (bytes < 0) return "it has no " + part.name;
    if (part.bytes > 0 && bytes != part.bytes)
      return "its " + part.name + " has " + grouped(bytes) + " bytes instead of " + grouped(part.bytes);
  }
  return "";
}

std::string complete_folder(const PublishedSet& set, const std::string& folder) {
  for (const std::string& place : {folder, folder + "/" + set.folder})
    if (lack_of(set, place).empty()) return place;
  return "";
}

bool holds_any(const PublishedSet& set, const std::string& folder) {
  for (const std::string& place : {folder, folder + "/" + set.folder})
    for (const auto& part : set.parts)
      if (bytes_at(place + "/" + part.name) >= 0) return true;
  return false;
}

}  // namespace program
