// expect: Sequential: name at least one layer
#include <dim/core/sequential.hpp>
#include <dim/cpu/layers.hpp>

#ifdef BAD
using Net = dim::Sequential<>;
#else
using Net = dim::Sequential<dim::ReLU>;
#endif

constexpr dim::Shape in{3, 8, 8};

static_assert(dim::Link<0, Net, in>::fits());
constexpr dim::Needs needs_of_net = dim::needs_of<dim::Cpu, float, Net>(in);
