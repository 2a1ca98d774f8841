// Convolutions and their gradients against naive loops that add in the documented order: every bit must
// agree.
#include "dim/cpu/convolve.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "exact.hpp"

BOOST_AUTO_TEST_SUITE(convolve)

using dim::Cpu;
using dim::Extent;
using dim::Pictures;
using dim::Window;
using namespace tests::exact;

/// Random pictures with `zeros` pixels of zeros around; a border beyond that is NaN, for nobody to read.
template <class T>
struct Album {
  std::vector<T> numbers;
  Pictures<T> pictures;

  Album(Random& random, bool integers, long n, long height, long width, long channels, long zeros,
        long border)
      : pictures{nullptr, n, height, width, channels, border} {
    numbers.assign(std::size_t(n * pictures.image()), std::numeric_limits<T>::quiet_NaN());
    pictures.data = numbers.data();
    fill(zeros, [] { return T(0); });
    fill(0, [&] { return random.number<T>(integers); });
  }
  template <class Value>
  void fill(long around, Value value) {
    for (long n = 0; n < pictures.images; ++n)
      for (long y = -around; y < pictures.height + around; ++y)
        for (long x = -around; x < pictures.width + around; ++x)
          for (long c = 0; c < pictures.channels; ++c) pictures.at(n, y, x)[c] = value();
  }
  Pictures<const T> view() const {
    return {numbers.data(), pictures.images,   pictures.height,
            pictures.width, pictures.channels, pictures.border};
  }
  /// Zero outside, whatever is stored there.
  T at(long n, long y, long x, long c) const {
    const bool inside = y >= 0 && x >= 0 && y < pictures.height && x < pictures.width;
    return inside ? pictures.at(n, y, x)[c] : T(0);
  }
};

/// Sums of products in chains of `length` terms, rounded as the kernels round.
template <class T>
class Sum {
 public:
  explicit Sum(long length = 1L << 40, T total = 0, bool add = false)
      : total_(total), length_(length), first_(!add) {}
  void add(T x, T y) {
    if (terms_ == length_) close();
    if constexpr (dim::register_bytes > 16)
      chain_ = std::fma(x, y, chain_);
    else
      chain_ = x * y + chain_;
    ++terms_;
  }
  T value() {
    close();
    return total_;
  }

 private:
  void close() {
    total_ = first_ ? chain_ : total_ + chain_;
    first_ = false;
    chain_ = 0;
    terms_ = 0;
  }
  T chain_ = 0, total_;
  long length_, terms_ = 0;
  bool first_;
};

/// One random geometry and all that its passes read.
template <class T>
struct Geometry {
  Random& random;
  bool integers;
  Window window{random.between(1, 5), random.between(1, 5), random.between(1, 3), random.between(0, 2)};
  long N = random.between(1, 3), C = random.between(1, 20), O = random.between(1, 40);
  long H = std::max(1L, window.height - 2 * window.padding) + random.between(0, 9);
  long W = std::max(1L, window.width - 2 * window.padding) + random.between(0, 9);
  long P = window.rows(H), Q = window.columns(W);
  long s = window.stride, p = window.padding;
  std::vector<T> w = random.numbers<T>(window.height * window.width * C * O, integers);
  Album<T> x{random, integers, N, H, W, C, p, p + random.between(0, 2)};
  Album<T> dy{random,
              integers,
              N,
              P,
              Q,
              O,
              window.gradient_border(),
              window.gradient_border() + random.between(0, 2)};

