#include "encoders.hpp"

#include <dim/cpu/backend.hpp>
#include <dim/model/basic.hpp>
#include <dim/model/dcgan.hpp>
#include <dim/model/encoder_pass.hpp>

namespace program {

namespace {
template <class Net>
std::unique_ptr<AnyEncoder> make() {
  return std::make_unique<dim::EncoderPass<Net, dim::Cpu, float>>();
}
}  // namespace

std::unique_ptr<AnyEncoder> make_basic28x28() {
  return make<dim::encoders::Basic28x28>();
}
std::unique_ptr<AnyEncoder> make_basic32x32() {
  return make<dim::encoders::Basic32x32>();
}
std::unique_ptr<AnyEncoder> make_dcgan32x32() {
  return make<dim::encoders::Dcgan<>>();
}

}  // namespace program
