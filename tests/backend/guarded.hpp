// A backend whose memory only its kernels may touch: the host's, behind pages without access rights.
#pragma once
#include <dim/core/any_layer.hpp>
#include <dim/core/backend.hpp>
#include <dim/cpu/backend.hpp>
#include <dim/cpu/labels.hpp>
#include <memory>
#include <vector>

#include "pages.hpp"

namespace guarded {

using namespace dim;

/// The host behind pages that only the functions of the contract open. Each asserts that the arrays it is given lie
/// within them. The results have Cpu's bits.
class Guarded {
 public:
  explicit Guarded(int threads) : cpu_(threads), pages_(std::make_shared<Pages>()) {}

  int threads() const { return cpu_.threads(); }
  const Cpu& cpu() const { return cpu_; }
  Pages& pages() const { return *pages_; }
  /// The same with another host, the one inside run().
  Guarded on(const Cpu& cpu) const {
    Guarded inside = *this;
    inside.cpu_ = cpu;
    return inside;
  }

 private:
  Cpu cpu_;
  std::shared_ptr<Pages> pages_;
};

/// So many values from an address on.
template <class T>
struct Numbers {
  const T* data;
  long count;
};
template <class T>
Numbers(const T*, long) -> Numbers<T>;

template <class T>
void check(const Guarded& backend, const char* what, const Numbers<T>& numbers) {
  if (numbers.data && !backend.pages().hold(numbers.data, std::size_t(numbers.count) * sizeof(T))) die(what);
}
template <class T>
void check(const Guarded& backend, const char* what, const Batch<T>& batch) {
  check(backend, what, Numbers<T>{batch.data, batch.count * batch.sample()});
}
template <class T>
void check(const Guarded& backend, const char* what, const Scores<T>& scores) {
  check(backend, what, Numbers<T>{scores.data, scores.size()});
}

/// Calls kernel(cpu) with the pages open, after checking that the arrays lie in them.
template <class Kernel, class... Arrays>
decltype(auto) open(const Guarded& backend, const char* what, const Kernel& kernel, const Arrays&... arrays) {
  (check(backend, what, arrays), ...);
  struct Opened {
    Pages& pages;
    explicit Opened(Pages& closed) : pages(closed) { pages.open(); }
    ~Opened() { pages.close(); }
  } opened(backend.pages());
  return kernel(backend.cpu());
}

// Memory.

inline std::byte* allocate(const Guarded& backend, long bytes) {
  return backend.pages().take(bytes);
}
inline void release(const Guarded& backend, std::byte* data) {
  backend.pages().give_back(data);
}
template <class T>
void upload(const Guarded& backend, const T* from, T* to, long count) {
  open(
      backend, "upload: to", [&](const Cpu& cpu) { upload(cpu, from, to, count); }, Numbers{to, count});
}
template <class T>
void download(const Guarded& backend, const T* from, T* to, long count) {
  open(
      backend, "download: from", [&](const Cpu& cpu) { download(cpu, from, to, count); },
      Numbers{from, count});
}
template <class T>
void download(const Guarded& backend, const Batch<const T>& batch, T* to) {
  open(
      backend, "download: batch", [&](const Cpu& cpu) { download(cpu, batch, to); }, batch);
}
/// Through a batch of the caller's, as in a backend whose memory is not the host's.
template <class T, class WriteSample>
void load_batch(const Guarded& backend, const Batch<T>& to, const WriteSample& write) {
  std::vector<T> numbers(std::size_t(to.count * to.shape.size()));
  const Batch<T> host{numbers.data(), to.count, to.shape};
  load_batch(backend.cpu(), host, write);
  open(
      backend, "load_batch: to", [&](const Cpu& cpu) { copy(cpu, constant(host), to, Write::overwrite); },
      to);
}
template <class T>
void copy(const Guarded& backend, const Batch<const T>& x, const Batch<T>& y, Write write) {
  open(
      backend, "copy", [&](const Cpu& cpu) { copy(cpu, x, y, write); }, x, y);
}
template <class T>
void fill(const Guarded& backend, const Batch<T>& x, T value) {
  open(
      backend, "fill", [&](const Cpu& cpu) { fill(cpu, x, value); }, x);
}
template <class T>
bool all_finite(const Guarded& backend, const T* numbers, long count) {
  return open(
      backend, "all_finite", [&](const Cpu& cpu) { return all_finite(cpu, numbers, count); },
      Numbers{numbers, count});
}

template <class Function>
void run(const Guarded& backend, const Function& function) {
  run(backend.cpu(), [&](const Cpu& cpu) { function(backend.on(cpu)); });
}

// Weights.

inline long position(const Guarded& backend, const Parameter& parameter, long logical) {
  return position(backend.cpu(), parameter, logical);
}
template <class Optimizer, class T>
  requires(!std::is_same_v<Optimizer, AnyOptimizer>)
void update(const Guarded& backend, const Optimizer& optimizer, T* w, const T* dw, T* moments, long count,
            const StepState* state) {
  open(
      backend, "update", [&](const Cpu& cpu) { update(cpu, optimizer, w, dw, moments, count, state); },
      Numbers{w, count}, Numbers{dw, count}, Numbers{moments, count}, Numbers{state, 1});
}
inline long clip_scratch(const Guarded& backend, long count) {
  return clip_scratch(backend.cpu(), count);
}
template <class T>
void clip_norm(const Guarded& backend, T* x, long count, double most, double* scratch, double* norm) {
  open(
      backend, "clip_norm", [&](const Cpu& cpu) { clip_norm(cpu, x, count, most, scratch, norm); },
      Numbers{x, count}, Numbers{scratch, clip_scratch(backend, count)}, Numbers{norm, 1});
}

// Layers.

template <class Spec>
Needs needs(const Guarded& backend, const Spec& spec, Shape in, long scalar) {
  return dim::detail::needs_of_spec(backend.cpu(), spec, in, scalar);
}
/// How many values a layer owns, and how many bytes it keeps for its backward pass.
struct Owned {
  long parameters = 0, statistics = 0, saved = 0;

