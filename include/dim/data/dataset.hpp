// What training asks of pictures: how many, how big, and one at a time.
#pragma once
#include <concepts>
#include <cstdint>

#include "../core/batch.hpp"
#include "../core/shape.hpp"

namespace dim::inline DIM_ABI {

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

}  // namespace dim::inline DIM_ABI
