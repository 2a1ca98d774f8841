// The contract of a backend: what training expects of the machine that computes.
//
// A backend is a small value, passed by copy. A trainer is given one, or makes one for the threads of its options by
// B::with_threads(threads, arithmetic), where that exists. Its functions are free ones, found by their first
// argument, which is the backend. Arrays that a function is given lie in the backend's memory, which nothing outside
// of the backend's folder reads or writes, except for those marked as the caller's below. Shapes are those of
// core/batch.hpp: (N, H, W, C), a vector of n numbers being (n, 1, 1). Functions may return before their work is
// done: it is done in the order of the calls, and only `download`, `all_finite` and `run` wait for it; `upload` and
// `load_batch` have read the caller's memory when they return. cpu/ has all of this for the host and states each
// equation; its files are named in brackets.
//
// Memory (cpu/memory.hpp, cpu/elementwise.hpp)
//   std::byte* allocate(b, long bytes)              zeros, aligned to `alignment`; Error if there is too little
//   release(b, std::byte* data)
//   upload(b, const T* from, T* to, long count)     `from` is the caller's
//   download(b, const T* from, T* to, long count)   `to` is the caller's
//   download(b, Batch<const T> x, T* to)            `to` is the caller's, (N, C, H, W)
//   fill(b, Batch<T> x, T value)                    except the border, as everywhere
//   copy(b, Batch<const T> x, Batch<T> y, Write)
//   bool all_finite(b, const T* numbers, long count)
//
// Input (cpu/memory.hpp), outside of run
//   load_batch(b, Batch<T> x, write)                calls write(host, n) for each sample n, from many threads, to
//                                                   fill a batch of the caller's: x itself, or one copied to x
//
// Order (cpu/cpu.hpp)
//   run(b, f)                                       calls f(b') once, b' being b with what makes a step's kernels
//                                                   fast: a team of threads, or a graph that is recorded, and
//                                                   replayed as long as f asks for the same work. Rethrows
//                                                   what f throws
//   int b.threads()                                 what Extent::per_thread is multiplied by
//
// Weights (cpu/weight_layout.hpp, cpu/optimizer.hpp, cpu/clip.hpp)
//   long position(b, const Parameter&, long i)      where element i of the logical order lies. Weights of a Linear
//                                                   lie input by input: SplitConcatPass and GramDotPass split them
//   update(b, optimizer, T* w, const T* dw, T* moments, long count, const StepState*)     for Adam, for Sgd, and for
//                                                   a user's own optimizers that run on this backend
//   long clip_scratch(b, long count)                doubles of scratch for clip_norm (cpu/clip.hpp)
//   clip_norm(b, T* dw, long count, double most, double* scratch, double* norm)         scales a longer dw to `most`
//
// Layers, for each Spec in layers/ and each of a user's own
//   Needs needs(b, spec, Shape in, long scalar)     optional; without it, nothing and dense arrays
//   forward(b, spec, const ForwardPass<T>&)
//   backward(b, spec, const BackwardPass<T>&)       without needs().views, y and dx are to be overwritten and
//                                                   dparameters added to
//   curvature(b, spec, y, t, d, p)                  optional; the second derivative, for gradient penalties
//
// Scores of N images, with P locations and M global vectors each, from features (N P, F) and codes (N M, G)
//   long score_scratch<T>(b)                        bytes of scratch for the next two (cpu/scores.hpp)
//   score(b, g, l, T* u, scratch)                   u (N M, N P) from g (N M, U) and l (N P, U)
//   score_backward(b, g, l, du, dg, dl, scratch)
//   bool gram_is_faster(b, GramSizes)               optional, with gram_scratch, gram_score and gram_score_backward,
//                                                   described in objective/gram.hpp; DotPass is used without
//   gather_pairs(b, x, y, scores, shift, pairs)     pairs (N M 2 P, F + G) of features and codes (cpu/pairs.hpp)
//   scatter_pairs(b, dpairs, scores, shift, dx, dy, Write of dy)
//   add_pairs(b, x, y, scores, shift, h)            h (N M 2 P, H) from x (N P, H) and y (N M, H), or for a table of
//                                                   all pairs (N M N P, H), without a shift
//   add_pairs_backward(b, h, dh, scores, shift, dx, dy)
//   long estimate_scratch(b, long rows)             doubles of scratch for estimate (cpu/estimate.hpp)
//   estimate(b, estimator, Scores<T> u, const double* weight, double* scratch, double* loss)  u becomes its gradient;
//                                                   for DV, and for what derives from the three estimator bases
//
// The prior, of codes (rows, G), and its adversary's logits (rows) (cpu/prior.hpp)
//   draw(b, prior, Step, v)                         v (rows, G)
//   squash(b, prior, y, z);  unsquash(b, prior, z, dz, dy)                                        adds to dy
//   logistic_loss(b, logits, bool positive, const double* weight, dlogits, double* loss)          no weight: 1
//   scale(b, x, const double* weight, y);  sum_of_squares(b, x, double* result)                   y may be x
//
// Labels, where there are any (cpu/labels.hpp)
//   gather_samples(b, x, const int* samples, rows)  the samples of x with these indices, as rows (C, H, W)
//   add_samples(b, drows, samples, dx)              adds to dx
//   mean_cross_entropy(b, z, const int* labels, dz, double* loss)                                 z (rows, classes)
//
// What differs between steps reaches kernels by address: weights, shifts and rates as members of the StepState, which
// is uploaded before a step, and losses as doubles that kernels write and that are downloaded once, after it. What is
// passed by value may be recorded: sizes, policies (estimator, prior, optimizer), the seed.
#pragma once
#include <concepts>

