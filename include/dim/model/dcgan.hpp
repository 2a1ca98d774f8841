// DCGAN's discriminator as an encoder.
#pragma once
#include "../layers/batch_norm.hpp"
#include "../layers/conv.hpp"
#include "../layers/leaky.hpp"
#include "encoder.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace encoders {

template <int Filters>
struct DcganMaps : Sequential<Conv<Filters, 4, 2, 1>, BatchNorm, LeakyReLU,          // ( F, 16, 16)
                              Conv<2 * Filters, 4, 2, 1>, BatchNorm, LeakyReLU> {};  // (2F,  8,  8)  local
template <int Filters>
struct DcganSummary : Sequential<Conv<4 * Filters, 4, 2, 1>, BatchNorm, LeakyReLU,  // (4F,  4,  4)  conv
                                 Linear<1024, Bias::none>, BatchNorm, LeakyReLU,    // (1024)        fc
                                 Linear<64>> {};                                    // (64)          y

/// Basic32x32 with what Radford, Metz and Chintala (2016) advise of rectifiers and weights: LeakyReLU of slope 1/5, and
/// weights initialised from N(0, 0.02).
template <int Filters = 64>
using Dcgan = Encoder<Shape{3, 32, 32}, DcganMaps<Filters>, DcganSummary<Filters>, DcganInitialisation>;

}  // namespace encoders
}  // namespace DIM_ABI
}  // namespace dim
