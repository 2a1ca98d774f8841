// expect: ConvTranspose: the padding leaves nothing of the output
// expect: Link<1,
#include <dim/core/graph.hpp>
#include <dim/cpu/layers.hpp>

using namespace dim;
#ifdef BAD
using Second = ConvTranspose<8, 2, 1, 1>;
#else
using Second = ConvTranspose<8, 2, 1, 0>;
#endif
using Net = Sequential<Conv<8, 4>, Second, ReLU>;
constexpr Shape in{3, 4, 4};

static_assert(Link<0, Net, in>::fits());
const auto graph = graph_of<Net, in, Cpu, float>();
