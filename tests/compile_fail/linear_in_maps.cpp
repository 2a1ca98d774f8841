// expect: Encoder: Maps must end in a map: put the Linear layers into Summary
#include <dim/layers/conv.hpp>
#include <dim/layers/leaky.hpp>
#include <dim/model/encoder.hpp>

using namespace dim;
#ifdef BAD
using Maps = Sequential<Conv<4, 3>, ReLU, Linear<16>>;
#else
using Maps = Sequential<Conv<4, 3>, ReLU>;
#endif
using Net = Encoder<Shape{3, 8, 8}, Maps, Sequential<Linear<8>>>;

static_assert(Net::image == Shape{3, 8, 8});
