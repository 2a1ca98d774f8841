#include <dim/model/basic.hpp>

#include "bits.hpp"

std::unique_ptr<bits::AnyEncoder> bits::make_basic28x28() {
  return std::make_unique<dim::EncoderPass<dim::encoders::Basic28x28, dim::Cpu, float>>();
}
