// expect: Conv: filters, kernel and stride must be positive
#include <dim/core/sequential.hpp>
#include <dim/cpu/layers.hpp>

#ifdef BAD
using Net = dim::Sequential<dim::Conv<0, 3>, dim::ReLU>;
#else
using Net = dim::Sequential<dim::Conv<1, 3>, dim::ReLU>;
#endif
