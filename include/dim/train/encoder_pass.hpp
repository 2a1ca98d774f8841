// A pass through an encoder.
#pragma once
#include <tuple>

#include "any.hpp"
#include "encoder.hpp"

namespace dim::inline DIM_ABI {

/// The activations and gradients of one pass of encoder Net over up to N images, bound to weights that other
/// passes may share. The encoder runs in segments that end where somebody looks: at the map, at conv, at fc,
/// at the code.
template <class Net, class B, class T>
class EncoderPass final : public AnyEncoder<B, T> {
  static constexpr int segments = 4;
  using Summary = typename Net::Summary::Parts;
  using Segments = std::tuple<typename Net::Maps::Parts,  //
                              typename Slice<Summary, 0, Net::conv_at>::type,
                              typename Slice<Summary, Net::conv_at, Net::fc_at - Net::conv_at>::type,
                              typename Slice<Summary, Net::fc_at, Summary::depth - Net::fc_at>::type>;
  template <int K>
  using Segment = std::tuple_element_t<std::size_t(K), Segments>;
  template <int K>
  static constexpr bool empty = Segment<K>::depth == 0;

  // Boundary K enters segment K; an empty segment's two boundaries are one.
  template <int K>
  static constexpr bool shared = empty<(K > 0 ? K - 1 : 0)> && K > 0;
  static constexpr std::array<Shape, segments + 1> boundaries{Net::image, Net::map, Net::conv,
                                                              Net::has_fc ? Net::fc : Net::conv, Net::code};
  template <int K>
  static constexpr int border() {
    if constexpr (K == segments)
      return 0;
    else if constexpr (empty<K>)
      return border<K + 1>();
    else
      return needs_of<B, T, Segment<K>>(boundaries[K]).border;
  }
  template <int K>
  static constexpr int gradient_border() {
    if constexpr (K == 0)
      return 0;
    else if constexpr (empty<K - 1>)
      return gradient_border<K - 1>();
    else
      return needs_of<B, T, Segment<K - 1>>(boundaries[K - 1]).gradient_border;
  }
  template <int K>
  using Activation = View<T, boundaries[K], border<K>()>;
  template <int K>
  using Gradient = View<T, boundaries[K], gradient_border<K>()>;
  template <int K>
  using SegmentNetwork = Network<B, Segment<K>, boundaries[K], T>;

 public:
  EncoderShapes shapes() const override { return {Net::image, Net::map, Net::conv, Net::fc, Net::code}; }
  Counts counts() const override {
    return dim::counts<typename Net::Maps>(Net::image) + dim::counts<typename Net::Summary>(Net::map);
  }
  Entries entries() const override { return Net::entries(); }
  std::unique_ptr<AnyEncoder<B, T>> fresh() const override { return std::make_unique<EncoderPass>(); }

  void initialise(const B& backend, std::uint64_t seed, Weights<T> weights) const override {
    dim::initialise<typename Net::Initialisation>(backend, entries(), seed, 0, weights.parameters,
                                                  weights.statistics);
  }
  void bind(Weights<T> weights) override {
    Counts before;
    for_each_index<segments>([&](auto k) {
      if constexpr (!empty<k>) {
        std::get<k>(networks_).bind(weights.after(before), before.leaves);
        before = before + SegmentNetwork<k>::counts;
      }
    });
  }

  void lay_out(Arena& arena, Sizes sizes, bool with_gradients) override {
    for_each_index<segments + 1>([&](auto k) {
      if constexpr (shared<k>) {
        activations_[k] = activations_[k - 1];
        gradients_[k] = gradients_[k - 1];
      } else {
        activations_[k] = arena.take<T>(sizes.samples * Activation<k>::stored);
        if (with_gradients && k > 0) gradients_[k] = arena.take<T>(sizes.samples * Gradient<k>::stored);
      }
    });
    for_each_index<segments>([&](auto k) {
      if constexpr (!empty<k>) std::get<k>(networks_).lay_out(arena, sizes);
    });
  }
  long scratch_bytes() const override {
    long bytes = 0;
    for_each_index<segments>([&](auto k) {
      if constexpr (!empty<k>) bytes = (std::max)(bytes, std::get<k>(networks_).scratch_bytes());
    });
    return bytes;
  }

  void set_count(int images) override { count_ = images; }
  Taps<T> taps() const override {
    return {activation<0>().pictures(), activation<1>().pictures(), activation<2>().pictures(),
            activation<3>().pictures(), activation<4>().pictures()};
  }
  Taps<T> gradients() const override {
    return {{},
            gradient<1>().pictures(),
            gradient<2>().pictures(),
            gradient<3>().pictures(),
            gradient<4>().pictures()};
  }

  void forward(const B& backend, Step step, std::byte* scratch) const override {
    for_each_index<segments>([&](auto k) {
      if constexpr (!empty<k>)
        std::get<k>(networks_).forward(backend, constant(activation<k>()), activation<k + 1>(), step,
                                       scratch);
    });
  }

  void backward(const B& backend, Uses written, Step step, std::byte* scratch) const override {
    const auto adds = [&](const T* to) {
      return (written.map && to == gradients_[1]) || (written.conv && to == gradients_[2]);
    };
    for_each_index_reversed<segments>([&](auto k) {
      if constexpr (!empty<k>)
        std::get<k>(networks_).backward(backend, constant(activation<k>()), constant(activation<k + 1>()),
                                        constant(gradient<k + 1>()), gradient<k>(), step, scratch,
                                        k > 0 && adds(gradients_[k]) ? Write::add : Write::overwrite);
    });
  }

 private:
  template <int K>
  Activation<K> activation() const {
    return {activations_[K], count_};
  }
  template <int K>
  Gradient<K> gradient() const {
    return {K == 0 ? nullptr : gradients_[K], count_};
  }

  template <class Indices>
  struct NetworksOf;
  template <int... K>
  struct NetworksOf<std::integer_sequence<int, K...>> {
    using type = std::tuple<SegmentNetwork<K>...>;
  };

  typename NetworksOf<std::make_integer_sequence<int, segments>>::type networks_;
  std::array<T*, segments + 1> activations_{}, gradients_{};
  int count_ = 0;
};

}  // namespace dim::inline DIM_ABI
