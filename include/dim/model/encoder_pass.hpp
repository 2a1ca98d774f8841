// A pass through an encoder.
#pragma once
#include "../core/network.hpp"
#include "encoder.hpp"
#include "interfaces.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The shapes of encoder Net.
template <class Net>
constexpr EncoderShapes encoder_shapes() {
  return {Net::image, Net::map, Net::conv, Net::fc, Net::code};
}

/// The layers of encoder Net: map, conv and fc are kept.
template <class Net, class B, class T>
EncoderGraph<B, T> encoder_graph() {
  using Summary = typename Net::Summary::Parts;
  EncoderGraph<B, T> encoder{.graph = Graph<B, T>(Net::image),
                             .initialise = &dim::initialise<typename Net::Initialisation, B, T>};
  Graph<B, T>& graph = encoder.graph;
  graph.template append<typename Net::Maps>("maps.");
  encoder.map = encoder.conv = graph.end();
  graph.keep();
  for_each_index<Summary::depth>([&](auto i) {
    if (Net::has_fc && i == Net::conv_at) {
      encoder.conv = graph.end();
      graph.keep();
    }
    if (Net::has_fc && i == Net::fc_at) {
      encoder.fc = graph.end();
      graph.keep();
    }
    graph.template append<typename Summary::template layer<i>>("summary." + std::to_string(int(i)) + ".");
  });
  encoder.code = graph.end();
  return encoder;
}

/// The activations and gradients of one pass of an encoder over up to N images, bound to weights that other passes
/// may share.
template <class B, class T>
class GraphEncoderPass : public AnyEncoder<B, T> {
 public:
  explicit GraphEncoderPass(EncoderGraph<B, T> encoder)
      : encoder_(std::move(encoder)), network_(encoder_.graph) {}

  const EncoderGraph<B, T>& graph() const override { return encoder_; }
  EncoderShapes shapes() const override { return encoder_.shapes(); }
  Counts counts() const override { return network_.counts(); }
  Entries entries() const override { return network_.entries(); }
  std::unique_ptr<AnyEncoder<B, T>> fresh() const override {
    return std::make_unique<GraphEncoderPass>(encoder_);
  }

  void initialise(const B& backend, std::uint64_t seed, Weights<T> weights) const override {
    encoder_.initialise(backend, entries(), seed, 0, weights.parameters, weights.statistics);
  }
  void bind(Weights<T> weights) override { network_.bind(weights); }

  void lay_out(const B& backend, Arena& arena, Sizes sizes, bool with_gradients) override {
    count_ = sizes.samples;
    network_.lay_out(backend, arena, sizes, with_gradients);
    image_ = arena.take<T>(stored(image()));
    code_ = arena.take<T>(stored(code()));
    if (with_gradients) dcode_ = arena.take<T>(stored(dcode()));
  }
  long scratch_bytes() const override { return network_.scratch_bytes(); }

  void set_count(int images) override { count_ = images; }
  Taps<T> taps() const override {
    return {image(), activation(encoder_.map), activation(encoder_.conv), activation(encoder_.fc), code()};
  }
  Taps<T> gradients() const override {
    return {{}, gradient(encoder_.map), gradient(encoder_.conv), gradient(encoder_.fc), dcode()};
  }

  void forward(const B& backend, const Step& step, std::byte* scratch,
               const After<B, T>& after = {}) const override {
    network_.forward(backend, image(), code(), step, scratch, Write::overwrite, after);
  }
  void backward(const B& backend, Written written, const Step& step, std::byte* scratch,
                Learn learn = Learn::overwrite, const After<B, T>& after = {}) const override {
    const auto is_written = [&](int slot) {
      return (written.map && slot == encoder_.map) || (written.conv && slot == encoder_.conv);
    };
    network_.backward(backend, image(), code(), dcode(), Batch<T>{}, step, scratch, Write::overwrite, learn,
                      is_written, after);
  }

 private:
  Batch<T> image() const { return {image_, count_, encoder_.shape(0), network_.border()}; }
  Batch<T> code() const { return {code_, count_, encoder_.shape(encoder_.code)}; }
  Batch<T> dcode() const { return {dcode_, count_, code().shape, network_.gradient_border()}; }
  Batch<T> activation(int slot) const { return slot < 0 ? Batch<T>{} : network_.activation(slot, count_); }
  Batch<T> gradient(int slot) const { return slot < 0 ? Batch<T>{} : network_.kept_gradient(slot, count_); }
  static long stored(const Batch<T>& batch) { return batch.count * batch.sample(); }

  EncoderGraph<B, T> encoder_;
  Network<B, T> network_;
  T *image_ = nullptr, *code_ = nullptr, *dcode_ = nullptr;
  long count_ = 0;
};

/// The same for an encoder whose type is known at compile time.
template <class Net, class B, class T>
class EncoderPass final : public GraphEncoderPass<B, T> {
 public:
  EncoderPass() : GraphEncoderPass<B, T>(encoder_graph<Net, B, T>()) {}
};

}  // namespace DIM_ABI
}  // namespace dim
