// Mean squared error: the loss of a decoder.
#pragma once
#include <vector>

#include "../core/batch.hpp"
#include "cpu.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// The mean of (y - t)^2 over all `count` numbers of the images, and dy = 2 (y - t) / count if it has data. Each
/// image is summed in double precision, then the images in order: the same bits for any number of threads.
template <class T>
double squared_error(const Cpu& cpu, const Batch<const T>& y, const Batch<const T>& t, const Batch<T>& dy) {
  const long line = y.width() * y.channels();
  const double count = double(y.pixels() * y.channels());
  std::vector<double> sums(std::size_t(y.count));
  for_each_block(cpu, y.count, [&](long n, int) {
    double sum = 0;
    for (long i = 0; i < y.height(); ++i) {
      const T *const a = y.at(n, i, 0), *const b = t.at(n, i, 0);
      for (long k = 0; k < line; ++k) sum += (double(a[k]) - double(b[k])) * (double(a[k]) - double(b[k]));
      if (dy.data == nullptr) continue;
      T* const to = dy.at(n, i, 0);
      for (long k = 0; k < line; ++k) to[k] = T(2 / count) * (a[k] - b[k]);
    }
    sums[std::size_t(n)] = sum;
  });
  double total = 0;
  for (const double sum : sums) total += sum;
  return total / count;
}

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
