// expect: Unflatten: the input must be a vector of the image's size
// expect: Link<1,
#include <dim/core/graph.hpp>
#include <dim/cpu/layers.hpp>

using namespace dim;
#ifdef BAD
using First = Linear<33>;
#else
using First = Linear<32>;
#endif
using Net = Sequential<First, Unflatten<Shape{8, 2, 2}>, Conv<8, 3, 1, 1>>;
constexpr Shape in{3, 4, 4};

static_assert(Link<0, Net, in>::fits());
const auto graph = graph_of<Net, in, Cpu, float>();
