// expect: Conv: the padding must be less than the kernel
#include <dim/core/sequential.hpp>
#include <dim/cpu/layers.hpp>

#ifdef BAD
using Net = dim::Sequential<dim::Conv<8, dim::Size{1, 5}, 1, dim::Size{1, 2}>, dim::ReLU>;
#else
using Net = dim::Sequential<dim::Conv<8, dim::Size{1, 5}, 1, dim::Size{0, 2}>, dim::ReLU>;
#endif
