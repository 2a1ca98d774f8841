// The kernels of the layers that the program's networks have, which one unit compiles for all others.
#pragma once
#include <dim/core/any_layer.hpp>
#include <dim/cpu/layers.hpp>

extern template class dim::LayerOf<dim::Cpu, float, dim::BatchNormSpec>;
extern template class dim::LayerOf<dim::Cpu, float, dim::ConvSpec>;
extern template class dim::LayerOf<dim::Cpu, float, dim::ConvTransposeSpec>;
extern template class dim::LayerOf<dim::Cpu, float, dim::DropoutSpec>;
extern template class dim::LayerOf<dim::Cpu, float, dim::LayerNormSpec>;
extern template class dim::LayerOf<dim::Cpu, float, dim::LeakySpec>;
extern template class dim::LayerOf<dim::Cpu, float, dim::LinearSpec>;
extern template class dim::LayerOf<dim::Cpu, float, dim::UnflattenSpec>;
