// Images as bytes in memory, in whatever order the file has them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "../core/error.hpp"
#include "dataset.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Where bytes of images lie: channel c of pixel (y, x) of image i is byte
/// first + i * image + c * channel + y * row + x * column. Any stride may be negative (bottom row first) or
/// 0 (a grey image as three channels).
struct Strides {
  long image = 0, channel = 0, row = 0, column = 0, first = 0;

  /// (N, C, H, W): planes of rows, as CIFAR has them.
  static Strides planes(Shape shape) { return {volume(shape), shape.area(), shape.width, 1}; }
  /// (N, C, W, H): planes of columns, as STL-10 has them.
  static Strides column_planes(Shape shape) { return {volume(shape), shape.area(), 1, shape.height}; }
  /// (N, H, W, C): the channels of a pixel side by side, as decoders of image files return them.
  static Strides pixels(Shape shape) {
    return {volume(shape), 1, product(shape.width, shape.channels), shape.channels};
  }

 private:
  static long product(long a, long b) {
    long result = 0;
    if (__builtin_mul_overflow(a, b, &result))
      throw Error("an image of ", a, " x ", b, " bytes cannot be in memory; check its shape");
    return result;
  }
  static long volume(Shape shape) { return product(shape.area(), shape.channels); }
};

/// Images of one shape, one byte per value, with or without labels: a LabelledDataset. Copies and parts share the
/// bytes and the labels; const functions may be called from many threads.
class Images {
 public:
  /// No images.
  Images() = default;

  /// `count` images of `shape`, which own `bytes`. Throws Error if the strides reach beyond them.
  Images(std::vector<std::uint8_t> bytes, long count, Shape shape, const Strides& strides) {
    const auto owner = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
    *this = shared({owner, owner->data()}, owner->size(), count, shape, strides);
  }

  /// The same on `size` bytes that live as long as the images, or a copy or part of them, do: others share them, or
  /// they are those of a file mapped to memory, whose mapping the last of them ends.
  static Images shared(std::shared_ptr<const std::uint8_t> bytes, std::size_t size, long count, Shape shape,
                       const Strides& strides) {
    Images images;
    images.count_ = count;
    images.shape_ = shape;
    images.strides_ = strides;
    images.bytes_ = std::move(bytes);
    images.check_strides(size);
    return images;
  }

  /// The same on bytes that the caller keeps alive and unchanged.
  static Images borrowed(std::span<const std::uint8_t> bytes, long count, Shape shape,
                         const Strides& strides) {
    return shared({std::shared_ptr<const std::uint8_t>{}, bytes.data()}, bytes.size(), count, shape, strides);
  }

  /// The same images with a label each, in [0, classes), or -1 if it isn't known; `names`, one per class, may be left
  /// out. Throws Error for a wrong number of labels or names and for a label out of range.
  Images with_labels(std::vector<int> labels, int classes, std::vector<std::string> names = {}) const {
    if (std::ssize(labels) != size())
      throw Error(labels.size(), " labels for ", size(), " images; give one each, -1 where it isn't known");
    if (classes < 1) throw Error("labels of ", classes, " classes; give at least one class");
    if (!names.empty() && std::ssize(names) != classes)
      throw Error(names.size(), " class names for ", classes, " classes; give one each, or none");
    for (std::size_t i = 0; i < labels.size(); ++i)
      if (labels[i] < -1 || labels[i] >= classes)
        throw Error("the label of image ", i, " is ", labels[i], "; it has to be in 0..", classes - 1,
                    ", or -1 for none");
    Images images = *this;
    images.labels_ = std::make_shared<const std::vector<int>>(std::move(labels));
    images.classes_ = classes;
    images.names_ = std::make_shared<const std::vector<std::string>>(std::move(names));
    return images;
  }

  /// Images indices[0], indices[1], ... of these, which may repeat. Throws Error for an index out of range.
  Images part(std::vector<long> indices) const {
    std::vector<int> labels;
    if (labels_) labels.reserve(indices.size());
    for (long& i : indices) {
      check_index(i);
      if (labels_) labels.push_back(label(i));
      i = stored(i);
    }
    Images images = *this;
    images.indices_ = std::make_shared<const std::vector<long>>(std::move(indices));
    if (labels_) images.labels_ = std::make_shared<const std::vector<int>>(std::move(labels));
    return images;
  }

  /// Images begin, begin + 1, ..., end - 1 of these. Throws Error for a range beyond them.
  Images part(long begin, long end) const {
    if (begin < 0 || begin > end || end > size())
      throw Error("images ", begin, " to ", end, " of ", size(), "; 0 <= begin <= end <= size is needed");
    std::vector<long> indices(std::size_t(end - begin));
    std::iota(indices.begin(), indices.end(), begin);
    return part(std::move(indices));
  }

