#include <dim/cpu/backend.hpp>
#include <dim/train/gram_dot_pass.hpp>
#include <dim/train/shared_concat_pass.hpp>

#include "subject.hpp"

namespace {

using namespace tests::golden;

const std::vector<std::string> head_names = {"w1", "bn_gamma", "bn_beta",  "w2",
                                             "b2", "s",        "ln_gamma", "ln_beta"};

template <int Inputs, int Units>
void check_head(const Case& test) {
  in_both([&](auto zero) {
    SubjectOf<Head<Units>, Shape{Inputs, 1, 1}, decltype(zero)> subject(int(test.shape("in.x").at(0)));
    check_subject(test, subject, head_names);
  });
}

/// A scorer's pass with weights and memory of its own.
template <class Pass, class T>
struct Bound {
  Cpu cpu{2};
  PairSizes sizes;
  Pass pass{};
  Weights<T> weights{};
  std::byte* scratch = nullptr;

  void lay_out(Arena& arena) {
    weights.parameters = arena.take<T>(Pass::counts.parameters);
    weights.dparameters = arena.take<T>(Pass::counts.parameters);
    weights.statistics = arena.take<T>(Pass::counts.statistics);
    pass.lay_out(arena, sizes);
    pass.bind(weights, 0);
    scratch = arena.take_bytes(pass.scratch_bytes(cpu));
  }
};

/// Scores features l (N, P, F) against codes m (N, G) as `policy` says, estimates, and goes back. `see` is
/// given the scores (N, 1, K + 1, P) before they become gradients.
template <template <int, Shape, int, class, class> class PassOf, int Size, int Features, int Codes,
          class Policy, class See>
void check_scorer(const Case& test, const std::vector<std::string>& names, const Policy& policy,
                  const AnyEstimator& estimator, const See& see) {
  in_both([&](auto zero) {
    using T = decltype(zero);
    const std::vector<long> shape = test.shape("in.l");
    const long images = shape.at(0), locations = shape.at(1);
    const std::vector<T> l = test.read<T>("in.l", {images, locations, Features});
    const std::vector<T> m = test.read<T>("in.m", {images, Codes});
    std::vector<T> dl(l.size()), dm(m.size());
    using Pass = PassOf<Size, Shape{Features, 1, 1}, Codes, Cpu, T>;
    Bound<Pass, T> bound{.sizes = {int(images), int(locations), 1, 2}};
    const Memory<Cpu> memory = lay_out(bound.cpu, bound);
    Entries entries;
    Pass::list("", entries);
    read_parameters(test, entries, names, bound.weights.parameters);

    const View<const T, Shape{Features, 1, 1}> features{l.data(), int(images * locations)};
    const View<const T, Shape{Codes, 1, 1}> codes{m.data(), int(images)};
    const Step step{.mode = Mode::training};
    const Scores<T> u = bound.pass.forward(bound.cpu, features, codes, policy, step, bound.scratch);
    see(u);
    std::vector<double> scratch(std::size_t(2 * u.rows()));
    test.check("out.y", T(estimate(bound.cpu, estimator, u, T(1), scratch.data())));
    bound.pass.backward(bound.cpu, features, codes, {dl.data(), features.count}, {dm.data(), codes.count},
                        Write::overwrite, step, bound.scratch);
    test.check("grad.l", dl);
    test.check("grad.m", dm);
    check_parameters(test, "grad", entries, names, bound.weights.dparameters);
  });
}

Check check_dot(const AnyEstimator& estimator) {
  std::vector<std::string> names = with_prefix("feature_", head_names);
  for (const std::string& name : with_prefix("code_", head_names)) names.push_back(name);
  return [=](const Case& test) {
    const auto see = [&](const auto& u) { test.check("out.u", numbers(u.data, u.size())); };
    check_scorer<DotPass, 8, 6, 7>(test, names, Dot<8>{}, estimator, see);
    check_scorer<GramDotPass, 8, 6, 7>(test, names, Dot<8>{}, estimator, see);
  };
}

template <int Features, int Codes, int Hidden>
Check check_concat(int shift) {
  return [=](const Case& test) {
    const auto see = [&](const auto& u) {
      auto positive = numbers(u.data, 0), negative = positive;
      for (long i = 0; i < u.size(); ++i) (i / u.locations % 2 ? negative : positive).push_back(u.data[i]);
      test.check("out.positive", positive);
      test.check("out.negative", negative);
    };
    const std::vector<std::string> names{"w1", "b1", "w2", "b2", "w3", "b3"};
    const AnyEstimator jsd{{}, JSD{}};
    check_scorer<ConcatPass, Hidden, Features, Codes>(
        test, names, Concat<Hidden, FirstLayer::gathered>{{}, shift}, jsd, see);
    check_scorer<SharedConcatPass, Hidden, Features, Codes>(test, names, Concat<Hidden>{{}, shift}, jsd, see);
  };
}

const Claims heads("head", {{"rows6_i5_u8", check_head<5, 8>},
                            {"rows4_i9_u4", check_head<9, 4>},
                            {"rows12_i3_u16", check_head<3, 16>}});
const Claims scorers("scorer", {{"dot_jsd", check_dot({{}, JSD{}})},
                                {"dot_nce", check_dot({{}, NCE{}})},
                                {"dot_dv", check_dot({{}, DV{}})},
                                {"concat_local_n4_p3_f5_g6_h7_shift1", check_concat<5, 6, 7>(1)},
                                {"concat_local_n5_p4_f5_g6_h7_shift3", check_concat<5, 6, 7>(3)},
                                {"concat_global_n4_p1_f20_g6_h9_shift2", check_concat<20, 6, 9>(2)}});

}  // namespace

BOOST_AUTO_TEST_SUITE(heads)

BOOST_AUTO_TEST_CASE(heads_as_in_the_reference) {
  run_group("head");
}
BOOST_AUTO_TEST_CASE(scorers_as_in_the_reference) {
  run_group("scorer");
}

BOOST_AUTO_TEST_SUITE_END()
