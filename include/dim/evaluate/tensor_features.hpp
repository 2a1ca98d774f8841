// Features in xtensor arrays, for the probes.
#pragma once
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "../io/xtensor.hpp"
#include "features.hpp"

namespace dim::inline DIM_ABI {

/// The features in an xtensor array (N, ...), or a view of one, as rows (N, D), with a label each or none.
/// Where the array's numbers lie one after the other it looks at them, and the array must outlive it; else it
/// keeps a copy. Labels, an array (N) of any integers, are always copied.
template <class T>
class TensorFeatures {
 public:
  /// Throws Error for an array of one dimension, for another number of labels than rows, and for labels beyond int.
  template <class Array>
  explicit TensorFeatures(const Array& array) {
    static_assert(std::is_same_v<std::remove_const_t<typename Array::value_type>, T>,
                  "features are an array of the numbers that a probe works with, float or double");
    if (array.dimension() < 2)
      throw Error("features come as an array (N, D), or one of more dimensions, this one has " +
                  std::to_string(array.dimension()) + ": reshape it");
    count_ = long(array.shape()[0]);
    size_ = count_ > 0 ? long(array.size()) / count_ : 0;
    if (is_dense(array)) {
      data_ = array.data() + array.data_offset();
    } else {
      const xt::xtensor<T, 1, xt::layout_type::row_major> flat =
          xt::flatten<xt::layout_type::row_major>(array);
      copy_.assign(flat.begin(), flat.end());
    }
  }
  template <class Array, class Labels>
  TensorFeatures(const Array& array, const Labels& labels) : TensorFeatures(array) {
    if (long(labels.size()) != count_)
      throw Error(std::to_string(labels.size()) + " labels for " + std::to_string(count_) +
                  " features: give one for each row");
    constexpr bool whole = std::is_integral_v<typename Labels::value_type>;
    static_assert(whole, "labels are an array of integers; convert other numbers to these");
    if constexpr (whole) take(labels);
  }
  /// What the probes take, for as long as this lives: of a temporary it is refused.
  Features<T> features() const&& = delete;
  Features<T> features() const& {
    return {data_ ? data_ : copy_.data(), count_, size_, labels_.empty() ? nullptr : labels_.data()};
  }

 private:
  template <class Labels>
  void take(const Labels& labels) {
    for (const auto label : labels) {
      if (!std::in_range<int>(+label))
        throw Error("label " + std::to_string(+label) + " of row " + std::to_string(labels_.size()) +
                    " is no class: these are counted from 0");
      labels_.push_back(int(label));
    }
  }
  /// Do the numbers lie in the order of their indices, without gaps?
  template <class Array>
  static bool is_dense(const Array& array) {
    long expected = 1;
    for (std::size_t i = array.dimension(); i-- > 0;) {
      if (array.shape()[i] > 1 && long(array.strides()[i]) != expected) return false;
      expected *= long(array.shape()[i]);
    }
    return true;
  }

  const T* data_ = nullptr;  // null: in copy_
  long count_ = 0, size_ = 0;
  std::vector<T> copy_;
  std::vector<int> labels_;
};

/// The features in an xtensor container or view, (N, ...), with labels (N) or without; the array must outlive
/// them: a temporary is refused.
template <class Array, class... Labels>
auto features_of(const Array& array, const Labels&... labels) {
  return TensorFeatures<std::remove_const_t<typename Array::value_type>>(array, labels...);
}
template <class Array, class... Labels>
void features_of(const Array&& array, const Labels&... labels) = delete;

}  // namespace dim::inline DIM_ABI
