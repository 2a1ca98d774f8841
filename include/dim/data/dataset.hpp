// What training asks of a data set: its size, the shape of its images, and one image at a time.
#pragma once
#include <concepts>
#include <cstdint>

#include "../core/batch.hpp"
#include "../core/random.hpp"
#include "../core/shape.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Images to learn from. `size()` is their number and `shape()` the shape of each. `copy(i, to, n)` writes image i,
/// its values x in [0, 1] scaled to (x - 0.5) / 0.5, as sample n of `to`, (N, H, W, C), and leaves the border alone;
/// it is called from many threads at once, for float and for double.
template <class Data>
concept Dataset =
    requires(const Data& data, long i, const Batch<float>& floats, const Batch<double>& doubles, long n) {
      { data.size() } -> std::same_as<long>;
      { data.shape() } -> std::same_as<Shape>;
      data.copy(i, floats, n);
      data.copy(i, doubles, n);
    };

/// The random numbers of one view of one image in one epoch: crops and flips drawn from them are the same for any
/// number of threads and in a resumed run. No two images, epochs or views share any, for up to 2^44 images, 2^40
/// epochs and 2^8 views.
class Draw {
 public:
  constexpr Draw(std::uint64_t seed, std::uint64_t epoch, long image, int view)
      : random_{seed, Purpose::view, epoch | std::uint64_t(view) << 40}, first_(std::uint64_t(image) << 20) {}

  /// Random number `index`, below 2^20, uniform on [0, 1); or random integer `index`, below 2^19, uniform on 0, 1,
  /// ..., bound - 1, made of the bits of numbers 2 index and 2 index + 1.
  constexpr float uniform(std::uint64_t index) const { return random_.uniform(first_ + index); }
  constexpr std::uint64_t below(std::uint64_t bound, std::uint64_t index) const {
    return random_.below(bound, first_ / 2 + index);
  }
  /// The same view's numbers from 64 k on, for k below 2^14: what draws from different parts shares none.
  constexpr Draw part(std::uint64_t k) const {
    Draw draw = *this;
    draw.first_ += 64 * k;
    return draw;
  }

 private:
  Random random_;
  std::uint64_t first_;
};

/// Images that training sees differently in each epoch: `copy(i, to, n, draw)` writes a view of image i drawn by
/// these random numbers, and `copy(i, to, n)` the image as it is, for trained encoders.
template <class Data>
concept AugmentedDataset = Dataset<Data> && requires(const Data& data, long i, const Batch<float>& floats,
                                                     const Batch<double>& doubles, long n, const Draw& draw) {
  data.copy(i, floats, n, draw);
  data.copy(i, doubles, n, draw);
};

/// Writes image i, or a view of it if the data set draws views, as sample n of `to`.
template <Dataset Data, class T>
void copy_view(const Data& data, long i, const Batch<T>& to, long n, const Draw& draw) {
  if constexpr (AugmentedDataset<Data>)
    data.copy(i, to, n, draw);
  else
    data.copy(i, to, n);
}

/// The value of a pixel as networks see it: of a byte b, which stands for b / 255, or of x in [0, 1]. Exact up to one
/// rounding, so that every build and every way of reading gives the same bits.
template <class T>
constexpr T scaled(std::uint8_t byte) {
  return T(2 * byte - 255) * (T(1) / T(255));
}
template <class T, std::floating_point Value>
constexpr T scaled(Value value) {
  return 2 * T(value) - 1;
}

/// Images with a class each: `label(i)` in [0, classes()), or -1 if it isn't known.
template <class Data>
concept LabelledDataset = Dataset<Data> && requires(const Data& data, long i) {
  { data.label(i) } -> std::same_as<int>;
  { data.classes() } -> std::same_as<int>;
};

}  // namespace DIM_ABI
}  // namespace dim
