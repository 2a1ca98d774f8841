// Encoders for inference.
#pragma once
#include <algorithm>
#include <memory>
#include <mutex>
#include <span>

#include "../data/array_images.hpp"
#include "../data/dataset.hpp"
#include "inference_pass.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The type of array that encode() returns; xtensor/arrays.hpp defines it.
template <class T, class = void>
struct CodesArray {
  static_assert(
      sizeof(T) == 0,
      "encode() returns an array of xtensor's: #include <dim/xtensor/arrays.hpp>, or call features(), "
      "which writes where it is told");
};

/// An encoder for inference: its passes use the running statistics and change nothing, so that many threads may share
/// one. It refers to weights that a trainer owns, or owns those that were read from a file. It and its copies keep
/// the memory of a pass, up to 64 MiB, for the next one; for many calls take an EncoderSession.
template <class B, class T>
class FrozenEncoder {
 public:
  /// `encoder` makes its passes; `owned`, if given, holds the weights.
  FrozenEncoder(const B& backend, std::unique_ptr<AnyEncoder<B, T>> encoder, Weights<T> weights,
                std::shared_ptr<const Memory<B>> owned = {})
      : backend_(backend), encoder_(std::move(encoder)), weights_(weights), owned_(std::move(owned)) {}

  /// An encoder that owns its weights, which fill(encoder, weights) sets.
  template <class Fill>
  static FrozenEncoder owning(const B& backend, std::unique_ptr<AnyEncoder<B, T>> encoder, const Fill& fill) {
    const Counts counts = encoder->counts();
    const long statistics = aligned(counts.parameters * long(sizeof(T)));
    const auto memory =
        std::make_shared<const Memory<B>>(backend, statistics + counts.statistics * long(sizeof(T)));
    const Weights<T> weights{.parameters = reinterpret_cast<T*>(memory->data()),
                             .statistics = reinterpret_cast<T*>(memory->data() + statistics)};
    fill(*encoder, weights);
    return {backend, std::move(encoder), weights, memory};
  }
  /// The same encoder with its own copy of the weights, which stays as it is while a trainer goes on.
  FrozenEncoder copy() const { return copy(backend_); }
  /// The same, to be run by another backend of the same kind, with other threads or arithmetic.
  FrozenEncoder copy(const B& backend) const {
    return owning(backend, encoder_->fresh(), [&](const AnyEncoder<B, T>& encoder, const Weights<T>& own) {
      detail::copy_weights(backend, weights_, own, encoder.counts());
    });
  }

  EncoderShapes shapes() const { return encoder_->shapes(); }
  const EncoderGraph<B, T>& graph() const { return encoder_->graph(); }
  Entries entries() const { return encoder_->entries(); }
  Weights<T> weights() const { return weights_; }
  const B& backend() const { return backend_; }

  /// The shape of a representation; invalid if the encoder doesn't have it.
  Shape shape(Representation feature) const { return representation(shapes(), feature); }

  /// Throws Error if the encoder doesn't have the representation.
  void require_there(Representation feature) const {
    if (!shape(feature).valid())
      throw Error("this encoder has no fc representation, since it has no Linear layer; ask for conv or y");
  }

  /// A separate pass over up to `images` images, by another backend of the same kind. See InferencePass.
  InferencePass<B, T> pass(const B& backend, int images,
                           long most_bytes = (std::numeric_limits<long>::max)()) const {
    return {backend, encoder_->fresh(), weights_, images, most_bytes};
  }

  /// Calls take(first, taps) for the images, chunk by chunk: taps hold, in the backend's memory, the activations of
  /// image `first` and those after it. Throws Error if the images aren't of the encoder's shape.
  template <Dataset Data, class Take>
  void for_each_chunk(const Data& data, const Take& take) const {
    if (!(data.shape() == shapes().image))
      throw Error("this encoder takes images of ", to_string(shapes().image),
                  " (channels x height x width), not of ", to_string(data.shape()),
                  "; give it data like those that it was trained on");
    std::unique_ptr<Pass> pass = pass_over(int((std::min)(data.size(), 128L)));
    for (long first = 0; first < data.size(); first += pass->images()) {
      const int count = int(std::min<long>(pass->images(), data.size() - first));
      take(first, pass->forward(count, [&](const Batch<T>& to, long n) { data.copy(first + n, to, n); }));
    }
    keep(std::move(pass));
  }

  /// Where to write a representation of every image, as (N, C, H, W).
  struct Target {
    Representation feature;
    T* to;
  };
  /// Writes representations of every image, all of them in one pass over the images. Throws Error for one that the
  /// encoder doesn't have.
  template <Dataset Data>
  void features(const Data& data, std::span<const Target> targets) const {
    for (const Target& target : targets) require_there(target.feature);
    for_each_chunk(data, [&](long first, const Taps<T>& taps) {
      for (const auto& [feature, to] : targets)
        download(backend_, constant(representation(taps, feature)), to + first * shape(feature).size());
    });
  }
  /// One representation of every image.
  template <Dataset Data>
  void features(const Data& data, Representation feature, T* to) const {
    const Target target{feature, to};
    features(data, std::span<const Target>(&target, 1));
  }

  /// The codes of images, or another representation, as an array (N, D) in C order. The images are a Dataset or an
  /// xtensor array (N, C, H, W). The numbers of a map are in the order (C, H, W).
  template <class Images>
  auto encode(const Images& images, Representation feature = Representation::y) const {
    if constexpr (Dataset<Images>) {
      using Array = typename CodesArray<T>::type;
      Array rows({std::size_t(images.size()), std::size_t(shape(feature).size())});
      features(images, feature, rows.data());
      return rows;
    } else {
      return encode(images_of(images), feature);
    }
  }

 private:
  using Pass = InferencePass<B, T>;

  /// A pass that is not in use, if there is one.
  struct Spare {
    std::mutex mutex;
    std::unique_ptr<Pass> pass;
  };
  /// Most bytes that are kept.
  static constexpr long most_kept = 64L << 20;

  std::unique_ptr<Pass> pass_over(int images) const {
    {
      const std::lock_guard lock(spare_->mutex);
      if (spare_->pass && spare_->pass->images() >= images) return std::move(spare_->pass);
    }
    return std::make_unique<Pass>(pass(backend_, images));
  }
  void keep(std::unique_ptr<Pass> pass) const {
    if (pass->bytes() > most_kept) return;
    const std::lock_guard lock(spare_->mutex);
    if (!spare_->pass || spare_->pass->images() < pass->images()) spare_->pass = std::move(pass);
  }

  B backend_;
  std::shared_ptr<const AnyEncoder<B, T>> encoder_;
  Weights<T> weights_;
  std::shared_ptr<const Memory<B>> owned_;
  std::shared_ptr<Spare> spare_ = std::make_shared<Spare>();
};

}  // namespace DIM_ABI
}  // namespace dim
