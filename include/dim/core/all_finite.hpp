// Numbers that are some.
#pragma once
#include <algorithm>
#include <cmath>

#include "config.hpp"

namespace dim::inline DIM_ABI {

/// Whether none of `count` numbers is NaN or infinite; of no numbers none is.
template <class T>
bool all_finite(const T* numbers, long count) {
  return std::all_of(numbers, numbers + count, [](T number) { return std::isfinite(number); });
}

}  // namespace dim::inline DIM_ABI
