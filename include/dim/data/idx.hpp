// The IDX files of MNIST and of the data sets modelled on it (LeCun, Cortes and Burges).
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "images.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The longest side of an image that a reader of files accepts, in pixels.
inline constexpr long longest_side = 16384;

namespace detail {

/// The header of an IDX file of bytes: a magic number 0 0 8 r, then r sizes of 4 bytes, big endian. Their product is
/// the number of bytes that follow.
template <std::size_t Rank>
struct IdxHeader {
  std::array<std::uint64_t, Rank> sizes;
  std::uint64_t bytes;  // of the whole file
};

template <std::size_t Rank>
IdxHeader<Rank> idx_header(std::span<const std::uint8_t> file, const std::string& name) {
  const std::string kind = Rank == 1 ? "labels" : "images";
  if (file.size() >= 2 && file[0] == 0x1F && file[1] == 0x8B)
    throw Error(name, " is compressed by gzip; decompress it first");
  const auto word = [&](std::size_t i) {
    std::uint64_t value = 0;
    for (std::size_t k = 4 * i; k < 4 * i + 4; ++k) value = value << 8 | file[k];
    return value;
  };
  constexpr std::size_t header = 4 * (1 + Rank);
  if (file.size() < header)
    throw Error(name, " has ", file.size(), " bytes; an IDX file of ", kind, " begins with ", header);
  if (word(0) != 0x800 + Rank)
    throw Error(name, " begins with the number ", word(0), " instead of the ", 0x800 + Rank,
                " of an IDX file of ", kind, "; give the file of ", kind);
  IdxHeader<Rank> found{};
  std::array<std::uint64_t, Rank>& sizes = found.sizes;
  for (std::size_t i = 0; i < Rank; ++i) sizes[i] = word(1 + i);
  if (sizes[0] == 0) throw Error(name, " holds no ", kind, "; give a file with some");
  std::uint64_t bytes = sizes[0];  // below 2^32, and each side is below 2^15
  for (std::size_t i = 1; i < Rank; ++i) {
    if (sizes[i] == 0 || sizes[i] > std::uint64_t(longest_side))
      throw Error(name, " says that its images have a side of ", sizes[i], " pixels; it has to be 1..",
                  longest_side);
    bytes *= sizes[i];
  }
  found.bytes = header + bytes;
  return found;
}

template <std::size_t Rank>
std::array<std::uint64_t, Rank> idx_sizes(std::span<const std::uint8_t> file, const std::string& name) {
  const IdxHeader<Rank> header = idx_header<Rank>(file, name);
  if (file.size() != header.bytes)
    throw Error(name, " has ", file.size(), " bytes but its header speaks of ", header.bytes,
                "; it is cut short or damaged, fetch it again");
  return header.sizes;
}

struct IdxLayout {
  long count = 0;
  Shape shape;
  std::vector<int> labels;
};

inline IdxLayout idx_layout(std::span<const std::uint8_t> images, std::span<const std::uint8_t> labels,
                            const std::string& images_name, const std::string& labels_name, int classes) {
  const auto [count, height, width] = idx_sizes<3>(images, images_name);
  const auto [labelled] = idx_sizes<1>(labels, labels_name);
  if (labelled != count)
    throw Error(images_name, " holds ", count, " images but ", labels_name, " ", labelled,
                " labels; give two files of one set");
  IdxLayout layout{long(count), {1, int(height), int(width)}, {}};
  const auto values = labels.subspan(8);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] >= classes)
      throw Error(labels_name, ": label ", i, " (counted from 0) is ", values[i], "; with ", classes,
                  " classes it has to be in 0..", classes - 1);
  layout.labels.assign(values.begin(), values.end());
  return layout;
}

inline Strides idx_strides(Shape shape) {
  Strides strides = Strides::planes(shape);
  strides.first = 16;
  return strides;
}

}  // namespace detail

/// The size in bytes of an IDX file of images, by its first 16 bytes, and of one of labels, by its first 8: a reader
/// that decompresses may stop there. Throws Error for any other beginning.
inline std::uint64_t idx_bytes_of_images(std::span<const std::uint8_t> begin, const std::string& name) {
  return detail::idx_header<3>(begin, name).bytes;
}
inline std::uint64_t idx_bytes_of_labels(std::span<const std::uint8_t> begin, const std::string& name) {
  return detail::idx_header<1>(begin, name).bytes;
}

/// The images (1, H, W) and labels in the bytes of two uncompressed IDX files, which are copied; the names are for
/// messages. Throws Error for a wrong magic number, sizes that don't match the bytes, images without pixels or with a
/// side above `longest_side`, no images, unequal counts, and a label not in [0, classes).
inline Images parse_idx(std::span<const std::uint8_t> images, std::span<const std::uint8_t> labels,
                        const std::string& images_name, const std::string& labels_name, int classes = 10) {
  auto layout = detail::idx_layout(images, labels, images_name, labels_name, classes);
  return Images{{images.begin(), images.end()}, layout.count, layout.shape, detail::idx_strides(layout.shape)}
      .with_labels(std::move(layout.labels), classes);
}

/// The same from two files. `read(path)` returns the bytes of a file as a std::vector<std::uint8_t>, decompressed if
/// need be; what it throws is passed on.
template <class BytesOf>
Images read_idx(const std::string& images_path, const std::string& labels_path, const BytesOf& read,
                int classes = 10) {
  std::vector<std::uint8_t> images = read(images_path);
  const std::vector<std::uint8_t> labels = read(labels_path);
  auto layout = detail::idx_layout(images, labels, images_path, labels_path, classes);
  return Images{std::move(images), layout.count, layout.shape, detail::idx_strides(layout.shape)}.with_labels(
      std::move(layout.labels), classes);
}

}  // namespace DIM_ABI
}  // namespace dim
