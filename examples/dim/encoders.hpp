// The program's encoders, one function each.
#pragma once
#include "models.hpp"

namespace program {

std::unique_ptr<AnyEncoder> make_basic28x28();
std::unique_ptr<AnyEncoder> make_basic32x32();
std::unique_ptr<AnyEncoder> make_dcgan32x32();

}  // namespace program
