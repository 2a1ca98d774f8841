// A stranger's program, which has the library and nothing of its build.
#include <Eigen/Core>
#include <atomic>
#include <dim/core/view.hpp>
#include <dim/cpu/cpu.hpp>

int main() {
  const Eigen::Vector2f two(0, 0);
  const dim::View<const float, dim::Shape{1, 1, 1}> view{two.data(), 2};
  std::atomic<long> sum = 0;
  dim::for_each_block(dim::Cpu(2), 10, [&](long i, int) { sum += i * view.count; });
  return sum == 90 ? 0 : 1;
}
