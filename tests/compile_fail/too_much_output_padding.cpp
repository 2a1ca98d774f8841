// expect: ConvTranspose: the output padding must be less than the stride
#include <dim/core/sequential.hpp>
#include <dim/cpu/layers.hpp>

#ifdef BAD
using Net = dim::Sequential<dim::ConvTranspose<8, 3, 2, 1, 2>, dim::ReLU>;
#else
using Net = dim::Sequential<dim::ConvTranspose<8, 3, 2, 1, 1>, dim::ReLU>;
#endif
