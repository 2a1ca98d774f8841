// The interfaces between encoders and objectives: a few virtual calls per step, so that a program that chooses both
// at run time compiles each of them once, not every combination.
#pragma once
#include <memory>
#include <span>

#include "../core/arena.hpp"
#include "../core/network.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The shapes of an encoder's activations; invalid for those that it doesn't have.
struct EncoderShapes {
  Shape image, map, conv, fc, code;
};

/// An encoder's layers, and the slots that others read.
template <class B, class T>
struct EncoderGraph {
  Graph<B, T> graph;
  int map = 0, conv = 0, fc = -1, code = 0;  // fc: -1 if there is none
  /// Writes the initial parameters and statistics.
  void (*initialise)(const B& backend, const Entries& entries, std::uint64_t seed, std::uint64_t salt,
                     T* parameters, T* statistics) = nullptr;

  Shape shape(int slot) const { return slot < 0 ? Shape{} : graph.slots()[std::size_t(slot)].shape; }
  EncoderShapes shapes() const { return {shape(0), shape(map), shape(conv), shape(fc), shape(code)}; }
};

/// The activations of an encoder that others read, or their gradients: images (N, H, W, C), the feature map C(x), the
/// conv representation, fc, the code y.
template <class T>
struct Taps {
  Batch<T> image, map, conv, fc, code;
};

/// The three representations of an image, each of which can be the feature that probes measure and commands write: the
/// last map (flattened in the order C, H, W), the last hidden layer, the code.
enum class Representation { conv, fc, y };

/// The member of that name of `all`, EncoderShapes or Taps.
template <class All>
auto representation(const All& all, Representation feature) {
  return feature == Representation::conv ? all.conv : feature == Representation::fc ? all.fc : all.code;
}

/// Which of an encoder's gradients an objective has written before the encoder's backward pass.
struct Written {
  bool map = false, conv = false;
};

/// A pass of any encoder: its activations and gradients, bound to weights that other passes may share. All arrays lie
/// in the backend's memory; the pass owns none of them. EncoderPass makes one from an encoder's type, GraphEncoderPass
/// from its graph.
///
/// A trainer or a frozen encoder owns the pass and calls it in this order: once lay_out, with an arena that it keeps
/// until the pass is destroyed, and bind, with weights that outlive the pass; initialise writes such weights and may be
/// called on another pass of the same encoder; then, for each pass over images, set_count, the images into
/// taps().image, forward, and where there are gradients, those of the code and of what `written` names into
/// gradients(), and backward.
template <class B, class T>
class AnyEncoder {
 public:
  virtual ~AnyEncoder() = default;

  /// Its layers.
  virtual const EncoderGraph<B, T>& graph() const = 0;
  virtual EncoderShapes shapes() const = 0;
  virtual Counts counts() const = 0;
  /// Names of its parameters and statistics.
  virtual Entries entries() const = 0;
  /// Another pass of the same encoder, not yet bound to weights.
  virtual std::unique_ptr<AnyEncoder> fresh() const = 0;
  /// Writes the initial parameters and statistics.
  virtual void initialise(const B& backend, std::uint64_t seed, Weights<T> weights) const = 0;
  /// Computes with these weights from now on, and writes their gradients; they aren't copied.
  virtual void bind(Weights<T> weights) = 0;
  /// Takes memory for passes over up to sizes.samples images, with gradients or for inference only.
  virtual void lay_out(const B& backend, Arena& arena, Sizes sizes, bool with_gradients) = 0;
  /// Bytes that `scratch` must have in forward and backward; their contents needn't be kept between calls.
  virtual long scratch_bytes() const = 0;
  /// Chooses how many images the next pass has; their pixels go to taps().image.
  virtual void set_count(int images) = 0;
  virtual Taps<T> taps() const = 0;
  virtual Taps<T> gradients() const = 0;
  /// From images to map, conv, fc and code.
  virtual void forward(const B& backend, const Step& step, std::byte* scratch,
                       const After<B, T>& after = {}) const = 0;
  /// From the code's gradient to the weights', as `learn` says, adding to the gradients that `written` names.
  virtual void backward(const B& backend, Written written, const Step& step, std::byte* scratch,
                        Learn learn = Learn::overwrite, const After<B, T>& after = {}) const = 0;
};

/// A loss, the estimate that it stands for, and what that can't exceed, all in nats.
struct Measured {
  double loss = 0, estimate = 0, ceiling = 0;
};

/// The losses of matching a prior, in nats: of the encoder, of the adversary, and the adversary's penalty.
struct PriorLosses {
  double encoder = 0, adversary = 0, penalty = 0;
};

/// The losses of one step, in nats.
struct Losses {
  Measured local, global;  // unweighted; zero where the task doesn't use them
  PriorLosses prior;
};

/// The sizes that an objective is laid out for: N images, P locations of the map, M global vectors per image.
struct ObjectiveSizes {
  int images = 0, locations = 0, globals = 0, threads = 1;
};

/// A pass of any objective: it takes the activations of an encoder's passes, one for each view of the images, and
/// writes their gradients. ObjectivePass makes one from an objective's type.
///
/// A trainer owns it and the memory of its weights, which follow the encoder's. It calls lay_out and bind once, with
/// memory that outlives the pass, and initialise; then in each step prepare, before the work begins, evaluate, after the
/// encoder's forward passes and before their backward passes, and read, once the losses are back on the host.
template <class B, class T>
class AnyObjective {
 public:
  virtual ~AnyObjective() = default;

  /// How many views of each image it takes, hence passes of the encoder, of which the first updates BatchNorm's
  /// statistics.
  virtual int views() const { return 1; }
  virtual Counts counts() const = 0;
  /// The gradients that `evaluate` writes besides the code's, for every view.
  virtual Written written() const = 0;
  virtual Entries entries() const = 0;
  virtual void initialise(const B& backend, std::uint64_t seed, Weights<T> weights) const = 0;
  virtual void bind(Weights<T> weights) = 0;
  virtual void lay_out(const B& backend, Arena& arena, ObjectiveSizes sizes) = 0;
  virtual long scratch_bytes(const B& backend) const = 0;
  /// Writes what the next step needs into `state`, whose number is set. Throws Error if the step is impossible.
  virtual void prepare(std::uint64_t seed, StepState& state) = 0;
  /// How many losses `evaluate` writes.
  virtual int losses() const = 0;
  /// From the activations of all views to losses, the gradients of activations and those of its own weights.
  virtual void evaluate(const B& backend, std::span<const Taps<T>> taps, std::span<const Taps<T>> gradients,
                        const Step& step, double* losses, std::byte* scratch) = 0;
  /// The meaning of the losses that `evaluate` has written, once they are downloaded.
  virtual Losses read(const double* losses) = 0;
};

}  // namespace DIM_ABI
}  // namespace dim
