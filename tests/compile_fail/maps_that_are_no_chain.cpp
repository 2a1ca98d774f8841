// expect: Chain
#include <dim/layers/conv.hpp>
#include <dim/layers/leaky.hpp>
#include <dim/model/encoder.hpp>

using namespace dim;
#ifdef BAD
using Maps = Conv<4, 3>;
#else
using Maps = Sequential<Conv<4, 3>>;
#endif
using Net = Encoder<Shape{3, 8, 8}, Maps, Sequential<Linear<8>>>;
