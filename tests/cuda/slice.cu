// The CUDA backend as far as it exists: compiled wherever nvcc is found, and compared with the host if there is a
// GPU.
#include <cstdio>
#include <dim/cuda/elementwise.hpp>
#include <dim/cuda/linear.hpp>
#include <dim/cuda/optimizer.hpp>

#include "learner.hpp"

namespace {

template <class T>
bool agrees(const char* type, double tolerance) {
  const std::vector<T> expected = tests::learnt_on_the_host<T>();
  const std::vector<T> found = tests::Learner<dim::Cuda, T>(dim::Cuda{}).learn();
  long apart = 0;  // values; a NaN counts as one
  for (std::size_t i = 0; i < expected.size(); ++i)
    apart += !(std::fabs(double(found[i]) - double(expected[i])) <= tolerance);
  std::printf("%s: %ld of %zu numbers apart\n", type, apart, expected.size());
  return apart == 0;
}

}  // namespace

int main() {
  int devices = 0;
  if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
    std::printf("compiled; there is no GPU to run it on\n");
    return 0;
  }
  return agrees<float>("float", 1e-5) && agrees<double>("double", 1e-12) ? 0 : 1;
}
