// The gradient penalty of the adversary.
#pragma once
#include <tuple>

#include "../core/network.hpp"
#include "../layers/leaky.hpp"
#include "../layers/linear.hpp"
#include "../layers/tanh.hpp"

namespace dim::inline DIM_ABI {

/// Layers that the penalty can differentiate twice.
template <class L>
inline constexpr bool is_tanh = std::is_same_v<L, Tanh>;
template <class L>
inline constexpr bool is_leaky = false;
template <Ratio Slope>
inline constexpr bool is_leaky<Leaky<Slope>> = true;

/// A Linear's derivative is the same layer without bias; the weights come first in memory.
template <int Units, Bias bias, bool NearIdentity>
Linear<Units, Bias::none, NearIdentity> without_bias(Linear<Units, bias, NearIdentity>) {
  return {};
}

/// 1/2 mean |dD/dx|^2 over a batch (Mescheder, Geiger and Nowozin 2018) and its gradient for the weights of
/// D, a chain of Linear, Leaky and Tanh layers. With a the activations, d = dD/da and the direction t_0 = d_0
/// / N held fixed, that gradient is the one of Sum_n D'(x_n) t_n, a sum of directional derivatives:
///
///   forward   a_k+1 = f_k(a_k),              t_k+1 = f_k'(a_k) t_k
///   backward  d_k   = f_k'(a_k)^T d_k+1,     p_k   = f_k'(a_k)^T p_k+1 + f_k''(a_k) t_k d_k+1,  p_L = 0
///   weights   dW_k += t_k d_k+1 + a_k p_k+1
template <class B, class Chain, Shape In, class T>
class GradientPenalty {
  static constexpr int depth = Chain::depth;
  static constexpr auto shapes = Chain::shapes(In);
  static constexpr auto plan = Chain::template make_plan<B, T>(In);
  template <int I>
  using layer = typename Chain::template layer<I>;
  template <int... I>
  static constexpr bool all_known(std::integer_sequence<int, I...>) {
    return ((is_linear<layer<I>> || is_leaky<layer<I>> || is_tanh<layer<I>>) && ...);
  }
  static_assert(all_known(std::make_integer_sequence<int, depth>{}),
                "a prior's Adversary may hold Linear, ReLU, LeakyReLU and Tanh layers only: the gradient "
                "penalty can differentiate no others twice");

 public:
  void bind(Weights<T> weights) { weights_ = weights; }
  void lay_out(Arena& arena, Sizes sizes) {
    sizes_ = sizes;
    for (std::size_t k = 0; k <= depth; ++k)
      for (T** array : {&a_[k], &d_[k], &t_[k], &p_[k]})
        *array = arena.take<T>(sizes.samples * shapes[k].size());
  }
  long scratch_bytes() const { return plan.total.scratch.at(sizes_); }

  /// Returns 1/2 mean |dD/dx|^2 at x and adds `weight` times its gradient to the gradients of the weights.
  double add(const B& backend, View<const T, In> x, T weight, std::byte* scratch) {
    const int count = x.count;
    copy(backend, x.pictures(), view<0>(a_, count).pictures(), Write::overwrite);
    for_each_index<depth>([&](auto k) {
      run_forward<layer<k>>(backend,
                            ForwardPass<Const<k>, Plain<k + 1>>{.input = view<k>(a_, count),
                                                                .output = view<k + 1>(a_, count),
                                                                .parameters = parameters(k),
                                                                .memory = {nullptr, scratch, sizes_}});
    });
    fill(backend, view<depth>(d_, count).pictures(), T(1));
    fill(backend, view<depth>(p_, count).pictures(), T(0));
    for_each_index_reversed<depth>([&](auto k) { derive<k>(backend, a_, d_, d_, count, nullptr, scratch); });

    const double squares = sum_of_squares(backend, constant(view<0>(d_, count)).pictures());
    scale(backend, constant(view<0>(d_, count)).pictures(), weight / T(count), view<0>(t_, count).pictures());
    for_each_index<depth>([&](auto k) { push_tangent<k>(backend, count, scratch); });
    for_each_index_reversed<depth>([&](auto k) {
      learn_tangent<k>(backend, count, scratch);
      derive<k>(backend, a_, p_, p_, count, weights_.dparameters + plan.before[k].parameters, scratch);
      if constexpr (is_tanh<layer<k>>)
        add_tanh_curvature(backend, constant(view<k + 1>(a_, count)).pictures(),
                           constant(view<k>(t_, count)).pictures(),
                           constant(view<k + 1>(d_, count)).pictures(), view<k>(p_, count).pictures());
    });
    return squares / (2.0 * count);
  }

