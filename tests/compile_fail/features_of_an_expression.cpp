// expect: make one of an expression or of nested vectors, and keep it as long as the features
#include <Eigen/Core>
#include <dim/evaluate/array_features.hpp>

void features(const Eigen::MatrixXf& rows) {
#ifdef BAD
  const auto twice = 2 * rows;
#else
  const Eigen::MatrixXf twice = 2 * rows;
#endif
  dim::features_of(twice);
}
