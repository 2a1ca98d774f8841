#include <dim/cpu/backend.hpp>
#include <dim/encoders/dcgan.hpp>
#include <dim/train/encoder_pass.hpp>

#include "encoders.hpp"

std::unique_ptr<program::AnyEncoder> program::make_dcgan32x32() {
  return std::make_unique<dim::EncoderPass<dim::encoders::Dcgan<>, dim::Cpu, float>>();
}
