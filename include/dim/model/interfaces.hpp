// The seam at which an encoder and an objective meet: a few virtual calls a step, so that a program that
// chooses both at run time compiles encoders + objectives and not their product.
#pragma once
#include <memory>
#include <span>

#include "../core/arena.hpp"
#include "../core/network.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The shapes of an encoder's activations; an invalid one is not there.
struct EncoderShapes {
  Shape image, map, conv, fc, code;
};

/// An encoder's layers, and the slots at which others look at it.
template <class B, class T>
struct EncoderGraph {
  Graph<B, T> graph;
  int map = 0, conv = 0, fc = -1, code = 0;  // fc: -1 where there is none
  /// Writes the first parameters and statistics.
  void (*initialise)(const B& backend, const Entries& entries, std::uint64_t seed, std::uint64_t salt,
                     T* parameters, T* statistics) = nullptr;

  Shape shape(int slot) const { return slot < 0 ? Shape{} : graph.slots()[std::size_t(slot)].shape; }
  EncoderShapes shapes() const { return {shape(0), shape(map), shape(conv), shape(fc), shape(code)}; }
};

/// The activations of an encoder that others look at, or their gradients: images (N, H, W, C), the feature
/// map C(x), the conv representation, fc, the code y.
template <class T>
struct Taps {
  Batch<T> image, map, conv, fc, code;
};

/// The three representations: the last map (flattened in the order C, H, W), the last hidden layer, the code.
enum class Representation { conv, fc, y };

/// The one of that name of `all`, which are EncoderShapes or Taps.
template <class All>
auto representation(const All& all, Representation feature) {
  return feature == Representation::conv ? all.conv : feature == Representation::fc ? all.fc : all.code;
}

/// Which of an encoder's gradients an objective has written before the encoder's backward pass.
struct Written {
  bool map = false, conv = false;
};

/// A pass of some encoder: its activations and gradients, bound to weights that other passes may share. All arrays lie
/// in the backend's memory.
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
  /// Another pass of the same encoder, bound to nothing yet.
  virtual std::unique_ptr<AnyEncoder> fresh() const = 0;
  /// Writes the first parameters and statistics.
  virtual void initialise(const B& backend, std::uint64_t seed, Weights<T> weights) const = 0;
  virtual void bind(Weights<T> weights) = 0;
  /// Takes memory for passes over up to sizes.samples images, with gradients or for inference only.
  virtual void lay_out(const B& backend, Arena& arena, Sizes sizes, bool with_gradients) = 0;
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

/// A loss, what it estimates and what that cannot exceed, all in nats.
struct Measured {
  double loss = 0, estimate = 0, ceiling = 0;
};

/// What matching a prior cost, in nats: what the encoder pays, what the adversary pays, its penalty.
struct PriorLosses {
  double encoder = 0, adversary = 0, penalty = 0;
};

/// What one step cost, in nats.
struct Losses {
  Measured local, global;  // unweighted; zero where the task doesn't use them
  PriorLosses prior;
};

/// How much of everything an objective meets: N images, P locations of the map, M global vectors an image.
struct ObjectiveSizes {
  int images = 0, locations = 0, globals = 0, threads = 1;
};

/// A pass of some objective: it takes the activations of an encoder's passes, one for each view of the images that it
/// wants, and writes their gradients.
template <class B, class T>
class AnyObjective {
 public:
  virtual ~AnyObjective() = default;

  /// How many views of each image it wants, hence passes of the encoder: the first trains BatchNorm's statistics.
  virtual int views() const { return 1; }
  virtual Counts counts() const = 0;
  /// The gradients that `evaluate` writes beside the code's, of every view.
  virtual Written written() const = 0;
  virtual Entries entries() const = 0;
  virtual void initialise(const B& backend, std::uint64_t seed, Weights<T> weights) const = 0;
  virtual void bind(Weights<T> weights) = 0;
  virtual void lay_out(const B& backend, Arena& arena, ObjectiveSizes sizes) = 0;
  virtual long scratch_bytes(const B& backend) const = 0;
  /// Writes into `state`, whose number is set, what the next step needs. Throws Error for what can't be a step.
  virtual void prepare(std::uint64_t seed, StepState& state) = 0;
  /// How many losses `evaluate` writes.
  virtual int losses() const = 0;
  /// From the activations of all views to losses, the gradients of activations and those of its own weights.
  virtual void evaluate(const B& backend, std::span<const Taps<T>> taps, std::span<const Taps<T>> gradients,
                        const Step& step, double* losses, std::byte* scratch) = 0;
  /// What the losses mean that `evaluate` has written, once they are fetched.
  virtual Losses read(const double* losses) = 0;
};

}  // namespace DIM_ABI
}  // namespace dim
