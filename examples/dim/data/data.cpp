#include "data.hpp"

#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <dim/data/idx.hpp>
#include <dim/data/sampler.hpp>
#include <dim/data/stl10.hpp>
#include <dim/io/file.hpp>
#include <filesystem>
#include <memory>
#include <numeric>
#include <span>

#include "../terminal/text.hpp"
#include "image_folder.hpp"
#include "npy_data.hpp"
#include "published.hpp"
#include "tiny_imagenet.hpp"

namespace program {
namespace {

const std::vector<std::string> all_data{"mnist",         "fashion-mnist", "cifar10", "cifar100", "stl10",
                                        "tiny-imagenet", "folder",        "npy",     "signals"};
const char* const fashion_mnist_folder = "/usr/share/datasets/fashion-mnist";

/// What is said where a folder holds nothing of the set; `what` is there where it does.
dim::Error missing_set(const PublishedSet& set, const std::string& folder, const std::string& what) {
  return dim::Error("there is no ", set.title, " in ", folder, "; name the folder that holds ", what,
                    ", or get it: dim fetch ", set.name, " ", quoted(folder));
}

/// All bytes of an IDX file, unpacked if it is a .gz. If the data are longer than the header says, which
/// bytes_of(first bytes, path) tells, only one byte too many is unpacked; and nothing if the file is too small for
/// what the header says: one bit of Deflate stands for at most 129 bytes (two bits for 258), so one byte stands for
/// 1,032.
template <class BytesOf>
std::vector<std::uint8_t> read_packed(const std::string& path, const BytesOf& bytes_of) {
  const auto fail = [&](const std::string& why) {
    return dim::Error("cannot unpack " + path + ": " + why + "; get another copy of the file");
  };
  // Says in a sentence what zlib would not: that the file is missing, or is a folder.
  const std::uint64_t size = std::uint64_t(dim::File(path, O_RDONLY).size());
  const auto close = [](gzFile file) { gzclose(file); };
  const std::unique_ptr<gzFile_s, decltype(close)> file(gzopen(path.c_str(), "rb"), close);
  if (!file) throw fail("zlib cannot open it");

  std::vector<std::uint8_t> bytes;
  int code = Z_OK;
  const auto unpack = [&](std::size_t piece) {
    const std::size_t before = bytes.size();
    bytes.resize(before + piece);
    const int got = gzread(file.get(), bytes.data() + before, unsigned(piece));
    if (got < 0) throw fail(gzerror(file.get(), &code));
    bytes.resize(before + std::size_t(got));
    return got > 0;
  };
  constexpr std::size_t header = 16, piece = std::size_t(1) << 20;
  if (unpack(header)) {
    const std::uint64_t spoken_of = bytes_of(bytes, path), enough = spoken_of + 1;
    if (spoken_of / 1032 > size)
      throw dim::Error(path + " has " + std::to_string(size) + " bytes, which cannot hold the " +
                       std::to_string(spoken_of) +
                       " that its header announces; it is cut short or damaged, fetch it again");
    while (bytes.size() < enough &&
           unpack(std::size_t(std::min<std::uint64_t>(piece, enough - bytes.size())))) {
    }
  }
  gzerror(file.get(), &code);
  if (code == Z_BUF_ERROR) throw fail("it ends in the middle of its data");
  return bytes;
}

/// The folder that is named, or, of Fashion-MNIST where none is named, that of Debian's package.
std::string idx_folder(const std::string& named) {
  if (!named.empty()) return named;
  if (!std::filesystem::exists(fashion_mnist_folder))
    throw dim::Error("Fashion-MNIST is not at ", fashion_mnist_folder,
                     ": install the package dataset-fashion-mnist, or name its folder, --data "
                     "fashion-mnist:DIR, into which dim fetch fashion-mnist DIR brings it");
  return fashion_mnist_folder;
}

/// MNIST or Fashion-MNIST, in the folder or in the one that dim fetch makes in it.
dim::Images read_idx_set(const PublishedSet& set, const std::string& named, dim::Split split) {
  // The archive's own names, or those that other programs give when they unpack it: with a dot, and without .gz. If
  // none of them exists, the error names the first.
  const std::string folder = idx_folder(named);
  const std::string stem = split == dim::Split::train ? "/train-" : "/t10k-";
  const auto path = [&](const std::string& what, const std::string& kind) {
    for (const std::string& place : {folder, folder + "/" + set.folder})
      for (const char* const between : {"-", "."})
        for (const char* const packed : {".gz", ""})
          if (const std::string name = place + stem + what + between + kind + packed;
              std::filesystem::exists(name))
            return name;
    return folder + stem + what + "-" + kind + ".gz";
  };
  const std::string images = path("images", "idx3-ubyte"), labels = path("labels", "idx1-ubyte");
  if (!std::filesystem::exists(images) && !std::filesystem::exists(labels))
    throw missing_set(set, folder, "its four files");
  const std::vector<std::uint8_t> bytes = read_packed(images, dim::idx_bytes_of_images);
  const auto bytes_of_labels = [&](std::span<const std::uint8_t> begin, const std::string& name) {
    // Each image has at least one byte, so there cannot be more labels than that, whatever the header says.
    return std::min<std::uint64_t>(dim::idx_bytes_of_labels(begin, name), bytes.size());
  };
  const dim::Images data = dim::parse_idx(bytes, read_packed(labels, bytes_of_labels), images, labels, 10);
  const bool digits = set.name == "mnist";
  return data.with_labels(data.labels(), 10,
                          digits ? std::vector<std::string>{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}
                                 : std::vector<std::string>{"T-shirt", "trouser", "pullover", "dress", "coat",
                                                            "sandal", "shirt", "sneaker", "bag", "boot"});
}

/// Continues the checksum `sum` with the images' bytes and labels.
unsigned long add_checksum(unsigned long sum, const dim::Images& images) {
  const dim::Shape shape = images.shape();
  std::vector<std::uint8_t> bytes(std::size_t(shape.size() + 1));
  for (long i = 0; i < images.size(); ++i) {
    std::size_t next = 0;
    for (int c = 0; c < shape.channels; ++c)
      for (int y = 0; y < shape.height; ++y)
        for (int x = 0; x < shape.width; ++x) bytes[next++] = images.pixel(i, c, y, x);
    bytes[next] = std::uint8_t(images.label(i));
    sum = crc32_z(sum, bytes.data(), bytes.size());
  }
  return sum;
}

std::string hexadecimal(unsigned long checksum) {
  char text[24];
  std::snprintf(text, sizeof text, "%08lx", checksum);
  return text;
}

}  // namespace

std::string checksum_of(const dim::Images& images) {
  return hexadecimal(add_checksum(0, images));
}

DataSet read_data_set(const std::string& spec, long limit, ImageCache* cache) {
  DataSet data{read_data(spec, dim::Split::train, 0, cache), read_data(spec, dim::Split::test, 0, cache), "",
               ""};
  const unsigned long train = add_checksum(0, data.train);
  data.train_checksum = hexadecimal(train);
  data.id = data_name(spec) + "-" + hexadecimal(add_checksum(train, data.test));
  for (dim::Images* const images : {&data.train, &data.test})
    if (limit > 0 && limit < images->size()) *images = images->part(0, limit);
  return data;
}

std::string normal(const std::string& spec) {
  if (is_npy(spec)) return normal_npy(spec);
  const std::string name = data_name(spec);
  if (spec.size() <= name.size() + 1) return spec;
  std::string folder = std::filesystem::path(spec.substr(name.size() + 1)).lexically_normal();
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  return name + ":" + folder;
}

std::string data_name(const std::string& spec) {
  return spec.substr(0, spec.find(':'));
}

std::string data_place(const std::string& spec) {
  const std::size_t colon = spec.find(':');
  return colon == spec.npos ? "" : spec.substr(colon + 1);
}

bool is_data(const std::string& text) {
  std::error_code code;
  if (std::filesystem::exists(text, code)) return false;
  const std::string name = data_name(text);
  if (name == text) return name == "fashion-mnist";
  return is_folder(text) || is_npy(text) ||
         std::find(all_data.begin(), all_data.end(), name) != all_data.end();
}

bool is_folder(const std::string& spec) {
  const std::string name = data_name(spec);
  return name == "folder" || name.rfind("folder@", 0) == 0;
}

bool keeps_a_tenth(const std::string& spec) {
  if (!is_folder(spec)) return is_npy(spec);
  const std::filesystem::path place = data_place(spec);
  std::error_code code;
  return !std::filesystem::is_directory(place / "train", code) ||
         !std::filesystem::is_directory(place / "test", code);
}

std::string how_to_label(const std::string& spec) {
  return is_npy(spec) ? "name an array of their labels, as in npy:IMAGES.npy,LABELS.npy"
                      : "put the images of each class into a sub-folder";
}

dim::Shape shape_of(const std::string& spec) {
  const std::string name = data_name(spec);
  if (name == "folder") return {3, 32, 32};
  const std::string text = name.substr(std::string("folder@").size());
  int side = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), side);
  if (error != std::errc() || end != text.data() + text.size() || side < 8 || side > 512)
    throw dim::Error("--data " + name + ": " + dim::in_quotes(text) +
                     " is no side of images from 8 to 512 pixels; write folder@64:DIR, or folder:DIR for 32");
  return {3, side, side};
}

