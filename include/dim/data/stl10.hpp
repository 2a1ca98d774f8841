// STL-10 in its binary form (Coates, Ng and Lee, "An analysis of single-layer networks in unsupervised feature
// learning", AISTATS 2011): three planes of 96 x 96 for each image, column by column, and labels from 1 in files of their
// own.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cifar.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace detail {

constexpr Shape stl10_shape{3, 96, 96};
constexpr int stl10_classes = 10;

// A file of whole records, from 1 to as many as the official one has, and its bytes now, since it may still grow.
inline std::pair<File, long> stl10_file(const std::string& name, long record, long records) {
  const std::string remedy = "; take it again from stl10_binary.tar.gz";
  if (!is_there(name)) throw Error("there is no file ", name, remedy);
  File file{name, O_RDONLY};
  const long bytes = file.size();
  if (bytes == 0 || bytes % record != 0 || bytes / record > records)
    throw Error(name, " has ", bytes, " bytes instead of ", records, " times ", record, remedy);
  return {std::move(file), bytes};
}

// Appends the images of a file, and returns their number.
inline long add_stl10_images(std::vector<std::uint8_t>& bytes, const std::string& name, long records) {
  const auto [file, size] = stl10_file(name, stl10_shape.size(), records);
  const std::size_t before = bytes.size();
  bytes.resize(before + std::size_t(size));
  file.read(reinterpret_cast<std::byte*>(bytes.data() + before), size, 0);
  return size / stl10_shape.size();
}

// The labels of `count` images, from 0.
inline std::vector<int> stl10_labels(const std::string& name, long count, long records) {
  const auto [file, size] = stl10_file(name, 1, records);
  if (size != count)
    throw Error(name, " has ", size, " labels for ", count,
                " images; take both files again from stl10_binary.tar.gz");
  std::vector<std::uint8_t> bytes(std::size_t(count), 0);
  file.read(reinterpret_cast<std::byte*>(bytes.data()), count, 0);
  std::vector<int> labels;
  for (const int label : bytes) {
    if (label < 1 || label > stl10_classes)
      throw Error(name, ": label ", labels.size(), " (counted from 0) is ", label, ", which has to be in 1..",
                  stl10_classes, "; take it again from stl10_binary.tar.gz");
    labels.push_back(label - 1);
  }
  return labels;
}

}  // namespace detail

/// STL-10 from `folder`, stl10_binary or the one that holds it: the images (3, 96, 96) of train_X.bin with the labels 0..9
/// of train_y.bin, followed by those of unlabeled_X.bin, if it is there, with the label -1; or those of test_X.bin and
/// test_y.bin. The names are those of class_names.txt, if it is there. All of the training images take 2.9 GB. Files may
/// have fewer images than the official ones. Throws Error for a file that is missing, empty, too long, or not of whole
/// images, for numbers of images and labels that differ, and for a label not in 1..10.
inline Images read_stl10(const std::string& folder, Split split) {
  const bool train = split == Split::train;
  const std::string stem = train ? "train" : "test";
  std::string place = folder;
  if (!detail::is_there(place + "/" + stem + "_X.bin")) place += "/stl10_binary";
  if (!detail::is_there(place + "/" + stem + "_X.bin"))
    throw Error("there is no ", stem, "_X.bin in ", folder,
                "; give the folder stl10_binary of stl10_binary.tar.gz, or the one that holds it");
  constexpr long train_images = 5000, test_images = 8000, unlabelled_images = 100000;
  const long records = train ? train_images : test_images;
  std::vector<std::uint8_t> bytes;
  const std::string unlabelled = place + "/unlabeled_X.bin";
  const bool has_unlabelled = train && detail::is_there(unlabelled);
  if (has_unlabelled) {  // makes room once, since these are gigabytes
    const long size = detail::stl10_file(unlabelled, detail::stl10_shape.size(), unlabelled_images).second;
    bytes.reserve(std::size_t(size + records * detail::stl10_shape.size()));
  }
  long count = detail::add_stl10_images(bytes, place + "/" + stem + "_X.bin", records);
  std::vector<int> labels = detail::stl10_labels(place + "/" + stem + "_y.bin", count, records);
  if (has_unlabelled) count += detail::add_stl10_images(bytes, unlabelled, unlabelled_images);
  labels.resize(std::size_t(count), -1);
  auto names = detail::cifar_names(place + "/class_names.txt", detail::stl10_classes);
  return Images{std::move(bytes), count, detail::stl10_shape, Strides::column_planes(detail::stl10_shape)}
      .with_labels(std::move(labels), detail::stl10_classes, std::move(names));
}

}  // namespace DIM_ABI
}  // namespace dim
