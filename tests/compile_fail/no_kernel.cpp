// expect: this backend has no kernel for this layer: include the backend's header, or overload both
// expect: Abacus
#include <dim/core/graph.hpp>
#include <dim/cpu/layers.hpp>

using namespace dim;
struct Abacus {};
#ifdef BAD
using Backend = Abacus;
#else
using Backend = Cpu;
#endif
using Net = Sequential<Conv<8, 3>>;

const auto graph = graph_of<Net, Shape{3, 8, 8}, Backend, float>();
