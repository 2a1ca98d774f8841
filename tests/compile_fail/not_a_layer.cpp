// expect: template <Layer... Layers>
// expect: int
// errors: 2
#include <dim/core/sequential.hpp>
#include <dim/cpu/layers.hpp>

#ifdef BAD
using Net = dim::Sequential<dim::Conv<8, 3>, int>;
#else
using Net = dim::Sequential<dim::Conv<8, 3>>;
#endif
