// How many multiply-adds a network's products take: those of its convolutions and Linear layers.
#pragma once
#include <dim/core/sequential.hpp>
#include <dim/core/sum.hpp>
#include <dim/layers/linear.hpp>

namespace benchmarks {

using dim::Shape;

template <class L>
constexpr double products(L, Shape) {
  return 0;
}
template <int Filters, dim::Size Kernel, dim::Size Stride, dim::Size Padding, dim::Bias bias>
constexpr double products(dim::Conv<Filters, Kernel, Stride, Padding, bias> layer, Shape in) {
  return double(layer.output(in).size()) * in.channels * double(Kernel.area());
}
template <int Units, dim::Bias bias, bool NearIdentity>
constexpr double products(dim::Linear<Units, bias, NearIdentity>, Shape in) {
  return double(in.size()) * Units;
}
template <dim::Layer A, dim::Layer B>
constexpr double products(dim::Sum<A, B>, Shape in);
template <dim::Layer... Layers>
constexpr double products(dim::Sequential<Layers...>, Shape in);

/// Multiply-adds of one sample's forward pass through L.
template <dim::Layer L>
constexpr double products_of(Shape in) {
  if constexpr (dim::Composite<L>)
    return products(typename L::Parts{}, in);
  else
    return products(L{}, in);
}

template <dim::Layer A, dim::Layer B>
constexpr double products(dim::Sum<A, B>, Shape in) {
  return products_of<A>(in) + products_of<B>(in);
}
template <dim::Layer... Layers>
constexpr double products(dim::Sequential<Layers...>, Shape in) {
  const auto shapes = dim::Sequential<Layers...>::shapes(in);
  double sum = 0;
  std::size_t i = 0;
  ((sum += products_of<Layers>(shapes[i++])), ...);
  return sum;
}

}  // namespace benchmarks
