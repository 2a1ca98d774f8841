// expect: features are a matrix or array of Eigen or xtensor with its numbers in memory
#include <dim/evaluate/array_features.hpp>
#include <vector>
#include <xtensor/xtensor.hpp>

#ifdef BAD
using Rows = std::vector<std::vector<float>>;
#else
using Rows = xt::xtensor<float, 2>;
#endif

void features(const Rows& rows) {
  dim::features_of(rows);
}
