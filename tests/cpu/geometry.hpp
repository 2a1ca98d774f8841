// Random convolutions, and their results by naive loops.
#pragma once
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <dim/cpu/convolve.hpp>
#include <limits>
#include <ostream>

#include "exact.hpp"

namespace tests::exact {

using dim::Batch;
using dim::Cpu;
using dim::Size;
using dim::cpu::Window;

/// Random images with `zeros` pixels of zeros around them; a border beyond that is NaN and must not be read.
template <class T>
struct Album {
  std::vector<T> numbers;
  Batch<T> images;  // without data, since `numbers` may move

  Album(RandomNumbers& random, bool integers, long n, long height, long width, long channels, Size zeros,
        Size border)
      : images{nullptr, n, {int(channels), int(height), int(width)}, border} {
    numbers.assign(std::size_t(n * images.sample()), std::numeric_limits<T>::quiet_NaN());
    fill(zeros, [] { return T(0); });
    fill(0, [&] { return random.number<T>(integers); });
  }
  template <class Value>
  void fill(Size around, Value value) {
    for (long n = 0; n < images.count; ++n)
      for (long y = -around.height; y < images.height() + around.height; ++y)
        for (long x = -around.width; x < images.width() + around.width; ++x)
          for (long c = 0; c < images.channels(); ++c) numbers[index(n, y, x, c)] = value();
  }
  Batch<const T> view() const { return {numbers.data(), images.count, images.shape, images.border}; }
  /// Zero outside, whatever is stored there.
  T at(long n, long y, long x, long c) const {
    const bool inside = y >= 0 && x >= 0 && y < images.height() && x < images.width();
    return inside ? numbers[index(n, y, x, c)] : T(0);
  }