  T weight(long u, long v, long c, long o) const {
    return w[std::size_t(((u * window.width + v) * C + c) * O + o)];
  }
  T y_at(long n, long i, long j, long o) const {
    Sum<T> sum;
    for (long u = 0; u < window.height; ++u)
      for (long v = 0; v < window.width; ++v)
        for (long c = 0; c < C; ++c) sum.add(x.at(n, s * i + u - p, s * j + v - p, c), weight(u, v, c, o));
    return sum.value();
  }
  T dx_at(long n, long h, long k, long c) const {
    Sum<T> sum;
    for (long u = 0; u < window.height; ++u)
      for (long v = window.width - 1; v >= 0; --v)
        if ((h + p - u) % s == 0 && (k + p - v) % s == 0)
          for (long o = 0; o < O; ++o)
            sum.add(dy.at(n, (h + p - u) / s, (k + p - v) / s, o), weight(u, v, c, o));
    return sum.value();
  }
  T dw_at(long u, long v, long c, long o, T old, bool add) const {
    Sum<T> sum(std::max(1L, 256 / Q) * Q, old, add);
    for (long n = 0; n < N; ++n)
      for (long i = 0; i < P; ++i)
        for (long j = 0; j < Q; ++j) sum.add(x.at(n, s * i + u - p, s * j + v - p, c), dy.at(n, i, j, o));
    return sum.value();
  }
};

template <class T>
std::ostream& operator<<(std::ostream& out, const Geometry<T>& g) {
  return out << "window " << g.window.height << " x " << g.window.width << " / " << g.s << " / " << g.p
             << ", " << g.N << " x (" << g.H << ", " << g.W << ", " << g.C << ") -> (" << g.P << ", " << g.Q
             << ", " << g.O << "), borders " << g.x.pictures.border << " and " << g.dy.pictures.border;
}

/// Runs pass(cpu, numbers, scratch) on a copy of `before` with 1, 2 and 5 threads: all equal `expected`.
template <class T, class Pass>
void check(const Geometry<T>& geometry, Extent extent, const std::vector<T>& before,
           const std::vector<T>& expected, Pass pass) {
  for (const int threads : {1, 2, 5}) {
    Scratch scratch(extent, threads);
    std::vector<T> result = before;
    pass(Cpu{threads}, result.data(), scratch.data());
    BOOST_TEST(same_bits(result, expected), geometry << ", " << threads << " threads");
    BOOST_TEST(scratch.kept(), geometry << ", " << threads << " threads");
  }
}

/// The numbers of pictures like `to`, border and all, each pixel become value(n, y, x, c, what it was).
template <class T, class Value>
std::vector<T> changed(const Album<T>& album, Value value) {
  std::vector<T> result = album.numbers;
  const Pictures<T>& to = album.pictures;
  for (long n = 0; n < to.images; ++n)
    for (long y = 0; y < to.height; ++y)
      for (long x = 0; x < to.width; ++x)
        for (long c = 0; c < to.channels; ++c) {
          T& number = result[std::size_t(to.offset(n, y, x) + c)];
          number = value(n, y, x, c, number);
        }
  return result;
}

/// `to`, but at other memory.
template <class T>
Pictures<T> moved(Pictures<T> to, T* data) {
  to.data = data;
  return to;
}

// Every other geometry is of integers, whose sums are exact: 504 for the three passes in both precisions.
constexpr int rounds = 168;