  template <class T, class Spec>
  static Owned by(const Guarded& backend, const Spec& spec, Shape in, Sizes sizes) {
    const auto layer = std::make_unique<LayerOf<Cpu, T, Spec>>(spec);
    const Needs needs = layer->needs(backend.cpu(), in);
    Owned owned{.saved = needs.saved.at(sizes)};
    for (const Parameter& parameter : layer->parameters(in)) owned.parameters += parameter.size();
    for (const Statistic& statistic : layer->statistics(in)) owned.statistics += statistic.size;
    return owned;
  }
};

template <class Spec, class T>
  requires dim::detail::HasKernels<Cpu, Spec, T>
void forward(const Guarded& backend, const Spec& spec, const ForwardPass<T>& pass) {
  const Owned owned = Owned::by<T>(backend, spec, pass.input.shape, pass.memory.sizes);
  open(
      backend, "forward of a layer", [&](const Cpu& cpu) { dim::detail::run_kernel(cpu, spec, pass); },
      pass.input, pass.output, Numbers{pass.parameters, owned.parameters},
      Numbers{pass.statistics, owned.statistics}, Numbers{pass.memory.saved, owned.saved},
      Numbers{pass.memory.scratch, 0}, Numbers{pass.step.state, 1});
}
template <class Spec, class T>
  requires dim::detail::HasKernels<Cpu, Spec, T>
void backward(const Guarded& backend, const Spec& spec, const BackwardPass<T>& pass) {
  const Owned owned = Owned::by<T>(backend, spec, pass.input.shape, pass.memory.sizes);
  open(
      backend, "backward of a layer", [&](const Cpu& cpu) { dim::detail::run_kernel(cpu, spec, pass); },
      pass.input, pass.output, pass.doutput, pass.dinput, Numbers{pass.parameters, owned.parameters},
      Numbers{pass.dparameters, owned.parameters}, Numbers{pass.memory.saved, owned.saved},
      Numbers{pass.memory.scratch, 0}, Numbers{pass.step.state, 1});
}
template <class Spec, class T>
  requires dim::detail::HasCurvature<Cpu, Spec, T>
void curvature(const Guarded& backend, const Spec& spec, const Batch<const T>& y, const Batch<const T>& t,
               const Batch<const T>& d, const Batch<T>& p) {
  open(
      backend, "curvature", [&](const Cpu& cpu) { dim::detail::run_curvature(cpu, spec, y, t, d, p); }, y, t,
      d, p);
}

// Scores.

template <class T>
long score_scratch(const Guarded& backend) {
  return score_scratch<T>(backend.cpu());
}
template <class T>
void score(const Guarded& backend, const Batch<const T>& g, const Batch<const T>& l, T* u,
           std::byte* scratch) {
  open(
      backend, "score", [&](const Cpu& cpu) { score(cpu, g, l, u, scratch); }, g, l,
      Numbers{u, g.count * l.count}, Numbers{scratch, 0});
}
template <class T>
void score_backward(const Guarded& backend, const Batch<const T>& g, const Batch<const T>& l, const T* du,
                    const Batch<T>& dg, const Batch<T>& dl, std::byte* scratch) {
  open(
      backend, "score_backward", [&](const Cpu& cpu) { score_backward(cpu, g, l, du, dg, dl, scratch); }, g,
      l, dg, dl, Numbers{du, g.count * l.count}, Numbers{scratch, 0});
}
inline bool gram_is_faster(const Guarded& backend, GramSizes sizes) {
  return gram_is_faster(backend.cpu(), sizes);
}
template <class T>
long gram_scratch(const Guarded& backend, const GramScores<T>& gram) {
  return gram_scratch(backend.cpu(), gram);
}
template <class T>
void gram_score(const Guarded& backend, const GramScores<T>& gram, const Batch<const T>& y,
                const Batch<const T>& x, const Batch<const T>& g, const T* parameters, T* u,
                std::byte* scratch) {
  open(
      backend, "gram_score", [&](const Cpu& cpu) { gram_score(cpu, gram, y, x, g, parameters, u, scratch); },
      y, x, g, Numbers{parameters, 0}, Numbers{u, gram.sizes.rows * gram.sizes.codes}, Numbers{scratch, 0});
}
template <class T>
void gram_score_backward(const Guarded& backend, const GramScores<T>& gram, const Batch<const T>& g,
                         const T* parameters, T* du, const Batch<T>& dy, const Batch<T>& dx,
                         const Batch<T>& dg, T* dparameters, std::byte* scratch) {
  open(
      backend, "gram_score_backward",
      [&](const Cpu& cpu) {
        gram_score_backward(cpu, gram, g, parameters, du, dy, dx, dg, dparameters, scratch);
      },
      g, dy, dx, dg, Numbers{parameters, 0}, Numbers{dparameters, 0},
      Numbers{du, gram.sizes.rows * gram.sizes.codes}, Numbers{scratch, 0});
}
template <class T>
void gather_pairs(const Guarded& backend, const Batch<const T>& features, const Batch<const T>& codes,
                  const Scores<T>& scores, const std::int64_t* by, const Batch<T>& pairs) {
  open(
      backend, "gather_pairs", [&](const Cpu& cpu) { gather_pairs(cpu, features, codes, scores, by, pairs); },
      features, codes, pairs, Numbers{by, 1});
}
template <class T>
void scatter_pairs(const Guarded& backend, const Batch<const T>& dpairs, const Scores<T>& scores,
                   const std::int64_t* by, const Batch<T>& dfeatures, const Batch<T>& dcodes,
                   Write write_codes) {
  open(
      backend, "scatter_pairs",
      [&](const Cpu& cpu) { scatter_pairs(cpu, dpairs, scores, by, dfeatures, dcodes, write_codes); }, dpairs,
      dfeatures, dcodes, Numbers{by, 1});
}
template <class T>
void add_pairs(const Guarded& backend, const Batch<const T>& a, const Batch<const T>& b,
               const Scores<T>& scores, const std::int64_t* by, const Batch<T>& h) {
  open(
      backend, "add_pairs", [&](const Cpu& cpu) { add_pairs(cpu, a, b, scores, by, h); }, a, b, h,
      Numbers{by, 1});
}
template <class T>
void add_pairs_backward(const Guarded& backend, const Batch<const T>& h, const Batch<const T>& dh,
                        const Scores<T>& scores, const std::int64_t* by, const Batch<T>& da,
                        const Batch<T>& db) {
  open(
      backend, "add_pairs_backward",
      [&](const Cpu& cpu) { add_pairs_backward(cpu, h, dh, scores, by, da, db); }, h, dh, da, db,
      Numbers{by, 1});
}
inline long estimate_scratch(const Guarded& backend, long rows) {
  return estimate_scratch(backend.cpu(), rows);
}
template <Estimator E, class T>
  requires(!std::is_same_v<E, AnyEstimator>)
void estimate(const Guarded& backend, const E& estimator, const Scores<T>& u, const double* weight,
              double* scratch, double* loss) {
  open(
      backend, "estimate", [&](const Cpu& cpu) { estimate(cpu, estimator, u, weight, scratch, loss); }, u,
      Numbers{weight, 1}, Numbers{scratch, estimate_scratch(backend, u.rows())}, Numbers{loss, 1});
}

// The prior and its adversary.

template <class P, class T>
void draw(const Guarded& backend, const P& prior, const Step& step, const Batch<T>& v) {
  open(
      backend, "draw", [&](const Cpu& cpu) { draw(cpu, prior, step, v); }, v, Numbers{step.state, 1});
}
template <class P, class T>
void squash(const Guarded& backend, const P& prior, const Batch<const T>& y, const Batch<T>& z) {
  open(
      backend, "squash", [&](const Cpu& cpu) { squash(cpu, prior, y, z); }, y, z);
}
template <class P, class T>
void unsquash(const Guarded& backend, const P& prior, const Batch<const T>& z, const Batch<const T>& dz,
              const Batch<T>& dy) {
  open(
      backend, "unsquash", [&](const Cpu& cpu) { unsquash(cpu, prior, z, dz, dy); }, z, dz, dy);
}
template <class T>
void logistic_loss(const Guarded& backend, const Batch<const T>& d, bool positive, const double* weight,
                   const Batch<T>& dd, double* loss) {
  open(
      backend, "logistic_loss", [&](const Cpu& cpu) { logistic_loss(cpu, d, positive, weight, dd, loss); }, d,
      dd, Numbers{weight, 1}, Numbers{loss, 1});
}
template <class T>
void scale(const Guarded& backend, const Batch<const T>& x, const double* weight, const Batch<T>& y) {
  open(
      backend, "scale", [&](const Cpu& cpu) { scale(cpu, x, weight, y); }, x, y, Numbers{weight, 1});
}
template <class T>
void sum_of_squares(const Guarded& backend, const Batch<const T>& x, double* result) {
  open(
      backend, "sum_of_squares", [&](const Cpu& cpu) { sum_of_squares(cpu, x, result); }, x,
      Numbers{result, 1});
}

// Labels.

template <class T>
void gather_samples(const Guarded& backend, const Batch<const T>& x, const int* samples, const Batch<T>& to) {
  open(
      backend, "gather_samples", [&](const Cpu& cpu) { gather_samples(cpu, x, samples, to); }, x, to,
      Numbers{samples, to.count});
}
template <class T>
void add_samples(const Guarded& backend, const Batch<const T>& drows, const int* samples,
                 const Batch<T>& dx) {
  open(
      backend, "add_samples", [&](const Cpu& cpu) { add_samples(cpu, drows, samples, dx); }, drows, dx,
      Numbers{samples, drows.count});
}
template <class T>
void mean_cross_entropy(const Guarded& backend, const Batch<const T>& z, const int* labels,
                        const Batch<T>& dz, double* loss) {
  open(
      backend, "mean_cross_entropy", [&](const Cpu& cpu) { mean_cross_entropy(cpu, z, labels, dz, loss); }, z,
      dz, Numbers{labels, z.count}, Numbers{loss, 1});
}

}  // namespace guarded