 private:
  using Arrays = std::array<T*, std::size_t(depth) + 1>;
  template <int K>
  using Plain = View<T, shapes[K]>;
  template <int K>
  using Const = View<const T, shapes[K]>;
  template <int K>
  using DerivativePass = BackwardPass<Const<K>, Const<K + 1>, Const<K + 1>, Plain<K>>;

  template <int K>
  static Plain<K> view(const Arrays& arrays, int count) {
    return {arrays[K], count};
  }
  const T* parameters(int k) const { return weights_.parameters + plan.before[std::size_t(k)].parameters; }

  /// from_k+1 -> to_k = f_k'(a_k)^T from_k+1, and the weights' gradient a_k from_k+1 if wanted.
  template <int K>
  void derive(const B& backend, const Arrays& a, const Arrays& from, const Arrays& to, int count,
              T* dparameters, std::byte* scratch) const {
    run_backward<layer<K>>(backend, DerivativePass<K>{.input = view<K>(a, count),
                                                      .output = view<K + 1>(a, count),
                                                      .doutput = view<K + 1>(from, count),
                                                      .dinput = view<K>(to, count),
                                                      .parameters = parameters(K),
                                                      .dparameters = dparameters,
                                                      .write_parameters = Write::add,
                                                      .memory = {nullptr, scratch, sizes_}});
  }
  /// t_k+1 = f_k'(a_k) t_k; an element-wise layer's derivative is its own transpose.
  template <int K>
  void push_tangent(const B& backend, int count, std::byte* scratch) const {
    if constexpr (is_linear<layer<K>>) {
      run_forward<decltype(without_bias(layer<K>{}))>(
          backend, ForwardPass<Const<K>, Plain<K + 1>>{.input = view<K>(t_, count),
                                                       .output = view<K + 1>(t_, count),
                                                       .parameters = parameters(K),
                                                       .memory = {nullptr, scratch, sizes_}});
    } else {
      run_backward<layer<K>>(backend, DerivativePass<K>{.input = view<K>(a_, count),
                                                        .output = view<K + 1>(a_, count),
                                                        .doutput = {t_[K], count},
                                                        .dinput = {t_[K + 1], count},
                                                        .memory = {nullptr, scratch, sizes_}});
    }
  }
  /// dW_k += t_k d_k+1
  template <int K>
  void learn_tangent(const B& backend, int count, std::byte* scratch) const {
    if constexpr (is_linear<layer<K>>)
      run_backward<decltype(without_bias(layer<K>{}))>(
          backend, DerivativePass<K>{.input = view<K>(t_, count),
                                     .output = view<K + 1>(a_, count),
                                     .doutput = view<K + 1>(d_, count),
                                     .dinput = {nullptr, count},
                                     .parameters = parameters(K),
                                     .dparameters = weights_.dparameters + plan.before[K].parameters,
                                     .write_parameters = Write::add,
                                     .memory = {nullptr, scratch, sizes_}});
  }

  Weights<T> weights_;
  Sizes sizes_;
  Arrays a_{}, d_{}, t_{}, p_{};
};

}  // namespace dim::inline DIM_ABI
