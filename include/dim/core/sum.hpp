// A block and its shortcut.
#pragma once
#include "sequential.hpp"

namespace dim::inline DIM_ABI {

/// A(x) + B(x): a block and its shortcut. The second branch adds to what the first has written, unless a
/// branch's backward pass reads its own output, of which a copy is kept then.
template <Layer A, Layer B>
struct Sum {
  using Parts = Sum;
  static constexpr Reads reads = includes(A::reads | B::reads, Reads::input) ? Reads::input : Reads::nothing;

  static constexpr Shape output(Shape in) { return A::output(in) == B::output(in) ? A::output(in) : Shape{}; }
  static constexpr Counts counts(Shape in) { return dim::counts<A>(in) + dim::counts<B>(in); }

  template <Shape In>
  static consteval void require_fit() {
    static_assert(Link<0, A, In>::fits() && Link<1, B, In>::fits());
    constexpr bool fit = !A::output(In).valid() || !B::output(In).valid() || A::output(In) == B::output(In);
    static_assert(fit, "Sum: its two branches give different shapes");
  }
  static void list(Shape in, const std::string& path, Entries& entries) {
    dim::list<A>(in, path + "0.", entries);
    dim::list<B>(in, path + "1.", entries);
  }
  static std::string name() { return "Sum<" + A::name() + ", " + B::name() + ">"; }
};

/// Where the branches of a Sum keep what they save: A's output if it needs one, A's own, and the same for B.
struct SumPlan {
  std::array<Extent, 2> output, saved;
  Needs total;

  template <class Backend, class T, Layer A, Layer B>
  static constexpr SumPlan make(Shape in) {
    const Needs need[2] = {needs_of<Backend, T, A>(in), needs_of<Backend, T, B>(in)};
    const bool keeps[2] = {includes(A::reads, Reads::output), includes(B::reads, Reads::output)};
    SumPlan plan{};
    for (std::size_t branch = 0; branch < 2; ++branch) {
      plan.output[branch] = plan.total.saved;
      if (keeps[branch]) plan.total.saved = plan.total.saved + dense(A::output(in), sizeof(T));
      plan.saved[branch] = plan.total.saved;
      plan.total.saved = plan.total.saved + need[branch].saved;
      plan.total.scratch = larger(plan.total.scratch, need[branch].scratch);
      plan.total.border = (std::max)(plan.total.border, need[branch].border);
      plan.total.gradient_border = (std::max)(plan.total.gradient_border, need[branch].gradient_border);
    }
    plan.total.views = true;
    return plan;
  }
};

template <class Backend, Layer A, Layer B>
constexpr Needs needs(const Backend&, Sum<A, B>, Shape in, long scalar) {
  return scalar == sizeof(double) ? SumPlan::make<Backend, double, A, B>(in).total
                                  : SumPlan::make<Backend, float, A, B>(in).total;
}

template <class Backend, Layer A, Layer B, class Input, class Output>
void forward(const Backend& backend, Sum<A, B>, const ForwardPass<Input, Output>& pass) {
  using T = typename Output::Scalar;
  static constexpr SumPlan plan = SumPlan::make<Backend, T, A, B>(Input::shape);
  const Sizes sizes = pass.memory.sizes;

  const auto run = [&]<class Branch>(Branch, auto index, Counts before, Write write) {
    const auto into = [&](auto output, Write how) {
      run_forward<Branch>(backend, ForwardPass<Input, decltype(output)>{
                                       .input = pass.input,
                                       .output = output,
                                       .write = how,
                                       .parameters = pass.parameters + before.parameters,
                                       .statistics = pass.statistics + before.statistics,
                                       .memory = {pass.memory.saved + plan.saved[index].at(sizes),
                                                  pass.memory.scratch, sizes},
                                       .step = pass.step,
                                       .leaf = pass.leaf + before.leaves});
    };
    if constexpr (includes(Branch::reads, Reads::output)) {
      const View<T, Output::shape> own{reinterpret_cast<T*>(pass.memory.saved + plan.output[index].at(sizes)),
                                       pass.output.count};
      into(own, Write::overwrite);
      copy(backend, constant(own).pictures(), pass.output.pictures(), write);
    } else {
      into(pass.output, write);
    }
  };
  run(A{}, std::integral_constant<int, 0>{}, Counts{}, pass.write);
  run(B{}, std::integral_constant<int, 1>{}, counts<A>(Input::shape), Write::add);
}

template <class Backend, Layer A, Layer B, class Input, class Output, class DOutput, class DInput>
void backward(const Backend& backend, Sum<A, B>, const BackwardPass<Input, Output, DOutput, DInput>& pass) {
  using T = typename DInput::Scalar;
  static constexpr SumPlan plan = SumPlan::make<Backend, T, A, B>(Input::shape);
  const Sizes sizes = pass.memory.sizes;

  const auto run = [&]<class Branch>(Branch, auto index, Counts before, Write write) {
    const View<const T, Output::shape> own{
        reinterpret_cast<const T*>(pass.memory.saved + plan.output[index].at(sizes)), pass.doutput.count};
    run_backward<Branch>(
        backend, BackwardPass<Input, decltype(constant(own)), DOutput, DInput>{
                     .input = pass.input,
                     .output = own,
                     .doutput = pass.doutput,
                     .dinput = pass.dinput,
                     .write = write,
                     .parameters = pass.parameters + before.parameters,
                     .dparameters = pass.dparameters ? pass.dparameters + before.parameters : nullptr,
                     .write_parameters = pass.write_parameters,
                     .memory = {pass.memory.saved + plan.saved[index].at(sizes), pass.memory.scratch, sizes},
                     .step = pass.step});
  };
  run(A{}, std::integral_constant<int, 0>{}, Counts{}, pass.write);
  run(B{}, std::integral_constant<int, 1>{}, counts<A>(Input::shape), Write::add);
}

}  // namespace dim::inline DIM_ABI
