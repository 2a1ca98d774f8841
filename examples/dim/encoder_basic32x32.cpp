#include <dim/cpu/backend.hpp>
#include <dim/encoders/basic.hpp>
#include <dim/train/encoder_pass.hpp>

#include "encoders.hpp"

std::unique_ptr<program::AnyEncoder> program::make_basic32x32() {
  return std::make_unique<dim::EncoderPass<dim::encoders::Basic32x32, dim::Cpu, float>>();
}
