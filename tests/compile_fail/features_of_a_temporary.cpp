// expect: array_that_must_outlive_its_features
#include <dim/evaluate/array_features.hpp>
#include <xtensor/xtensor.hpp>

xt::xtensor<float, 2> codes();

void features() {
#ifdef BAD
  dim::features_of(codes());
#else
  const xt::xtensor<float, 2> rows = codes();
  dim::features_of(rows);
#endif
}
