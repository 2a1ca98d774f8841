// A data set of which training sees random views.
#pragma once
#include <algorithm>
#include <memory>
#include <tuple>

#include "augmentation.hpp"

namespace dim {
inline namespace DIM_ABI {

/// A data set whose images training sees as these augmentations change them, one after the other; encoding sees them
/// unchanged. A view depends on the trainer's seed, the epoch, the image and, for objectives of several views, on
/// which one it is. It is computed in floats.
///   trainer.fit(Augmented(images, RandomCrop{.padding = 4}, HorizontalFlip{}));
template <Dataset Data, Augmentation... Augmentations>
class Augmented {
 public:
  /// Throws Error for options of an augmentation that can't be.
  explicit Augmented(Data data, Augmentations... augmentations)
      : data_(std::move(data)), augmentations_(std::move(augmentations)...) {
    std::apply([&](const auto&... each) { (each.check_options(data_.shape()), ...); }, augmentations_);
  }

  long size() const { return data_.size(); }
  Shape shape() const { return data_.shape(); }
  int label(long i) const
    requires LabelledDataset<Data>
  {
    return data_.label(i);
  }
  int classes() const
    requires LabelledDataset<Data>
  {
    return data_.classes();
  }

  /// Writes image i as it is as sample n of `to`, (N, H, W, C).
  template <class T>
  void copy(long i, const Batch<T>& to, long n) const {
    data_.copy(i, to, n);
  }
  /// Writes the view of image i that these random numbers draw as sample n of `to`, (N, H, W, C).
  template <class T>
  void copy(long i, const Batch<T>& to, long n, const Draw& draw) const {
    const long size = data_.shape().size();
    float small[2 * most_on_stack];
    std::unique_ptr<float[]> large;
    if (size > most_on_stack) large = std::make_unique_for_overwrite<float[]>(std::size_t(2 * size));
    float* const memory = large ? large.get() : small;
    Canvas canvas{{memory, 1, data_.shape()}, {memory + size, 1, data_.shape()}};
    data_.copy(i, canvas.image, 0);
    std::uint64_t part = 0;
    std::apply([&](const auto&... each) { (each.apply(canvas, draw.part(part++)), ...); }, augmentations_);
    for (long y = 0; y < to.height(); ++y)
      std::copy_n(canvas.image.at(0, y, 0), canvas.image.line(), to.at(n, y, 0));
  }

 private:
  static constexpr long most_on_stack = 3 * 64 * 64;

  Data data_;
  std::tuple<Augmentations...> augmentations_;
};

}  // namespace DIM_ABI
}  // namespace dim