  long size() const { return indices_ ? std::ssize(*indices_) : count_; }
  Shape shape() const { return shape_; }
  /// Number of classes; 0 for images without labels.
  int classes() const { return classes_; }
  /// The classes' names, by label; empty if they have none.
  std::span<const std::string> class_names() const {
    return names_ ? std::span<const std::string>{*names_} : std::span<const std::string>{};
  }

  /// The class of image i, or -1 if it isn't known. Throws Error if there is no image i.
  int label(long i) const {
    check_index(i);
    return labels_ ? (*labels_)[std::size_t(i)] : -1;
  }

  /// The class of every image, or -1 if it isn't known: (N).
  std::vector<int> labels() const { return labels_ ? *labels_ : std::vector<int>(std::size_t(size()), -1); }

  /// Channel c of pixel (y, x) of image i, in 0..255. Throws Error if there is none.
  std::uint8_t pixel(long i, int c, int y, int x) const {
    check_index(i);
    if (c < 0 || c >= shape_.channels || y < 0 || y >= shape_.height || x < 0 || x >= shape_.width)
      throw Error("there is no channel ", c, " of pixel (", y, ", ", x, ") in images of ", to_string(shape_));
    return image(i)[c * strides_.channel + y * strides_.row + x * strides_.column];
  }

  /// Writes image i as sample n of `to`, (N, H, W, C), and leaves the border alone: byte b becomes
  /// (b / 255 - 0.5) / 0.5. Throws Error if there is no image i or no sample n of this shape.
  template <class T>
    requires std::is_floating_point_v<T>
  void copy(long i, const Batch<T>& to, long n) const {
    check_index(i);
    if (to.height() != shape_.height || to.width() != shape_.width || to.channels() != shape_.channels)
      throw Error("images of ", to_string(shape_), " do not fit into samples of ",
                  to_string(Shape{int(to.channels()), int(to.height()), int(to.width())}),
                  "; take an encoder of the images' shape");
    if (n < 0 || n >= to.count)
      throw Error("there is no sample ", n, ", counted from 0, in a batch of ", to.count);

    const long channel = strides_.channel, column = strides_.column;
    const bool contiguous = column == to.channels() && (channel == 1 || to.channels() == 1);
    for (long y = 0; y < to.height(); ++y) {
      const std::uint8_t* from = image(i) + y * strides_.row;
      T* line = to.at(n, y, 0);
      if (contiguous) {
        for (long k = 0; k < to.width() * to.channels(); ++k) line[k] = scaled<T>(from[k]);
      } else if (to.channels() == 3 && column == 1) {  // constants here, so that compilers vectorise it
        for (long x = 0; x < to.width(); ++x)
          for (long c = 0; c < 3; ++c) line[3 * x + c] = scaled<T>(from[c * channel + x]);
      } else {
        for (long x = 0; x < to.width(); ++x)
          for (long c = 0; c < to.channels(); ++c)
            line[x * to.channels() + c] = scaled<T>(from[c * channel + x * column]);
      }
    }
  }

 private:
  long stored(long i) const { return indices_ ? (*indices_)[std::size_t(i)] : i; }
  const std::uint8_t* image(long i) const {
    return bytes_.get() + strides_.first + stored(i) * strides_.image;
  }

  void check_index(long i) const {
    if (i < 0 || i >= size()) throw Error("there is no image ", i, ", counted from 0, among ", size());
  }

  void check_strides(std::size_t bytes) const {
    if (count_ < 0 || !shape_.valid())
      throw Error(count_, " images of ", to_string(shape_), "; sizes must be positive");
    if (count_ == 0) return;
    long lowest = strides_.first, highest = strides_.first;
    bool fits = true;
    const auto reach = [&](long extent, long stride) {
      long distance = 0;
      fits = fits && !__builtin_mul_overflow(extent - 1, stride, &distance);
      long& end = distance < 0 ? lowest : highest;
      fits = fits && !__builtin_add_overflow(end, distance, &end);
    };
    reach(count_, strides_.image);
    reach(shape_.channels, strides_.channel);
    reach(shape_.height, strides_.row);
    reach(shape_.width, strides_.column);
    if (!fits || lowest < 0 || std::size_t(highest) >= bytes)
      throw Error(count_, " images of ", to_string(shape_), " do not lie within ", bytes,
                  " bytes; check their number, shape and strides");
  }

  std::shared_ptr<const std::uint8_t> bytes_;
  std::shared_ptr<const std::vector<long>> indices_;  // none: all images in their order
  std::shared_ptr<const std::vector<int>> labels_;
  std::shared_ptr<const std::vector<std::string>> names_;
  long count_ = 0;
  Shape shape_;
  Strides strides_;
  int classes_ = 0;
};

static_assert(LabelledDataset<Images>);

}  // namespace DIM_ABI
}  // namespace dim
