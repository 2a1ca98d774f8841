// Arrays of samples that lie somewhere else: channels last, (N, H, W, C), each sample within a border of
// zeros that is stored too, so that a padded convolution reads its windows where they are.
#pragma once
#include <type_traits>

#include "shape.hpp"

namespace dim::inline DIM_ABI {

/// A view whose sizes are known at run time: what a kernel works with. Border in pixels on every side.
template <class T>
struct Pictures {
  T* data;
  long images, height, width, channels, border;

  /// Numbers stored for one line, and for one image, with their border.
  constexpr long line() const { return (width + 2 * border) * channels; }
  constexpr long image() const { return (height + 2 * border) * line(); }
  /// Where pixel (y, x) of image n begins; y and x may point into the border.
  constexpr long offset(long n, long y, long x) const {
    return n * image() + (y + border) * line() + (x + border) * channels;
  }
  constexpr T* at(long n, long y, long x) const { return data + offset(n, y, x); }
  constexpr long pixels() const { return images * height * width; }
};

/// act(number) for each of image n's numbers, in the order (C, H, W).
template <class T, class Act>
void for_each_number(const Pictures<T>& pictures, long n, const Act& act) {
  for (long c = 0; c < pictures.channels; ++c)
    for (long y = 0; y < pictures.height; ++y)
      for (long x = 0; x < pictures.width; ++x) act(pictures.at(n, y, x)[c]);
}

/// `count` samples of shape S, (N, H, W, C) with a border of `Border` zeros, not owned. The border belongs
/// to the type, and so does everything else that a memory plan must know.
template <class T, Shape S, int Border = 0>
struct View {
  using Scalar = std::remove_const_t<T>;
  static constexpr Shape shape = S;
  static constexpr int border = Border;
  /// Numbers stored for one sample, with its border.
  static constexpr long stored = (S.height + 2L * Border) * (S.width + 2L * Border) * S.channels;

  T* data = nullptr;
  int count = 0;

  constexpr explicit operator bool() const { return data != nullptr; }
  constexpr operator View<const T, S, Border>() const { return {data, count}; }
  constexpr Pictures<T> pictures() const { return {data, count, S.height, S.width, S.channels, Border}; }
  /// Channel c of pixel (y, x) of sample n.
  constexpr T& operator()(int n, int y, int x, int c) const { return pictures().at(n, y, x)[c]; }
};

/// `count` samples of `size` numbers each, (N, D), where the size is known at run time only; not owned. Kernels take it
/// as they take a View.
template <class T>
struct Rows {
  using Scalar = std::remove_const_t<T>;

  T* data = nullptr;
  int count = 0;
  long size = 0;

  constexpr explicit operator bool() const { return data != nullptr; }
  constexpr operator Rows<const T>() const { return {data, count, size}; }
  constexpr Pictures<T> pictures() const { return {data, count, 1, 1, size, 0}; }
  constexpr T* row(long i) const { return data + i * size; }
};

/// The same view, for reading only.
template <class T, Shape S, int Border>
constexpr View<const T, S, Border> constant(View<T, S, Border> view) {
  return view;
}
template <class T>
constexpr Rows<const T> constant(Rows<T> rows) {
  return rows;
}
template <class T>
constexpr Pictures<const T> constant(const Pictures<T>& pictures) {
  return {pictures.data,  pictures.images,   pictures.height,
          pictures.width, pictures.channels, pictures.border};
}

}  // namespace dim::inline DIM_ABI
