#include <dim/model/basic.hpp>

#include "bits.hpp"

std::unique_ptr<bits::AnyEncoder> bits::make_basic64x64() {
  return std::make_unique<dim::EncoderPass<dim::encoders::Basic64x64, dim::Cpu, float>>();
}
