// expect: features are floats or doubles; convert other numbers to these
#include <dim/evaluate/array_information.hpp>
#include <xtensor/xtensor.hpp>

#ifdef BAD
using Element = int;
#else
using Element = double;
#endif

auto information(const xt::xtensor<float, 2>& x, const xt::xtensor<Element, 2>& y) {
  return dim::estimate_mutual_information(x, y);
}
