// CIFAR-10 and CIFAR-100 in their binary form (Krizhevsky, "Learning multiple layers of features from tiny
// images", 2009): a record is one label byte (CIFAR-100: coarse, then fine) and three planes of 32 x 32.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "../io/file.hpp"
#include "images.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Which images of a data set: those to learn from or those to test on.
enum class Split { train, test };

/// Which of the two labels of CIFAR-100: one of 100 classes, or one of 20 groups of five of them.
enum class Labels { fine, coarse };

namespace detail {

struct CifarFormat {
  std::string folder, archive, names_file;  // official names
  std::vector<std::string> files;
  std::size_t records;       // in each file, officially
  std::vector<int> classes;  // of each label byte
  std::size_t label_byte;    // the one to take

  std::size_t record() const { return classes.size() + 3 * 32 * 32; }
};

inline bool is_there(const std::string& path) {
  return access(path.c_str(), F_OK) == 0;
}

// The folder itself, or the official one in it.
inline std::string cifar_folder(const std::string& given, const CifarFormat& format) {
  for (const std::string& folder : {given, given + "/" + format.folder})
    if (is_there(folder + "/" + format.files.front())) return folder;
  throw Error("there is no ", format.files.front(), " in ", given, "; give the folder ", format.folder,
              " of ", format.archive, ", or the one that holds it");
}

// A file of whole records, no more than the official one has.
inline File cifar_file(const std::string& name, const CifarFormat& format) {
  const std::string remedy = "; take it again from " + format.archive;
  if (!is_there(name)) throw Error("there is no file ", name, remedy);
  File file{name, O_RDONLY};
  const std::size_t bytes = std::size_t(file.size()), record = format.record();
  if (bytes == 0) throw Error(name, " is empty", remedy);
  if (bytes % record != 0)
    throw Error(name, " has ", bytes, " bytes, no multiple of the ", record, " of a record", remedy);
  if (bytes / record > format.records)
    throw Error(name, " has ", bytes / record, " records where the official file has ", format.records,
                remedy);
  return file;
}

// The lines of a file of names; none if there is no such file.
inline std::vector<std::string> cifar_names(const std::string& path, int classes) {
  if (!is_there(path)) return {};
  const File file{path, O_RDONLY};
  constexpr long longest = 65536;
  std::string text(std::size_t((std::min)(file.size(), longest)), '\0');
  file.read(reinterpret_cast<std::byte*>(text.data()), long(text.size()), 0);
  text += '\n';  // the last line may lack its own
  std::vector<std::string> names;
  for (std::size_t begin = 0, end; (end = text.find_first_of("\r\n", begin)) != text.npos; begin = end + 1)
    if (end > begin) names.push_back(text.substr(begin, end - begin));
  if (std::ssize(names) != classes)
    throw Error(path, " does not have ", classes,
                " lines with the name of a class each; take it again from the archive, or delete it");
  return names;
}

inline Images read_cifar(const std::string& given, const CifarFormat& format) {
  const std::string folder = cifar_folder(given, format) + "/";
  std::vector<File> files;
  std::vector<std::size_t> sizes;
  for (const auto& name : format.files) {
    files.push_back(cifar_file(folder + name, format));
    sizes.push_back(std::size_t(files.back().size()));
  }
  const int classes = format.classes[format.label_byte];
  auto names = cifar_names(folder + format.names_file, classes);

  const std::size_t record = format.record();
  std::vector<std::uint8_t> bytes(std::accumulate(sizes.begin(), sizes.end(), std::size_t{0}));
  std::vector<int> labels;
  labels.reserve(bytes.size() / record);
  std::uint8_t* begin = bytes.data();
  for (std::size_t f = 0; f < sizes.size(); begin += sizes[f++]) {
    files[f].read(reinterpret_cast<std::byte*>(begin), long(sizes[f]), 0);
    for (std::size_t i = 0; i < sizes[f] / record; ++i) {
      const std::uint8_t* label = begin + i * record;
      for (std::size_t k = 0; k < format.classes.size(); ++k)
        if (label[k] >= format.classes[k])
          throw Error(folder, format.files[f], ": record ", i, " (counted from 0) has label ", label[k],
                      ", which has to be in 0..", format.classes[k] - 1, "; take it again from ",
                      format.archive);
      labels.push_back(label[format.label_byte]);
    }
  }

  constexpr Shape shape{3, 32, 32};
  Strides strides = Strides::planes(shape);
  strides.image = long(record);
  strides.first = long(format.classes.size());
  const long count = std::ssize(labels);
  return Images{std::move(bytes), count, shape, strides}.with_labels(std::move(labels), classes,
                                                                     std::move(names));
}

}  // namespace detail

/// CIFAR-10 from `folder`, cifar-10-batches-bin or the one that holds it: the images (3, 32, 32) of
/// data_batch_1.bin to data_batch_5.bin or of test_batch.bin, with the names in batches.meta.txt if it is there.
/// Files may have fewer records than the official ones. Throws Error for a file that is missing, empty, too long, or
/// not a whole number of records, and for a label above 9.
inline Images read_cifar10(const std::string& folder, Split split) {
  detail::CifarFormat format{
      "cifar-10-batches-bin", "cifar-10-binary.tar.gz", "batches.meta.txt", {}, 10000, {10}, 0};
  if (split == Split::test) format.files = {"test_batch.bin"};
  for (int i = 1; i <= 5 && split == Split::train; ++i)
    format.files.push_back("data_batch_" + std::to_string(i) + ".bin");
  return detail::read_cifar(folder, format);
}

/// CIFAR-100 from `folder`, cifar-100-binary or the one that holds it: the images (3, 32, 32) of train.bin or
/// test.bin with their fine or coarse labels, and the names in fine_label_names.txt or coarse_label_names.txt if it
/// is there. Fewer records are allowed and errors thrown as for CIFAR-10; both labels are checked.
inline Images read_cifar100(const std::string& folder, Split split, Labels labels = Labels::fine) {
  const bool train = split == Split::train, fine = labels == Labels::fine;
  return detail::read_cifar(folder, {"cifar-100-binary",
                                     "cifar-100-binary.tar.gz",
                                     fine ? "fine_label_names.txt" : "coarse_label_names.txt",
                                     {train ? "train.bin" : "test.bin"},
                                     train ? 50000U : 10000U,
                                     {20, 100},
                                     fine ? 1U : 0U});
}

}  // namespace DIM_ABI
}  // namespace dim
