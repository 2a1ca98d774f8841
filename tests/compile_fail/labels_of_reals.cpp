// expect: labels are an array of integers; convert other numbers to these
#include <dim/evaluate/array_features.hpp>
#include <xtensor/xtensor.hpp>

#ifdef BAD
using Label = float;
#else
using Label = unsigned char;
#endif

auto features(const xt::xtensor<float, 2>& x, const xt::xtensor<Label, 1>& labels) {
  const auto rows = dim::features_of(x, labels);
  return rows.features().count;
}
