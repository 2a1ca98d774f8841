// What training asks of pictures: how many, how big, and one at a time.
#pragma once
#include <concepts>

#include "../core/shape.hpp"
#include "../core/view.hpp"

namespace dim::inline DIM_ABI {

/// Pictures to learn from. `size()` is their number and `shape()` the extent of each. `copy(i, to, n)` writes
/// picture i, its values x in [0, 1] scaled to (x - 0.5) / 0.5, as sample n of `to`, (N, H, W, C), and leaves
/// the border alone; it is called from many threads at once, for float and for double.
template <class Data>
concept Dataset = requires(const Data& data, long i, const Pictures<float>& floats,
                           const Pictures<double>& doubles, long n) {
  { data.size() } -> std::same_as<long>;
  { data.shape() } -> std::same_as<Shape>;
  data.copy(i, floats, n);
  data.copy(i, doubles, n);
};

/// Pictures with a class each: `label(i)` in [0, classes()), or -1 where it isn't known.
template <class Data>
concept LabelledDataset = Dataset<Data> && requires(const Data& data, long i) {
  { data.label(i) } -> std::same_as<int>;
  { data.classes() } -> std::same_as<int>;
};

}  // namespace dim::inline DIM_ABI
