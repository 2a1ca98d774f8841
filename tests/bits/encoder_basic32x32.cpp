#include <dim/model/basic.hpp>

#include "bits.hpp"

std::unique_ptr<bits::AnyEncoder> bits::make_basic32x32() {
  return std::make_unique<dim::EncoderPass<dim::encoders::Basic32x32, dim::Cpu, float>>();
}
