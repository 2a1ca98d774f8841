// expect: Sequential: name at least one layer
#include <dim/core/graph.hpp>
#include <dim/cpu/layers.hpp>

#ifdef BAD
using Net = dim::Sequential<>;
#else
using Net = dim::Sequential<dim::ReLU>;
#endif

constexpr dim::Shape in{3, 8, 8};

static_assert(dim::Link<0, Net, in>::fits());
const auto graph = dim::graph_of<Net, in, dim::Cpu, float>();
