// Numbers so far off that standardising their column makes all its other numbers equal.
#pragma once
#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "standardise.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Where a number lies among features.
struct Outlier {
  long row, column;
};

/// In the features (N, D) to which the scaler was fitted, the furthest number of the first column in which single
/// numbers hide the rest: it makes up a tenth of the column's variance or more, while the middle half of the numbers
/// lie within a thousandth of a deviation without being equal, as those of a unit that seldom fires are. Nothing if
/// there is no such column.
template <class T>
std::optional<Outlier> find_outlier(const Features<T>& features, const Scaler& scaler) {
  std::vector<double> furthest(std::size_t(features.size), 0);
  std::vector<long> rows(std::size_t(features.size), 0);
  for (long i = 0; i < features.count; ++i)
    for (std::size_t j = 0; j < furthest.size(); ++j) {
      const double distance =
          std::abs(double(features(i, long(j))) - scaler.mean()[j]) / scaler.deviation()[j];
      if (distance > furthest[j]) furthest[j] = distance, rows[j] = i;
    }
  std::vector<double> column(std::size_t(features.count));
  for (std::size_t j = 0; j < furthest.size(); ++j) {
    if (furthest[j] * furthest[j] < 0.1 * double(features.count)) continue;
    for (std::size_t i = 0; i < column.size(); ++i) column[i] = double(features(long(i), long(j)));
    const auto quantile = [&](std::size_t place) {
      std::nth_element(column.begin(), column.begin() + long(place), column.end());
      return column[place];
    };
    const double middle = quantile(column.size() * 3 / 4) - quantile(column.size() / 4);
    if (middle > 0 && middle < 1e-3 * scaler.deviation()[j]) return Outlier{rows[j], long(j)};
  }
  return {};
}

}  // namespace DIM_ABI
}  // namespace dim
