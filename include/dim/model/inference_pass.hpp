// Inference passes of an encoder.
#pragma once
#include <limits>

#include "../core/error.hpp"
#include "interfaces.hpp"

namespace dim {
inline namespace DIM_ABI {

/// An inference pass with memory of its own, so that calls allocate nothing.
template <class B, class T>
class InferencePass {
 public:
  /// For up to `images` images, by an encoder that it binds to `weights`. Throws Error if that would take more than
  /// `most_bytes`, or more than there is.
  InferencePass(const B& backend, std::unique_ptr<AnyEncoder<B, T>> encoder, const Weights<T>& weights,
                int images, long most_bytes = (std::numeric_limits<long>::max)())
      : backend_(backend), encoder_(std::move(encoder)), images_(images) {
    Arena measured;
    lay_out(measured);
    if (measured.used() > most_bytes)
      throw Error("a pass over ", images, " images takes ", measured.used() >> 20, " MiB, more than the ",
                  most_bytes >> 20, " MiB that were allowed; allow more, or take fewer images at a time");
    memory_ = Memory<B>(backend, measured.used());
    Arena arena(memory_.data());
    lay_out(arena);
    encoder_->bind(weights);
  }

  /// The most images per call, the backend, and how much memory the pass holds.
  int images() const { return images_; }
  const B& backend() const { return backend_; }
  long bytes() const { return memory_.bytes(); }

  /// Encodes `count` images, with write(to, n) writing image n as for load_batch, and returns their activations,
  /// which lie in the backend's memory.
  template <class Write>
  Taps<T> forward(int count, const Write& write) {
    encoder_->set_count(count);
    const Taps<T> taps = encoder_->taps();
    load_batch(backend_, taps.image, write);
    run(backend_, [this](const B& backend) { encoder_->forward(backend, Step{}, scratch_); });
    return taps;
  }

 private:
  void lay_out(Arena& arena) {
    encoder_->lay_out(backend_, arena, {images_, backend_.threads()}, false);
    scratch_ = arena.take_bytes(encoder_->scratch_bytes());
  }

  B backend_;
  std::unique_ptr<AnyEncoder<B, T>> encoder_;
  int images_;
  Memory<B> memory_;
  std::byte* scratch_ = nullptr;
};

}  // namespace DIM_ABI
}  // namespace dim
