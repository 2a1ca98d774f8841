// How features lie on the unit sphere: measures that need no labels.
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "../core/arena.hpp"
#include "../cpu/dot.hpp"
#include "../cpu/memory.hpp"
#include "../cpu/multiply.hpp"
#include "neighbours.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace detail {

/// x(i) / |x(i)| in double, (N, D); zeros where x(i) is 0. Throws Error as check_features and inverse_norms do.
template <class T>
std::vector<double> unit_vectors(const Cpu& cpu, const Features<T>& x, const std::string& which) {
  check_features(x, which);
  const std::vector<double> norms = inverse_norms(cpu, x, which);
  std::vector<double> units(std::size_t(x.count * x.size));
  for_each_piece(cpu, x.count, 64, [&](long begin, long end) {
    for (long i = begin; i < end; ++i)
      for (long j = 0; j < x.size; ++j)
        units[std::size_t(i * x.size + j)] = double(x(i, j)) * norms[std::size_t(i)];
  });
  return units;
}

}  // namespace detail

/// Alignment (Wang and Isola 2020, "Understanding contrastive representation learning through alignment and uniformity on
/// the hypersphere", alpha = 2): the mean of |a(i) / |a(i)| - b(i) / |b(i)||^2, from 0, where row i of both, (N, D), always
/// points the same way, to 4. Rows i are features of two views of one image. A row of zeros stays as it is. The same bits
/// for any number of threads. Throws Error for features that are missing, not finite, not as many and as long as each
/// other or, as doubles, too large to square.
template <class T>
double view_alignment(const Cpu& cpu, const Features<T>& a, const Features<T>& b) {
  const std::vector<double> x = detail::unit_vectors(cpu, a, "first"),
                            y = detail::unit_vectors(cpu, b, "second");
  if (a.count != b.count || a.size != b.size)
    throw Error("first features (", a.count, ", ", a.size, ") and second ones (", b.count, ", ", b.size,
                "); give two views of the same images, from the same layer of the same encoder");
  std::vector<double> squares(std::size_t(a.count));
  for_each_piece(cpu, a.count, 64, [&](long begin, long end) {
    std::vector<double> apart(std::size_t(a.size));
    for (long i = begin; i < end; ++i) {
      for (long j = 0; j < a.size; ++j)
        apart[std::size_t(j)] = x[std::size_t(i * a.size + j)] - y[std::size_t(i * a.size + j)];
      squares[std::size_t(i)] = cpu::dot(apart.data(), apart.data(), a.size);
    }
  });
  double sum = 0;
  for (const double square : squares) sum += square;
  return sum / double(a.count);
}

/// Uniformity (Wang and Isola 2020, t = 2): ln of the mean of exp(-2 |u(i) - u(j)|^2) over all pairs of rows i < j of
/// features (N, D), with u(i) = x(i) / |x(i)|. 0 where all rows point the same way; about -4 where many of many numbers
/// are spread evenly over the sphere, and never far below it. Lower is more even. A row of zeros stays as it is. Takes
/// D N^2 / 2 multiplications and 8 D N bytes. The same bits for any number of threads. Throws Error for fewer than two
/// rows, and for features that are missing, not finite or, as doubles, too large to square.
template <class T>
double uniformity(const Cpu& cpu, const Features<T>& features) {
  const std::vector<double> units = detail::unit_vectors(cpu, features, "given");
  const long count = features.count, size = features.size;
  if (count < 2) throw Error("one row has no pairs; give two rows of features or more");
  struct Room {
    std::byte* scratch;
    double* products;
  };
  constexpr long rows = 64, columns = 512;  // of a block of pairs
  std::vector<Room> rooms(std::size_t(cpu.threads()));
  const Memory<Cpu> memory = lay_out(cpu, [&](Arena& arena) {
    for (Room& room : rooms) {
      room.scratch = arena.take_bytes(cpu::multiply_scratch<double>().at({.threads = 1}));
      room.products = arena.take<double>(rows * columns);
    }
  });
  std::vector<double> sums(std::size_t(count), 0), lengths(sums);  // of each row's pairs; squared, of each row
  for (long i = 0; i < count; ++i)
    lengths[std::size_t(i)] = cpu::dot(&units[std::size_t(i * size)], &units[std::size_t(i * size)], size);
  for_each_block(cpu, (count + rows - 1) / rows, [&](long b, int thread) {
    const Room& own = rooms[std::size_t(thread)];
    const MatrixView<double> all{units.data(), count, size, size};
    const MatrixView<double> some = all.part(b * rows, 0, rows, size);
    for (long first = b * rows; first < count; first += columns) {
      const MatrixView<double> others = all.part(first, 0, columns, size);
      multiply(Cpu{1}, some, others.transposed(), own.scratch, cpu::Store<double>{own.products, others.rows});
      for (long r = 0; r < some.rows; ++r) {
        const long i = b * rows + r, begin = (std::max)(0L, i + 1 - first);  // pairs of a later row only
        const double* const product = own.products + r * others.rows;
        double sum = 0;
        for (long j = begin; j < others.rows; ++j)
          sum += std::exp(-2 * (std::max)(0.0, lengths[std::size_t(i)] + lengths[std::size_t(first + j)] -
                                                   2 * product[j]));
        sums[std::size_t(i)] += sum;
      }
    }
  });
  double sum = 0;
  for (const double each : sums) sum += each;
  return std::log(sum / (double(count) * double(count - 1) / 2));
}

}  // namespace DIM_ABI
}  // namespace dim
