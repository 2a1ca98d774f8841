// The paper's convolutional encoders (Hjelm et al. 2019, published code `convnets.py`).
#pragma once
#include "../layers/batch_norm.hpp"
#include "../layers/conv.hpp"
#include "../layers/leaky.hpp"
#include "encoder.hpp"

/// Encoders under the names that the paper's code gives them.
namespace dim {
inline namespace DIM_ABI {
namespace encoders {

/// CIFAR-10 and CIFAR-100: 4,921,280 parameters.
struct Basic32x32Maps : Sequential<Conv<64, 4, 2, 1>, BatchNorm, ReLU,            // ( 64, 16, 16)
                                   Conv<128, 4, 2, 1>, BatchNorm, ReLU> {};       // (128,  8,  8)  local
struct Basic32x32Summary : Sequential<Conv<256, 4, 2, 1>, BatchNorm, ReLU,        // (256,  4,  4)  conv
                                      Linear<1024, Bias::none>, BatchNorm, ReLU,  // (1024)         fc
                                      Linear<64>> {};                             // (64)           y
using Basic32x32 = Encoder<Shape{3, 32, 32}, Basic32x32Maps, Basic32x32Summary>;

/// MNIST and Fashion-MNIST: 6,696,960 parameters.
struct Basic28x28Maps : Sequential<Conv<64, 5, 2, 2>, BatchNorm, ReLU,       // ( 64, 14, 14)
                                   Conv<128, 5, 2, 2>, BatchNorm, ReLU> {};  // (128,  7,  7)  local and conv
struct Basic28x28Summary : Sequential<Linear<1024, Bias::none>, BatchNorm, ReLU,  // (1024)         fc
                                      Linear<64>> {};                             // (64)           y
using Basic28x28 = Encoder<Shape{1, 28, 28}, Basic28x28Maps, Basic28x28Summary>;

/// Images of 64x64, like DCGAN's discriminator: 11,213,760 parameters.
struct Basic64x64Maps : Sequential<Conv<64, 4, 2, 1>, BatchNorm, ReLU,            // ( 64, 32, 32)
                                   Conv<128, 4, 2, 1>, BatchNorm, ReLU,           // (128, 16, 16)
                                   Conv<256, 4, 2, 1>, BatchNorm, ReLU> {};       // (256,  8,  8)  local
struct Basic64x64Summary : Sequential<Conv<512, 4, 2, 1>, BatchNorm, ReLU,        // (512,  4,  4)  conv
                                      Linear<1024, Bias::none>, BatchNorm, ReLU,  // (1024)         fc
                                      Linear<64>> {};                             // (64)           y
using Basic64x64 = Encoder<Shape{3, 64, 64}, Basic64x64Maps, Basic64x64Summary>;

}  // namespace encoders
}  // namespace DIM_ABI
}  // namespace dim
