// Layers one after another.
#pragma once
#include "fused.hpp"
#include "index.hpp"
#include "run.hpp"

namespace dim::inline DIM_ABI {

/// One joint of a chain, named so that a compiler's error reads `Link<4, Conv<...>, Shape{...}>`: the place,
/// the layer, and what reached it. Past a broken joint nothing more is reported.
template <int Index, class L, Shape In>
struct Link {
  static consteval bool fits() {
    if constexpr (In.valid()) L::template require_fit<In>();
    return true;
  }
};

/// The memory of a chain of `Depth` layers, worked out before the program runs. Activation i enters layer i;
/// activations 0 and Depth belong to the caller.
template <int Depth>
struct ChainPlan {
  static constexpr std::size_t activation_count = std::size_t(Depth) + 1;

  std::array<Shape, activation_count> shapes{};
  std::array<int, activation_count> borders{}, gradient_borders{};
  std::array<Extent, activation_count> activations{};  // where they begin in `saved`
  /// Where the gradients begin: in `saved` if bordered, else in `scratch`.
  std::array<Extent, activation_count> gradients{};
  std::array<Extent, activation_count> saved{};   // where layer i's own begin
  std::array<Counts, activation_count> before{};  // what the layers ahead of layer i own
  Extent scratch;                                 // of the chain itself, ahead of that of its layers
  Needs total;
};

/// Bytes of one sample within a border.
constexpr Extent bordered(Shape shape, int border, long scalar) {
  const long side = 2L * border;
  return Extent{.per_sample = (shape.height + side) * (shape.width + side) * shape.channels * scalar}
      .rounded();
}

/// Layers applied one after another: a flat list, itself a layer, so that chains nest. A network may be named
/// by inheriting, `struct Maps : Sequential<...> {};`, which shortens what errors print.
template <Layer... Layers>
struct Sequential {
  using Parts = Sequential;
  static constexpr int depth = sizeof...(Layers);
  template <int I>
  using layer = nth<I, Layers...>;

  static constexpr Reads reads = [] {
    constexpr std::array<Reads, sizeof...(Layers) + 1> of{Layers::reads...};
    const bool input = depth > 0 && includes(of[0], Reads::input);
    const bool output = depth > 0 && includes(of[depth > 0 ? depth - 1 : 0], Reads::output);
    return (input ? Reads::input : Reads::nothing) | (output ? Reads::output : Reads::nothing);
  }();

  /// The shape that enters each layer, and the last one's output; {0, 0, 0} from the first misfit on.
  static constexpr std::array<Shape, sizeof...(Layers) + 1> shapes(Shape in) {
    std::array<Shape, sizeof...(Layers) + 1> result{in};
    std::size_t i = 0;
    ((result[i + 1] = result[i].valid() ? Layers::output(result[i]) : Shape{}, ++i), ...);
    return result;
  }
  static constexpr Shape output(Shape in) { return depth > 0 ? shapes(in)[depth] : Shape{}; }

  static constexpr Counts counts(Shape in) {
    const auto shape = shapes(in);
    Counts sum;
    std::size_t i = 0;
    ((sum = sum + dim::counts<Layers>(shape[i++])), ...);
    return sum;
  }

  template <Shape In>
  static consteval void require_fit() {
    static_assert(depth > 0, "Sequential: name at least one layer");
    []<int... I>(std::integer_sequence<int, I...>) {
      static_assert((Link<I, Layers, shapes(In)[I]>::fits() && ...));
    }(std::make_integer_sequence<int, depth>{});
  }

  static void list(Shape in, const std::string& path, Entries& entries, int first = 0) {
    const auto shape = shapes(in);
    std::size_t i = 0;
    ((dim::list<Layers>(shape[i++], path + std::to_string(first++) + ".", entries)), ...);
  }

  static std::string name() {
    std::string names;
    ((names += (names.empty() ? "" : ", ") + Layers::name()), ...);
    return "Sequential<" + names + ">";
  }

