// What training asks of pictures: how many, how big, and one at a time.
#pragma once
#include <concepts>
#include <cstdint>

#include "../core/batch.hpp"
#include "../core/random.hpp"
#include "../core/shape.hpp"

namespace dim {
inline namespace DIM_ABI {

/// What data sets write through: the name that a Batch of images had before there was one array type.
template <class T>
using Pictures = Batch<T>;

/// Pictures to learn from. `size()` is their number and `shape()` the extent of each. `copy(i, to, n)` writes
/// picture i, its values x in [0, 1] scaled to (x - 0.5) / 0.5, as sample n of `to`, (N, H, W, C), and leaves
/// the border alone; it is called from many threads at once, for float and for double.
template <class Data>
concept Dataset =
    requires(const Data& data, long i, const Batch<float>& floats, const Batch<double>& doubles, long n) {
      { data.size() } -> std::same_as<long>;
      { data.shape() } -> std::same_as<Shape>;
      data.copy(i, floats, n);
      data.copy(i, doubles, n);
    };

/// The random numbers of one view of one picture in one epoch: crops and flips that are drawn from them are the same for
/// any number of threads and after a run was interrupted. Two pictures, epochs or views share none, as long as pictures
/// are below 2^44, epochs below 2^40 and views below 2^8.
class Draw {
 public:
  constexpr Draw(std::uint64_t seed, std::uint64_t epoch, long picture, int view)
      : random_{seed, Purpose::view, epoch | std::uint64_t(view) << 40},
        first_(std::uint64_t(picture) << 20) {}

  /// Number `index`, below 2^20, of those uniform on [0, 1); or, below 2^19, of the integers that are uniform on 0, 1, ...,
  /// bound - 1, of which number i has the bits of numbers 2 i and 2 i + 1.
  constexpr float uniform(std::uint64_t index) const { return random_.uniform(first_ + index); }
  constexpr std::uint64_t below(std::uint64_t bound, std::uint64_t index) const {
    return random_.below(bound, first_ / 2 + index);
  }

 private:
  Random random_;
  std::uint64_t first_;
};

/// Pictures that training sees in another way in each epoch: `copy(i, to, n, draw)` writes a view of picture i that is
/// drawn by these numbers, and `copy(i, to, n)` the picture as it is, which is what a trained encoder is shown.
template <class Data>
concept AugmentedDataset = Dataset<Data> && requires(const Data& data, long i, const Batch<float>& floats,
                                                     const Batch<double>& doubles, long n, const Draw& draw) {
  data.copy(i, floats, n, draw);
  data.copy(i, doubles, n, draw);
};

/// Writes picture i, or the view of it that is drawn where there are any, as sample n of `to`.
template <Dataset Data, class T>
void copy_view(const Data& data, long i, const Batch<T>& to, long n, const Draw& draw) {
  if constexpr (AugmentedDataset<Data>)
    data.copy(i, to, n, draw);
  else
    data.copy(i, to, n);
}

/// A value of a picture as a network sees it: byte b, which stands for b / 255, or x in [0, 1]. Exact but for
/// one rounding, so that every build and every way of reading gives the same bits.
template <class T>
constexpr T scaled(std::uint8_t byte) {
  return T(2 * byte - 255) * (T(1) / T(255));
}
template <class T, std::floating_point Value>
constexpr T scaled(Value value) {
  return 2 * T(value) - 1;
}

/// Pictures with a class each: `label(i)` in [0, classes()), or -1 where it isn't known.
template <class Data>
concept LabelledDataset = Dataset<Data> && requires(const Data& data, long i) {
  { data.label(i) } -> std::same_as<int>;
  { data.classes() } -> std::same_as<int>;
};

}  // namespace DIM_ABI
}  // namespace dim