#include "layer.hpp"

namespace dim {
inline namespace DIM_ABI {

// Types from above core that appear in the contract.
struct Adam;
struct Sgd;
struct JSD;
struct NCE;
struct DV;
struct UniformPrior;
template <class T>
struct Scores;

/// A backend that trains in scalars T, as far as a compiler can check: it has the functions above except those of
/// layers, which are checked where a layer is used.
template <class B, class T>
concept Backend =
    std::copyable<B> &&
    requires(const B& b, std::byte* bytes, T* numbers, const T* constants, long count, const Batch<T>& x,
             const Batch<const T>& y, const Parameter& parameter, const StepState* state, const Adam& adam,
             const Sgd& sgd) {
      { allocate(b, count) } -> std::same_as<std::byte*>;
      release(b, bytes);
      upload(b, constants, numbers, count);
      download(b, constants, numbers, count);
      download(b, y, numbers);
      fill(b, x, T());
      copy(b, y, x, Write::add);
      { all_finite(b, constants, count) } -> std::same_as<bool>;
      load_batch(b, x, [](const Batch<T>&, long) {});
      run(b, [](const B&) {});
      { b.threads() } -> std::same_as<int>;
      { position(b, parameter, count) } -> std::same_as<long>;
      update(b, adam, numbers, constants, numbers, count, state);
      update(b, sgd, numbers, constants, numbers, count, state);
    } &&
    requires(const B& b, T* numbers, long count, double most, double* scratch, double* norm) {
      { clip_scratch(b, count) } -> std::same_as<long>;
      clip_norm(b, numbers, count, most, scratch, norm);
    } &&
    requires(const B& b, const Batch<T>& x, const Batch<const T>& y, T* numbers, const T* constants,
             std::byte* scratch, const Scores<T>& scores, const std::int64_t* by, const JSD& pairwise,
             const NCE& rows_of, const DV& table, const double* weight, double* result, long rows) {
      score(b, y, y, numbers, scratch);
      score_backward(b, y, y, constants, x, x, scratch);
      gather_pairs(b, y, y, scores, by, x);
      scatter_pairs(b, y, scores, by, x, x, Write::add);
      add_pairs(b, y, y, scores, by, x);
      add_pairs_backward(b, y, y, scores, by, x, x);
      { estimate_scratch(b, rows) } -> std::same_as<long>;
      estimate(b, pairwise, scores, weight, result, result);
      estimate(b, rows_of, scores, weight, result, result);
      estimate(b, table, scores, weight, result, result);
    } &&
    requires(const B& b, const UniformPrior& prior, const Step& step, const Batch<T>& x,
             const Batch<const T>& y, const double* weight, double* result) {
      draw(b, prior, step, x);
      squash(b, prior, y, x);
      unsquash(b, prior, y, y, x);
      logistic_loss(b, y, true, weight, x, result);
      scale(b, y, weight, x);
      sum_of_squares(b, y, result);
    };

}  // namespace DIM_ABI
}  // namespace dim
