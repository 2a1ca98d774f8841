// expect: Sum: its two branches give different shapes
#include <dim/core/sum.hpp>
#include <dim/cpu/layers.hpp>

using namespace dim;
#ifdef BAD
using Block = Sequential<Conv<8, 3>, LeakyReLU>;
#else
using Block = Sequential<Conv<8, 3, 1, 1>, LeakyReLU>;
#endif

static_assert(Link<0, Sequential<Conv<8, 1>, Sum<Block, Identity>, Linear<4>>, Shape{3, 8, 8}>::fits());