std::string data_title(const std::string& spec) {
  if (is_npy(spec)) return npy_title(spec);
  const std::string name = data_name(spec);
  if (is_folder(spec) && !data_place(spec).empty()) {  // absolute, since "." and ".." are no names
    const std::filesystem::path place = std::filesystem::absolute(data_place(spec)).lexically_normal();
    const std::string title = place.has_filename() ? place.filename() : place.parent_path().filename();
    return title.empty() ? "folder" : title;
  }
  const PublishedSet* const set = published_set(name);
  return set ? set->title : name;
}

void require_place(const std::string& spec) {
  const std::string name = data_name(spec);
  if (data_place(spec).empty() && name != "fashion-mnist")
    throw dim::Error(spec, " names no folder: write ", name, ":DIR, where DIR holds its ",
                     is_folder(spec) ? "images" : "files; dim fetch " + name + " DIR gets them");
}

dim::Images read_data(const std::string& spec, dim::Split split, long limit, ImageCache* cache) {
  const std::string name = data_name(spec), folder = data_place(spec);
  const auto limited = [limit](const dim::Images& images) {
    return limit > 0 && limit < images.size() ? images.part(0, limit) : images;
  };
  if (is_npy(spec))
    return limited(read_npy_images(spec, split == dim::Split::train ? FolderPart::train : FolderPart::test));
  if (!is_folder(spec)) require_one_of("--data", name, all_data);
  require_place(spec);
  if (is_folder(spec)) {
    const FileImages files = read_folder(
        folder, split == dim::Split::train ? FolderPart::train : FolderPart::test, shape_of(spec), cache);
    tell_left_out(files);
    return limited(files.images);
  }
  const PublishedSet& set = *published_set(name);
  if (!set.packed) return limited(read_idx_set(set, folder, split));
  if (!holds_any(set, folder)) throw missing_set(set, folder, set.folder);
  if (name == "tiny-imagenet") {
    const FileImages files = read_tiny_imagenet(folder, split, cache);
    tell_left_out(files);
    return limited(files.images);
  }
  return limited(name == "stl10"     ? dim::read_stl10(folder, split)
                 : name == "cifar10" ? dim::read_cifar10(folder, split)
                                     : dim::read_cifar100(folder, split));
}

