// A stranger's program, which has the library and nothing of its build.
#include <Eigen/Core>
#include <dim/core/view.hpp>
#include <dim/cpu/cpu.hpp>

#if EXPECTED_OPENMP && !defined(_OPENMP)
#error "OpenMP was there to be used, and dim::dim did not bring it along"
#endif

int main() {
  const Eigen::Vector2f two(0, 0);
  const dim::View<const float, dim::Shape{1, 1, 1}> view{two.data(), 2};
  return dim::available_threads() > 0 && view.count == 2 ? 0 : 1;
}
