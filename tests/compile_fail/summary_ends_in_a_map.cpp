// expect: Encoder: Summary must end in a vector, a Shape{n, 1, 1}: add a Linear
#include <dim/layers/conv.hpp>
#include <dim/layers/leaky.hpp>
#include <dim/model/encoder.hpp>

using namespace dim;
#ifdef BAD
using Last = Conv<8, 3, 1, 2>;  // from 1x1 to 3x3
#else
using Last = Linear<8>;
#endif
using Net = Encoder<Shape{3, 8, 8}, Sequential<Conv<4, 3>, ReLU>, Sequential<Linear<16>, ReLU, Last>>;

static_assert(Net::image == Shape{3, 8, 8});
