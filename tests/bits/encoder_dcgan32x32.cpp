#include <dim/model/dcgan.hpp>

#include "bits.hpp"

std::unique_ptr<bits::AnyEncoder> bits::make_dcgan32x32() {
  return std::make_unique<dim::EncoderPass<dim::encoders::Dcgan<>, dim::Cpu, float>>();
}
