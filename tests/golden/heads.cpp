#include <dim/cpu/backend.hpp>
#include <dim/model/gram_dot_pass.hpp>
#include <dim/model/split_concat_pass.hpp>

#include "subject.hpp"

BOOST_AUTO_TEST_SUITE(heads)

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

/// A scorer's pass with its own weights and memory.
template <class T>
struct Bound {
  ScorerPass<Cpu, T>& pass;
  PairSizes sizes;
  Cpu cpu{2};
  Weights<T> weights{};
  std::byte* scratch = nullptr;

  void lay_out(Arena& arena) {
    const Counts counts = pass.counts();
    weights = {arena.take<T>(counts.parameters), arena.take<T>(counts.parameters),
               arena.take<T>(counts.statistics)};
    pass.lay_out(cpu, arena, sizes);
    pass.bind(weights, 0);
    scratch = arena.take_bytes(pass.scratch_bytes(cpu));
  }
};

/// Scores features l (N, P, F) against codes m (N, G) as `policy` says, estimates, and runs backward. `see` is given
/// the scores (N, 1, K + 1, P) before they become gradients.
template <template <class, class> class PassOf, class See>
void check_scorer(const Case& test, const std::vector<std::string>& names, Shape feature, Shape code,
                  int size, long shift, const AnyEstimator& estimator, const See& see) {
  in_both([&](auto zero) {
    using T = decltype(zero);
    const std::vector<long> shape = test.shape("in.l");
    const long images = shape.at(0), locations = shape.at(1);
    const std::vector<T> l = test.read<T>("in.l", {images, locations, feature.size()});
    const std::vector<T> m = test.read<T>("in.m", {images, code.size()});
    std::vector<T> dl(l.size()), dm(m.size());
    PassOf<Cpu, T> pass(feature, code, size);
    Bound<T> bound{pass, {int(images), int(locations), 1, 2}};
    const Memory<Cpu> memory = lay_out(bound.cpu, [&](Arena& arena) { bound.lay_out(arena); });
    const Entries entries = pass.entries();
    read_parameters(test, entries, names, bound.weights.parameters);

    const Batch<const T> features{l.data(), images * locations, feature}, codes{m.data(), images, code};
    const StepState state{.shift = shift};
    const Step step{.mode = Mode::training, .state = &state};
    const Scores<T> u = pass.forward(bound.cpu, features, codes, step, bound.scratch);
    see(u);
    std::vector<double> scratch(std::size_t(2 * u.rows()));
    test.check("out.y", T(estimate(bound.cpu, estimator, u, T(1), scratch.data())));
    pass.backward(bound.cpu, features, codes, {dl.data(), features.count, feature},
                  {dm.data(), codes.count, code}, Write::overwrite, step, bound.scratch);
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
    check_scorer<DotPass>(test, names, {6, 1, 1}, {7, 1, 1}, 8, 0, estimator, see);
    check_scorer<GramDotPass>(test, names, {6, 1, 1}, {7, 1, 1}, 8, 0, estimator, see);
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
    const Shape feature{Features, 1, 1}, code{Codes, 1, 1};
    check_scorer<ConcatPass>(test, names, feature, code, Hidden, shift, jsd, see);
    check_scorer<SplitConcatPass>(test, names, feature, code, Hidden, shift, jsd, see);
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

BOOST_AUTO_TEST_CASE(heads_as_in_the_reference) {
  run_group("head");
}
BOOST_AUTO_TEST_CASE(scorers_as_in_the_reference) {
  run_group("scorer");
}

BOOST_AUTO_TEST_SUITE_END()
