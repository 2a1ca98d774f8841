// Tables of scores, and what every estimator must satisfy on them.
#pragma once
#include <dim/cpu/estimate.hpp>

#include "../gradient.hpp"

namespace tests {

/// Uniform on [-1, 1]: the first values of a stream.
inline std::vector<double> random_numbers(long count, std::uint64_t stream) {
  std::vector<double> numbers;
  for (long i = 0; i < count; ++i) numbers.push_back(uniform(3, stream, i));
  return numbers;
}

/// How many scores there are: all pairs, or one negative for each positive.
struct TableSize {
  long images, globals, locations;
  bool all_pairs = true;
};

/// Scores with their own memory.
template <class T>
struct Table {
  TableSize size;
  std::vector<T> values;

  explicit Table(TableSize table, T value = 0)
      : size(table), values(std::size_t(scores_at(nullptr).size()), value) {}
  Scores<T> scores() { return scores_at(values.data()); }
  /// Uniform on [-spread, spread].
  static Table random(TableSize table, double spread, std::uint64_t seed = 1) {
    Table result(table);
    for (std::size_t i = 0; i < result.values.size(); ++i)
      result.values[i] = T(spread * uniform(seed, 0, long(i)));
    return result;
  }
  /// Calls function(u, positive) for each score, row after row.
  template <class Function>
  void for_each(const Function& function) {
    for (long r = 0; r < scores().rows(); ++r) {
      scores().row(r).for_each_positive([&](T& u) { function(u, true); });
      scores().row(r).for_each_negative([&](T& u) { function(u, false); });
    }
  }

 private:
  Scores<T> scores_at(T* data) const {
    return {data,           size.images,   size.globals, size.all_pairs ? size.images - 1 : 1,
            size.locations, size.all_pairs};
  }
};

/// A loss and its gradient, in the table's order.
template <class T>
struct Estimated {
  double loss;
  std::vector<T> gradient;

  friend bool operator==(const Estimated&, const Estimated&) = default;  // NaN equals nothing
};

template <class E, class T>
Estimated<T> estimated(const E& estimator, Table<T> table, int threads = 1, T scale = 1) {
  const Cpu cpu{threads};
  std::vector<double> scratch(std::size_t(estimate_scratch(cpu, table.scores().rows())));
  const double loss = estimate(cpu, estimator, table.scores(), scale, scratch.data());
  return {loss, table.values};
}
template <class E, class T>
double loss_of(const E& estimator, const Table<T>& table) {
  return estimated(estimator, table).loss;
}

inline constexpr TableSize table_sizes[] = {{5, 1, 4},        {3, 3, 2},        {2, 1, 3},       {2, 2, 1},
                                            {4, 1, 1, false}, {3, 2, 3, false}, {2, 1, 2, false}};

/// The gradient against central differences.
template <class E>
void check_estimator_gradient(const E& estimator) {
  for (const TableSize& size : table_sizes) {
    BOOST_TEST_CONTEXT(size.images << " images, " << size.globals << " globals, " << size.locations
                                   << " locations" << (size.all_pairs ? "" : ", one negative")) {
      auto table = Table<double>::random(size, 2);
      check_derivatives(
          "u", [&](long i) -> double& { return table.values[std::size_t(i)]; }, long(table.values.size()),
          estimated(estimator, table).gradient, [&] { return loss_of(estimator, table); }, 1e-6);
    }
  }
}

/// Scores of +-1e4 in float: loss and gradient stay finite.
template <class E>
void check_extreme_scores(const E& estimator) {
  for (const TableSize& size : table_sizes)
    for (int pattern = 0; pattern < 6; ++pattern) {
      Table<float> table(size);
      int i = 0;
      table.for_each([&](float& u, bool positive) {
        const bool high[] = {true, false, positive, !positive, i % 2 == 0, i % 3 == 0};
        u = high[pattern] ? 1e4F : -1e4F;
        ++i;
      });
      const auto [loss, gradient] = estimated(estimator, table);
      BOOST_TEST(std::isfinite(loss), "pattern " << pattern);
      BOOST_TEST(std::ranges::all_of(gradient, [](float g) { return std::isfinite(g); }),
                 "pattern " << pattern);
    }
}

/// Checks p(u) and n(u) of a pairwise estimator as a bound: with r the density of positive pairs over that of
/// negative ones, r p(u) - n(u) is largest at u = best(r), where it is divergence(r).
template <class E, class Best, class Divergence>
void check_bound(const E& estimator, const Best& best, const Divergence& divergence) {
  for (const double r : {0.05, 0.5, 1.0, 3.0, 20.0}) {
    const double u = best(r);
    const Term<double> p = estimator.positive(u), n = estimator.negative(u);
    BOOST_TEST(std::abs(r * p.value - n.value - divergence(r)) < 1e-12, "value at r = " << r);
    BOOST_TEST(std::abs(r * p.slope - n.slope) < 1e-12, "slope at r = " << r);
    for (const double v : {u - 0.5, u + 0.5})
      BOOST_TEST(r * estimator.positive(v).value - estimator.negative(v).value < divergence(r));
  }
}

}  // namespace tests
