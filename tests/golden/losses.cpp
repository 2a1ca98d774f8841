#include <dim/cpu/estimate.hpp>
#include <dim/cpu/scores.hpp>
#include <dim/evaluate/information_estimates.hpp>

#include "vectors.hpp"

BOOST_AUTO_TEST_SUITE(losses)

namespace {

using namespace tests::golden;

/// Estimates from scores and checks loss and gradient; afterwards the gradient is in place of the scores.
template <class E, class T>
double loss_of(const E& estimator, const Scores<T>& u) {
  std::vector<double> scratch(std::size_t(2 * u.rows()));
  return estimate(Cpu{2}, estimator, u, T(1), scratch.data());
}

/// Losses as functions of projected vectors l (N, U, P) and m (N, U, M).
void check_vectors_of(const Case& test, const AnyEstimator& estimator) {
  in_both([&](auto zero) {
    using T = decltype(zero);
    const std::vector<long> shape_l = test.shape("in.l"), shape_m = test.shape("in.m");
    const long images = shape_l[0], units = shape_l[1], locations = shape_l[2], globals = shape_m[2];
    const std::vector<T> l = transposed(test.read<T>("in.l", {images, units, locations}), units, locations);
    const std::vector<T> g = transposed(test.read<T>("in.m", {images, units, globals}), units, globals);
    std::vector<T> dl(l.size()), dg(g.size()), u(std::size_t(images * globals * images * locations));

    const Shape unit{int(units), 1, 1};
    const Batch<const T> l_rows{l.data(), images * locations, unit}, g_rows{g.data(), images * globals, unit};
    const Cpu cpu{2};
    std::vector<std::byte> scratch(std::size_t(score_scratch<T>(cpu) + alignment));
    std::byte* const room = scratch.data() + (alignment - long(std::uintptr_t(scratch.data()) % alignment));
    score(cpu, g_rows, l_rows, u.data(), room);
    const double loss = loss_of(estimator, Scores<T>{u.data(), images, globals, images - 1, locations, true});
    score_backward(cpu, g_rows, l_rows, u.data(), Batch<T>{dg.data(), g_rows.count, unit},
                   Batch<T>{dl.data(), l_rows.count, unit}, room);

    test.check("out.y", T(loss));
    test.check("grad.l", transposed(dl, locations, units));
    test.check("grad.m", transposed(dg, globals, units));
  });
}
Check check_vectors(const AnyEstimator& estimator) {
  return [=](const Case& test) { check_vectors_of(test, estimator); };
}

/// Losses of all pairs as functions of the scores (N, M, N, P).
Check check_table(const AnyEstimator& estimator) {
  return [=](const Case& test) {
    in_both([&](auto zero) {
      using T = decltype(zero);
      const std::vector<long> shape = test.shape("in.u");
      const long images = shape.at(0), globals = shape.at(1), locations = shape.at(3);
      std::vector<T> u = test.read<T>("in.u", {images, globals, images, locations});
      test.check("out.y",
                 T(loss_of(estimator, Scores<T>{u.data(), images, globals, images - 1, locations, true})));
      test.check("grad.u", u);
    });
  };
}

/// Losses with one negative for each positive, as functions of the scores (N, M, P) and (N, 1, M, P).
Check check_one_negative(const AnyEstimator& estimator) {
  return [=](const Case& test) {
    in_both([&](auto zero) {
      using T = decltype(zero);
      const std::vector<long> shape = test.shape("in.positive");
      const long images = shape.at(0), globals = shape.at(1), locations = shape.at(2);
      const std::vector<T> positive = test.read<T>("in.positive", {images, globals, locations});
      const std::vector<T> negative = test.read<T>("in.negative", {images, 1, globals, locations});
      const std::size_t rows = std::size_t(images * globals), each = std::size_t(locations);
      std::vector<T> u, dpositive, dnegative;
      for (std::size_t row = 0; row < rows; ++row)
        for (const std::vector<T>* block : {&positive, &negative})
          for (std::size_t p = 0; p < each; ++p) u.push_back((*block)[row * each + p]);
      test.check("out.y", T(loss_of(estimator, Scores<T>{u.data(), images, globals, 1, locations, false})));
      for (std::size_t i = 0; i < u.size(); ++i) (i / each % 2 ? dnegative : dpositive).push_back(u[i]);
      test.check("grad.positive", dpositive);
      test.check("grad.negative", dnegative);
    });
  };
}

/// Estimates of mutual information from scores (N, N): the reported value, and minus the gradient of the loss.
template <class E>
Check check_estimate(const E& estimator) {
  return [=](const Case& test) {
    in_both([&](auto zero) {
      using T = decltype(zero);
      const long images = test.shape("in.s").at(0);
      std::vector<T> s = test.read<T>("in.s", {images, images});
      const Scores<T> scores{s.data(), images, 1, images - 1, 1, true};
      const double loss = loss_of(estimator, scores);
      test.check("out.y", T(estimator.estimate(loss, scores)));
      for (T& value : s) value = -value;
      test.check("grad.s", s);
    });
  };
}

/// Steps of MINE, from scores (steps, N) of joint and of product samples; the gradients are minus those of the loss.
void check_mine(const Case& test) {
  in_both([&](auto zero) {
    using T = decltype(zero);
    const std::vector<long> shape = test.shape("in.tp");
    const long steps = shape.at(0), count = shape.at(1);
    const std::vector<T> joint = test.read<T>("in.tp"), product = test.read<T>("in.tn", shape);
    std::vector<T> values, dproduct, averages;
    MINE mine(0.99);
    for (long step = 0; step < steps; ++step) {
      std::vector<T> u;
      for (std::size_t i = 0; i < std::size_t(count); ++i)
        for (const std::vector<T>* of : {&joint, &product}) u.push_back((*of)[std::size_t(step * count) + i]);
      values.push_back(T(-mine(Cpu{2}, Scores<T>{u.data(), count, 1, 1, 1, false}, T(1))));
      averages.push_back(T(std::exp(mine.log_average())));
      for (std::size_t i = 0; i < u.size(); ++i) {
        if (i % 2 == 0)
          BOOST_TEST(std::abs(u[i] + T(1) / T(count)) < 1e-7);
        else
          dproduct.push_back(-u[i]);
      }
    }
    test.check("out.value", values);
    test.check("out.grad_product_scores", dproduct);
    test.check("out.ema", averages);
  });
}

template <class E>
AnyEstimator any() {
  return {{}, E{}};
}

std::vector<std::pair<std::string, Check>> all_losses() {
  struct Named {
    std::string table, vectors;  // the names in the cases
    AnyEstimator estimator;
  };
  const std::vector<Named> estimators = {{"JSD", "fd_JSD", any<JSD>()},
                                         {"NCE", "nce_exact", any<NCE>()},
                                         {"DV", "dv", any<DV>()},
                                         {"KL", "fd_KL", any<KL>()},
                                         {"RKL", "fd_RKL", any<ReverseKL>()},
                                         {"H2", "fd_H2", any<SquaredHellinger>()},
                                         {"X2", "fd_X2_fgan", any<ChiSquared>()}};
  std::vector<std::pair<std::string, Check>> all = {{"mi_infonce", check_estimate(NCE())},
                                                    {"mi_dv", check_estimate(DV())},
                                                    {"mi_nwj", check_estimate(KL())},
                                                    {"mi_jsd_dual", check_estimate(JSDDual())},
                                                    {"mi_jsd_nwj", check_estimate(ShiftedKL())},
                                                    {"mi_smile_1", check_estimate(SMILE(1))},
                                                    {"mi_smile_5", check_estimate(SMILE(5))},
                                                    {"mine_ema", check_mine}};
  for (const auto& [table, vectors, estimator] : estimators) {
    for (const char* sizes : {"n5_l1_m1", "n4_l9_m1", "n3_l4_m3", "n2_l4_m1"})
      all.emplace_back(vectors + "_" + sizes, check_vectors(estimator));
    for (const char* sizes : {"n3_m2_p4", "n5_m1_p1", "n2_m1_p3"})
      all.emplace_back("table_" + table + "_" + sizes, check_table(estimator));
    all.emplace_back("onenegative_" + table + "_n4_m1_p3", check_one_negative(estimator));
  }
  for (std::size_t k = 0; k < 3; ++k)
    for (const char* scores : {"_large_scores", "_low_scores"})
      all.emplace_back(estimators[k].vectors + scores, check_vectors(estimators[k].estimator));
  return all;
}
const Claims claims("loss", all_losses());

}  // namespace

BOOST_AUTO_TEST_CASE(as_in_the_reference) {
  run_group("loss");
}

BOOST_AUTO_TEST_SUITE_END()