  /// The plan for backend B, scalars T and samples of shape `in`.
  template <class B, class T>
  static constexpr ChainPlan<depth> make_plan(Shape in) {
    constexpr long scalar = sizeof(T);
    ChainPlan<depth> plan;
    plan.shapes = shapes(in);
    std::size_t i = 0;
    const std::array<Needs, sizeof...(Layers)> needs{needs_of<B, T, Layers>(plan.shapes[i++])...};
    i = 0;
    ((plan.before[i + 1] = plan.before[i] + dim::counts<Layers>(plan.shapes[i]), ++i), ...);

    // An element-wise layer writes over its input, unless the layer before still needs that value or the
    // result is the caller's, who may want it added to what is there.
    constexpr std::array<Reads, sizeof...(Layers)> reads_of{Layers::reads...};
    Extent& saved = plan.total.saved;
    for (std::size_t k = depth - 1; k > 0; --k) {
      const bool in_place = k + 1 < depth && reads_of[k] == Reads::output &&
                            !includes(reads_of[k - 1], Reads::output) &&
                            needs[k].border <= plan.borders[k + 1] && plan.shapes[k] == plan.shapes[k + 1];
      plan.borders[k] = in_place ? plan.borders[k + 1] : needs[k].border;
      plan.activations[k] = in_place ? plan.activations[k + 1] : saved;
      if (!in_place) saved = saved + bordered(plan.shapes[k], plan.borders[k], scalar);
    }

    // Gradients without a border take turns in two buffers; one with a border has its own, that its zeros
    // last.
    Extent widest;
    for (std::size_t k = 1; k < depth; ++k) {
      plan.gradient_borders[k] = needs[k - 1].gradient_border;
      if (plan.gradient_borders[k] == 0) widest = larger(widest, bordered(plan.shapes[k], 0, scalar));
    }
    for (std::size_t k = 1; k < depth; ++k) {
      if (plan.gradient_borders[k] > 0) {
        plan.gradients[k] = saved;
        saved = saved + bordered(plan.shapes[k], plan.gradient_borders[k], scalar);
      } else {
        plan.gradients[k] = k % 2 ? widest : Extent{};
      }
    }
    plan.scratch = widest + widest;

    for (std::size_t k = 0; k < depth; ++k) {
      plan.saved[k] = saved;
      saved = saved + needs[k].saved;
      plan.total.scratch = larger(plan.total.scratch, needs[k].scratch);
    }
    plan.total.scratch = plan.total.scratch + plan.scratch;
    plan.total.border = needs[0].border;
    plan.total.gradient_border = needs[depth - 1].gradient_border;
    plan.total.views = true;
    return plan;
  }
  template <class B, class T, Shape In>
  static constexpr ChainPlan<depth> plan = make_plan<B, T>(In);
};

/// What backend B runs for a list: its layers one by one, but for neighbours that it runs as one.
template <class B, class Done, Layer... Left>
struct Rewrite {
  using type = Done;
};
template <class B, Layer... Done, Layer Next, Layer... Left>
struct Rewrite<B, Sequential<Done...>, Next, Left...> : Rewrite<B, Sequential<Done..., Next>, Left...> {};
template <class B, Layer... Done, Layer First, Layer Second, Layer... Left>
  requires StatesNeeds<B, Fused<First, Second>>
struct Rewrite<B, Sequential<Done...>, First, Second, Left...>
    : Rewrite<B, Sequential<Done..., Fused<First, Second>>, Left...> {};
template <class B, Layer... Layers>
using Rewritten = typename Rewrite<B, Sequential<>, Layers...>::type;

template <class B, Layer... Layers>
constexpr Needs needs(const B&, Sequential<Layers...>, Shape in, long scalar) {
  using Chain = Rewritten<B, Layers...>;
  return scalar == sizeof(double) ? Chain::template make_plan<B, double>(in).total
                                  : Chain::template make_plan<B, float>(in).total;
}

template <class B, Layer... Layers, class Input, class Output>
void forward(const B& backend, Sequential<Layers...>, const ForwardPass<Input, Output>& pass) {
  using Chain = Rewritten<B, Layers...>;
  using T = typename Output::Scalar;
  const Sizes sizes = pass.memory.sizes;

  // The view of activation k: the caller's at both ends, a piece of `saved` between.
  const auto activation = [&](auto k) {
    constexpr const auto& plan = Chain::template plan<B, T, Input::shape>;
    return View<T, plan.shapes[k], plan.borders[k]>{
        reinterpret_cast<T*>(pass.memory.saved + plan.activations[k].at(sizes)), pass.input.count};
  };
  for_each_index<Chain::depth>([&](auto i) {
    constexpr const auto& plan = Chain::template plan<B, T, Input::shape>;
    constexpr bool first = i == 0, last = i + 1 == Chain::depth;
    const auto run = [&](auto input, auto output) {
      run_forward<typename Chain::template layer<i>>(
          backend, ForwardPass<decltype(input), decltype(output)>{
                       .input = input,
                       .output = output,
                       .write = last ? pass.write : Write::overwrite,
                       .parameters = pass.parameters + plan.before[i].parameters,
                       .statistics = pass.statistics + plan.before[i].statistics,
                       .memory = {pass.memory.saved + plan.saved[i].at(sizes),
                                  pass.memory.scratch + plan.scratch.at(sizes), sizes},
                       .step = pass.step,
                       .leaf = pass.leaf + plan.before[i].leaves});
    };
    const auto with_input = [&](auto input) {
      if constexpr (last)
        run(input, pass.output);
      else
        run(input, activation(std::integral_constant<int, i + 1>{}));
    };
    if constexpr (first)
      with_input(pass.input);
    else
      with_input(constant(activation(i)));
  });
}

template <class B, Layer... Layers, class Input, class Output, class DOutput, class DInput>
void backward(const B& backend, Sequential<Layers...>,
              const BackwardPass<Input, Output, DOutput, DInput>& pass) {
  using Chain = Rewritten<B, Layers...>;
  using T = typename DInput::Scalar;
  const Sizes sizes = pass.memory.sizes;
  const int count = pass.doutput.count;

  const auto activation = [&](auto k) {
    constexpr const auto& plan = Chain::template plan<B, T, Input::shape>;
    if constexpr (k == 0)
      return pass.input;
    else if constexpr (k == Chain::depth)
      return pass.output;
    else
      return View<const T, plan.shapes[k], plan.borders[k]>{
          reinterpret_cast<const T*>(pass.memory.saved + plan.activations[k].at(sizes)), count};
  };
  const auto gradient = [&](auto k) {
    constexpr const auto& plan = Chain::template plan<B, T, Input::shape>;
    std::byte* const home = plan.gradient_borders[k] > 0 ? pass.memory.saved : pass.memory.scratch;
    return View<T, plan.shapes[k], plan.gradient_borders[k]>{
        reinterpret_cast<T*>(home + plan.gradients[k].at(sizes)), count};
  };
  for_each_index_reversed<Chain::depth>([&](auto i) {
    constexpr const auto& plan = Chain::template plan<B, T, Input::shape>;
    constexpr bool first = i == 0, last = i + 1 == Chain::depth;
    const std::integral_constant<int, i + 1> next;
    const auto run = [&](auto doutput, auto dinput) {
      const auto input = activation(i);
      const auto output = activation(next);
      run_backward<typename Chain::template layer<i>>(
          backend,
          BackwardPass<std::remove_const_t<decltype(input)>, std::remove_const_t<decltype(output)>,
                       decltype(doutput), decltype(dinput)>{
              .input = input,
              .output = output,
              .doutput = doutput,
              .dinput = dinput,
              .write = first ? pass.write : Write::overwrite,
              .parameters = pass.parameters + plan.before[i].parameters,
              .dparameters = pass.dparameters ? pass.dparameters + plan.before[i].parameters : nullptr,
              .write_parameters = pass.write_parameters,
              .memory = {pass.memory.saved + plan.saved[i].at(sizes),
                         pass.memory.scratch + plan.scratch.at(sizes), sizes},
              .step = pass.step});
    };
    const auto with_doutput = [&](auto doutput) {
      if constexpr (first)
        run(doutput, pass.dinput);
      else
        run(doutput, gradient(i));
    };
    if constexpr (last)
      with_doutput(pass.doutput);
    else
      with_doutput(constant(gradient(next)));
  });
}

}  // namespace dim::inline DIM_ABI
