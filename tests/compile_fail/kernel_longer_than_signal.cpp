// expect: Conv: the kernel is larger than the padded input
// expect: Link<0,
// expect: Shape{3, 1, 8}
#include <dim/core/graph.hpp>
#include <dim/cpu/layers.hpp>

using namespace dim;
#ifdef BAD
using Net = Sequential<Conv1d<8, 9, 2>, ReLU>;
#else
using Net = Sequential<Conv1d<8, 9, 2, 1>, ReLU>;
#endif

const auto graph = graph_of<Net, Shape{3, 1, 8}, Cpu, float>();
