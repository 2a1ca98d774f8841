// The gradient penalty of the adversary.
#pragma once
#include <algorithm>
#include <vector>

#include "../core/network.hpp"

namespace dim {
inline namespace DIM_ABI {

/// 1/2 mean |dD/dx|^2 over a batch (Mescheder, Geiger and Nowozin 2018) and its gradient with respect to the weights
/// of D, a chain of affine and element-wise layers. With a the activations, d = dD/da, and the direction
/// t_0 = d_0 / N held fixed, that gradient is the one of Sum_n D'(x_n) t_n, a sum of directional derivatives:
///
///   forward   a_k+1 = f_k(a_k),              t_k+1 = f_k'(a_k) t_k
///   backward  d_k   = f_k'(a_k)^T d_k+1,     p_k   = f_k'(a_k)^T p_k+1 + f_k''(a_k) t_k d_k+1,  p_L = 0
///   weights   dW_k += t_k d_k+1 + a_k p_k+1
template <class B, class T>
class GradientPenalty {
 public:
  explicit GradientPenalty(const Graph<B, T>& graph) : stages_(graph.stages()) {
    for (const Slot& slot : graph.slots()) shapes_.push_back(slot.shape);
    for (const Stage<B, T>& stage : stages_) derivatives_.push_back(stage.layer->derivative());
  }

  void bind(Weights<T> weights) { weights_ = weights; }
  void lay_out(const B& backend, Arena& arena, Sizes sizes) {
    sizes_ = sizes;
    for (Arrays* arrays : {&a_, &d_, &t_, &p_}) arrays->resize(shapes_.size());
    for (std::size_t k = 0; k < shapes_.size(); ++k)
      for (Arrays* arrays : {&a_, &d_, &t_, &p_})
        (*arrays)[k] = {arena.take<T>(sizes.samples * shapes_[k].size()), 0, shapes_[k]};
    scratch_bytes_ = 0;
    for (std::size_t k = 0; k < stages_.size(); ++k)
      scratch_bytes_ =
          (std::max)(scratch_bytes_, stages_[k].layer->needs(backend, shapes_[k]).scratch.at(sizes));
  }
  long scratch_bytes() const { return scratch_bytes_; }

  /// Adds `weight` times the gradient of 1/2 mean |dD/dx|^2 at x to the gradients of the weights, and writes the sum
  /// of |dD/dx|^2 to `squares`; weight and sum lie in the backend's memory.
  void add(const B& backend, const Batch<const T>& x, const double* weight, double* squares,
           std::byte* scratch) {
    const std::size_t depth = stages_.size();
    for (Arrays* arrays : {&a_, &d_, &t_, &p_})
      for (Batch<T>& array : *arrays) array.count = x.count;
    const Workspace memory{nullptr, scratch, sizes_};

    copy(backend, x, a_[0], Write::overwrite);
    for (std::size_t k = 0; k < depth; ++k)
      stages_[k].layer->forward(
          backend, {.input = a_[k], .output = a_[k + 1], .parameters = parameters(k), .memory = memory});
    fill(backend, d_[depth], T(1));
    fill(backend, p_[depth], T(0));
    for (std::size_t k = depth; k-- > 0;) derive(backend, k, d_[k + 1], d_[k], nullptr, memory);

    sum_of_squares(backend, constant(d_[0]), squares);
    scale(backend, constant(d_[0]), weight, t_[0]);
    for (std::size_t k = 0; k < depth; ++k) {
      if (derivatives_[k])
        derivatives_[k]->forward(
            backend, {.input = t_[k], .output = t_[k + 1], .parameters = parameters(k), .memory = memory});
      else  // an element-wise layer's derivative is its own transpose
        derive(backend, k, t_[k], t_[k + 1], nullptr, memory);
    }
    for (std::size_t k = depth; k-- > 0;) {
      T* const dw = weights_.dparameters + stages_[k].before.parameters;
      if (derivatives_[k])  // dW_k += t_k d_k+1
        derivatives_[k]->backward(backend, {.input = t_[k],
                                            .output = a_[k + 1],
                                            .doutput = d_[k + 1],
                                            .parameters = parameters(k),
                                            .dparameters = dw,
                                            .write_parameters = Write::add,
                                            .memory = memory});
      derive(backend, k, p_[k + 1], p_[k], dw, memory);
      stages_[k].layer->add_curvature(backend, a_[k + 1], t_[k], d_[k + 1], p_[k]);
    }
  }

 private:
  using Arrays = std::vector<Batch<T>>;  // one for each slot

  const T* parameters(std::size_t k) const { return weights_.parameters + stages_[k].before.parameters; }

  /// to = f_k'(a_k)^T from, and the gradient of the weights, a_k from, if wanted.
  void derive(const B& backend, std::size_t k, const Batch<T>& from, const Batch<T>& to, T* dparameters,
              const Workspace& memory) const {
    stages_[k].layer->backward(backend, {.input = a_[k],
                                         .output = a_[k + 1],
                                         .doutput = from,
                                         .dinput = to,
                                         .parameters = parameters(k),
                                         .dparameters = dparameters,
                                         .write_parameters = Write::add,
                                         .memory = memory});
  }

  std::vector<Stage<B, T>> stages_;
  std::vector<std::shared_ptr<const AnyLayer<B, T>>> derivatives_;  // of affine layers, else null
  std::vector<Shape> shapes_;
  Weights<T> weights_;
  Sizes sizes_;
  Arrays a_, d_, t_, p_;
  long scratch_bytes_ = 0;
};

}  // namespace DIM_ABI
}  // namespace dim