std::vector<long> labelled_indices(const dim::Images& images) {
  std::vector<long> known;
  for (long i = 0; i < images.size(); ++i)
    if (images.classes() == 0 || images.label(i) >= 0) known.push_back(i);
  return known;
}

dim::Images labelled_images(const dim::Images& images) {
  std::vector<long> known = labelled_indices(images);
  if (std::ssize(known) == images.size()) return images;
  if (known.empty())
    throw dim::Error("none of ", images.size(),
                     " images of a part of the data has a label; give more labels, or none");
  return images.part(std::move(known));
}

std::vector<float> pixels_of(const dim::Images& images) {
  const dim::Shape shape = images.shape();
  std::vector<float> pixels(std::size_t(images.size() * shape.size()));
  const dim::Batch<float> to{pixels.data(), images.size(), shape, 0};
  for (long i = 0; i < images.size(); ++i) images.copy(i, to, i);
  return pixels;
}

HeldOut hold_out(const dim::Images& images, long count) {
  const long asked = count;
  const std::vector<long> known = labelled_indices(images);
  const long unknown = images.size() - std::ssize(known);
  count = std::min(count, std::ssize(known) / 10);
  std::string why_none;
  if (images.classes() == 0)
    why_none = "they have no labels to judge by";
  else if (count == 0 || std::ssize(known) - count < fewest_neighbours)
    why_none = "they are too few to judge by their nearest neighbours";
  if (!why_none.empty()) count = 0;
  if (asked == 0) why_none.clear();
  std::vector<long> order(std::size_t(images.size()));
  std::iota(order.begin(), order.end(), 0L);
  dim::shuffle(order, dim::Random{0, dim::Purpose::probe});
  if (unknown > 0) {  // between labelled ones to train on and those held out
    const auto is_known = [&](long i) { return images.classes() == 0 || images.label(i) >= 0; };
    const auto first = std::stable_partition(order.begin(), order.end(), is_known);
    std::rotate(first - count, first, order.end());
  }
  std::vector<long> held_out(order.end() - count, order.end()),
      trained_on(order.begin(), order.end() - count);
  return {images.part(std::move(trained_on)), images.part(std::move(held_out)), std::move(why_none)};
}

}  // namespace program
