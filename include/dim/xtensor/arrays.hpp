// xtensor arrays as return types, of codes and of .npy files. Functions that take arrays recognise them by their
// members (core/matrix_view.hpp), and need no header for that.
#pragma once
// The one place that includes xtensor, whose headers moved in version 0.26.
#if __has_include(<xtensor/containers/xtensor.hpp>)
#include <xtensor/containers/xtensor.hpp>
#else
#include <xtensor/xtensor.hpp>
#endif

#include <algorithm>
#include <array>

#include "../io/npy.hpp"
#include "../model/frozen_encoder.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Codes are arrays (N, D) in C order, whatever xtensor's default is.
template <class T>
struct CodesArray<T, void> {
  using type = xt::xtensor<T, 2, xt::layout_type::row_major>;
};

/// The sizes of an xtensor array.
template <class Expression>
std::vector<long> sizes_of(const Expression& array) {
  return std::vector<long>(array.shape().begin(), array.shape().end());
}

/// Writes an array, or a view of one, to a .npy file, atomically. Throws Error.
template <class Expression>
void write_npy(const std::string& path, const xt::xexpression<Expression>& expression) {
  const Expression& array = expression.derived_cast();
  using T = std::remove_const_t<typename Expression::value_type>;
  constexpr auto in_order = xt::layout_type::row_major;
  auto flat = xt::xtensor<T, 1>::from_shape({array.size()});
  std::copy(array.template begin<in_order>(), array.template end<in_order>(), flat.data());
  write_npy(path, flat.data(), sizes_of(array));
}

/// Reads an array of `Rank` dimensions, in C order, whatever xtensor's default is. Throws Error if the file holds
/// another type or rank.
template <class T, std::size_t Rank>
xt::xtensor<T, Rank, xt::layout_type::row_major> read_npy(const std::string& path) {
  const NpyArray file = read_npy(path);
  if (file.shape.size() != Rank)
    throw Error(path, ": an array of ", file.shape.size(), " dimensions, where ", Rank,
                " are wanted; give the array that this is for");
  const std::span<const T> values = file.values<T>();
  std::array<std::size_t, Rank> shape;
  std::copy(file.shape.begin(), file.shape.end(), shape.begin());
  xt::xtensor<T, Rank, xt::layout_type::row_major> array(shape);
  std::copy(values.begin(), values.end(), array.data());
  return array;
}

}  // namespace DIM_ABI
}  // namespace dim
