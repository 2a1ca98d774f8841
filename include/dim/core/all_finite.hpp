// Whether numbers are finite.
#pragma once
#include <algorithm>
#include <cmath>

#include "config.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Whether none of `count` numbers is NaN or infinite; true if there are none.
template <class T>
bool all_finite(const T* numbers, long count) {
  return std::all_of(numbers, numbers + count, [](T number) { return std::isfinite(number); });
}

}  // namespace DIM_ABI
}  // namespace dim
