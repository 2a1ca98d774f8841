#include "layers.hpp"

template class dim::LayerOf<dim::Cpu, float, dim::BatchNormSpec>;
template class dim::LayerOf<dim::Cpu, float, dim::ConvSpec>;
template class dim::LayerOf<dim::Cpu, float, dim::ConvTransposeSpec>;
template class dim::LayerOf<dim::Cpu, float, dim::DropoutSpec>;
template class dim::LayerOf<dim::Cpu, float, dim::LayerNormSpec>;
template class dim::LayerOf<dim::Cpu, float, dim::LeakySpec>;
template class dim::LayerOf<dim::Cpu, float, dim::LinearSpec>;
template class dim::LayerOf<dim::Cpu, float, dim::UnflattenSpec>;
