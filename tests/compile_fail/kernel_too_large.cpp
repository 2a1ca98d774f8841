// expect: Conv: the kernel is larger than the padded input
// expect: Link<2,
// expect: Shape{8, 4, 4}
#include <dim/core/graph.hpp>
#include <dim/cpu/layers.hpp>

using namespace dim;
#ifdef BAD
using Third = Conv<8, 7, 1, 1>;
#else
using Third = Conv<8, 3, 1, 1>;
#endif
using Net = Sequential<Conv<8, 4, 2, 1>, LeakyReLU, Third, BatchNorm, LeakyReLU, Conv<4, 3>, Linear<5>>;
constexpr Shape in{3, 8, 8};

static_assert(Link<0, Net, in>::fits());
const auto graph = graph_of<Net, in, Cpu, float>();  // nor does this complain a second time
