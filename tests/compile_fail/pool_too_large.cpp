// expect: MaxPool: the window is larger than the input
// expect: Link<1,
// expect: Shape{8, 2, 6}
#include <dim/core/sequential.hpp>
#include <dim/cpu/layers.hpp>

using namespace dim;
#ifdef BAD
using Pool = MaxPool<3>;
#else
using Pool = MaxPool<2>;
#endif

static_assert(Link<0, Sequential<Conv<8, 3>, Pool, Linear<4>>, Shape{3, 4, 8}>::fits());