 private:
  std::size_t index(long n, long y, long x, long c) const { return std::size_t(images.offset(n, y, x) + c); }
};

/// Sums of products in chains of `length` terms, rounded as the kernels round.
template <class T>
class Sum {
 public:
  explicit Sum(long length = 1L << 40, T total = 0, bool add = false)
      : total_(total), length_(length), first_(!add) {}
  void add(T x, T y) {
    if (terms_ == length_) close();
    if constexpr (dim::cpu::register_bytes > 16)
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

/// Any window.
inline Window any_window(RandomNumbers& random) {
  Window window{random.between(1, 5), random.between(1, 5), int(random.between(1, 3)),
                int(random.between(0, 2))};
  if (random.between(0, 1)) window.stride.width = int(random.between(1, 3));
  if (random.between(0, 1)) window.padding.width = int(random.between(0, 2));
  return window;
}

/// A border that is as wide, or up to 2 pixels wider.
inline Size wider(RandomNumbers& random, Size border) {
  return {border.height + int(random.between(0, 2)), border.width + int(random.between(0, 2))};
}

/// One random geometry and everything that its passes read.
template <class T>
struct Geometry {
  RandomNumbers& random;
  bool integers;
  Window window = any_window(random);
  bool wide = random.between(0, 15) == 0;  // a line may be longer than a chain
  long N = random.between(1, wide ? 1 : 3), C = random.between(1, 20), O = random.between(1, 40);
  long H = std::max(1L, window.height - 2 * window.padding.height) + random.between(0, wide ? 1 : 9);
  long W = std::max(1L, window.width - 2 * window.padding.width) + random.between(0, wide ? 600 : 9);
  long P = window.rows(H), Q = window.columns(W);
  Size s = window.stride, p = window.padding;
  std::vector<T> w = random.numbers<T>(window.height * window.width * C * O, integers);
  Album<T> x{random, integers, N, H, W, C, p, wider(random, p)};
  Album<T> dy{
      random, integers, N, P, Q, O, window.gradient_border(), wider(random, window.gradient_border())};

  T weight(long u, long v, long c, long o) const {
    return w[std::size_t(((u * window.width + v) * C + c) * O + o)];
  }
  T y_at(long n, long i, long j, long o) const {
    Sum<T> sum;
    for (long u = 0; u < window.height; ++u)
      for (long v = 0; v < window.width; ++v)
        for (long c = 0; c < C; ++c)
          sum.add(x.at(n, s.height * i + u - p.height, s.width * j + v - p.width, c), weight(u, v, c, o));
    return sum.value();
  }
  T dx_at(long n, long h, long k, long c) const {
    Sum<T> sum;
    for (long u = 0; u < window.height; ++u)
      for (long v = window.width - 1; v >= 0; --v)
        if ((h + p.height - u) % s.height == 0 && (k + p.width - v) % s.width == 0)
          for (long o = 0; o < O; ++o)
            sum.add(dy.at(n, (h + p.height - u) / s.height, (k + p.width - v) / s.width, o),
                    weight(u, v, c, o));
    return sum.value();
  }
  T dw_at(long u, long v, long c, long o, T old, bool add) const {
    Sum<T> sum(std::max(1L, 256 / Q) * Q, old, add);
    for (long n = 0; n < N; ++n)
      for (long i = 0; i < P; ++i)
        for (long j = 0; j < Q; ++j)
          sum.add(x.at(n, s.height * i + u - p.height, s.width * j + v - p.width, c), dy.at(n, i, j, o));
    return sum.value();
  }
};

template <class T>
std::ostream& operator<<(std::ostream& out, const Geometry<T>& g) {
  return out << "window " << g.window.height << " x " << g.window.width << " / " << to_string(g.s) << " / "
             << to_string(g.p) << ", " << g.N << " x (" << g.H << ", " << g.W << ", " << g.C << ") -> ("
             << g.P << ", " << g.Q << ", " << g.O << "), borders " << to_string(g.x.images.border) << " and "
             << to_string(g.dy.images.border);
}

/// Runs pass(cpu, numbers, scratch) on a copy of `before` with 1, 2 and 5 threads: all must equal `expected`.
template <class T, class Pass>
void check(const Geometry<T>& geometry, Extent extent, const std::vector<T>& before,
           const std::vector<T>& expected, Pass pass, dim::Arithmetic arithmetic = {}) {
  for (const int threads : {1, 2, 5}) {
    Scratch scratch(extent, threads);
    std::vector<T> result = before;
    pass(Cpu{threads, arithmetic}, result.data(), scratch.data());
    BOOST_TEST(same_bits(result, expected), geometry << ", " << threads << " threads");
    BOOST_TEST(scratch.kept(), geometry << ", " << threads << " threads");
  }
}

/// The values of images like `to`, border and all, in which each pixel becomes value(n, y, x, c, its old value).
template <class T, class Value>
std::vector<T> changed(const Album<T>& album, Value value) {
  std::vector<T> result = album.numbers;
  const Batch<T>& to = album.images;
  for (long n = 0; n < to.count; ++n)
    for (long y = 0; y < to.height(); ++y)
      for (long x = 0; x < to.width(); ++x)
        for (long c = 0; c < to.channels(); ++c) {
          T& number = result[std::size_t(to.offset(n, y, x) + c)];
          number = value(n, y, x, c, number);
        }
  return result;
}

/// What the three passes must leave in arrays that already hold values: y, perhaps with a bias, dx and dw.
template <class T>
std::vector<T> naive_forward(const Geometry<T>& g, const Album<T>& y, const T* bias, bool add) {
  return changed(y, [&](long n, long i, long j, long o, T old) {
    T sum = g.y_at(n, i, j, o);
    if (bias) sum = sum + bias[o];
    return add ? old + sum : sum;
  });
}
template <class T>
std::vector<T> naive_to_data(const Geometry<T>& g, const Album<T>& dx, bool add) {
  return changed(dx, [&](long n, long h, long k, long c, T old) {
    return add ? old + g.dx_at(n, h, k, c) : g.dx_at(n, h, k, c);
  });
}
template <class T>
std::vector<T> naive_to_weight(const Geometry<T>& g, const std::vector<T>& before, bool add) {
  std::vector<T> result;
  for (long u = 0; u < g.window.height; ++u)
    for (long v = 0; v < g.window.width; ++v)
      for (long c = 0; c < g.C; ++c)
        for (long o = 0; o < g.O; ++o) result.push_back(g.dw_at(u, v, c, o, before[result.size()], add));
  return result;
}

/// `to`, but in other memory.
template <class T>
Batch<T> moved(Batch<T> to, T* data) {
  to.data = data;
  return to;
}

}  // namespace tests::exact