BOOST_AUTO_TEST_CASE_TEMPLATE(forward_equals_naive_loops, T, Scalars) {
  Random random;
  for (int round = 0; round < rounds; ++round) {
    const Geometry<T> g{random, round % 2 == 0};
    const bool add = round & 2, with_bias = round & 4;
    const auto bias = random.numbers<T>(g.O, g.integers);
    const Album<T> y(random, g.integers, g.N, g.P, g.Q, g.O, 0, random.between(0, 2));
    const auto expected = changed(y, [&](long n, long i, long j, long o, T old) {
      T sum = g.y_at(n, i, j, o);
      if (with_bias) sum = sum + bias[std::size_t(o)];
      return add ? old + sum : sum;
    });
    check(g, dim::convolve_scratch<T>(g.window, g.C, g.O), y.numbers, expected,
          [&](const Cpu& cpu, T* to, std::byte* scratch) {
            const auto view = moved(y.pictures, to);
            dim::convolve(cpu, g.x.view(), g.w.data(), g.window, view, scratch,
                          dim::store_pixels(view, add, with_bias ? bias.data() : nullptr));
          });
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(backward_to_data_equals_naive_loops, T, Scalars) {
  Random random;
  for (int round = 0; round < rounds; ++round) {
    const Geometry<T> g{random, round % 2 == 0};
    const bool add = round & 2;
    const Album<T> dx(random, g.integers, g.N, g.H, g.W, g.C, 0, random.between(0, 2));
    const auto expected = changed(dx, [&](long n, long h, long k, long c, T old) {
      return add ? old + g.dx_at(n, h, k, c) : g.dx_at(n, h, k, c);
    });
    check(g, dim::convolve_backward_data_scratch<T>(g.window, g.C, g.O), dx.numbers, expected,
          [&](const Cpu& cpu, T* to, std::byte* scratch) {
            const auto view = moved(dx.pictures, to);
            dim::convolve_backward_data(cpu, g.dy.view(), g.w.data(), g.window, view, scratch,
                                        dim::store_pixels(view, add));
          });
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(backward_to_weight_equals_naive_loops, T, Scalars) {
  Random random;
  for (int round = 0; round < rounds; ++round) {
    const Geometry<T> g{random, round % 2 == 0};
    const bool add = round & 2;
    const auto before = random.numbers<T>(long(g.w.size()), g.integers);
    std::vector<T> expected;
    for (long u = 0; u < g.window.height; ++u)
      for (long v = 0; v < g.window.width; ++v)
        for (long c = 0; c < g.C; ++c)
          for (long o = 0; o < g.O; ++o)
            expected.push_back(g.dw_at(u, v, c, o, before[expected.size()], add));
    check(g, dim::convolve_backward_weight_scratch<T>(g.window, g.C, g.O, g.Q), before, expected,
          [&](const Cpu& cpu, T* to, std::byte* scratch) {
            dim::convolve_backward_weight(cpu, g.x.view(), g.dy.view(), g.window, to, add, scratch);
          });
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_empty_batch_changes_nothing_but_dw, T, Scalars) {
  const Window window{3, 3, 1, 1};
  const Pictures<const T> x{nullptr, 0, 4, 4, 2, 1}, dy{nullptr, 0, 4, 4, 5, 1};
  const Pictures<T> y{nullptr, 0, 4, 4, 5, 1}, dx{nullptr, 0, 4, 4, 2, 1};
  const std::vector<T> w(90, T(7)), zeros(90);
  std::vector<T> dw = w;
  Scratch forward(dim::convolve_scratch<T>(window, 2, 5), 2);
  Scratch data(dim::convolve_backward_data_scratch<T>(window, 2, 5), 2);
  Scratch weight(dim::convolve_backward_weight_scratch<T>(window, 2, 5, 4), 2);
  dim::convolve(Cpu{2}, x, w.data(), window, y, forward.data(), dim::store_pixels(y));
  dim::convolve_backward_data(Cpu{2}, dy, w.data(), window, dx, data.data(), dim::store_pixels(dx));
  dim::convolve_backward_weight(Cpu{2}, x, dy, window, dw.data(), true, weight.data());
  BOOST_TEST(same_bits(dw, w));
  dim::convolve_backward_weight(Cpu{2}, x, dy, window, dw.data(), false, weight.data());
  BOOST_TEST(same_bits(dw, zeros));
}

BOOST_AUTO_TEST_CASE(a_window_counts_its_places) {
  constexpr Window window{4, 3, 2, 1};
  static_assert(window.rows(32) == 16 && window.columns(5) == 3 && window.gradient_border() == 1);
  static_assert(Window{3, 3, 1, 1}.gradient_border() == 1 && Window{1, 1}.gradient_border() == 0);
  static_assert(Window{4, 4, 1, 3}.gradient_border() == 0 && Window{2, 2, 3, 0}.gradient_border() == 1);
  constexpr Extent forward = dim::convolve_scratch<float>(window, 64, 128);
  constexpr Extent weight = dim::convolve_backward_weight_scratch<double>(window, 64, 128, 8);
  BOOST_TEST((forward == forward.rounded() && forward.per_thread == 0));
  BOOST_TEST((weight == weight.rounded() && weight.fixed == 0));
}

BOOST_AUTO_TEST_SUITE_END()
