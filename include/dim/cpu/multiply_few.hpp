// C = A B for so few rows of A that each number of B is used only a few times: B is then read in place, row after
// row, and nothing is packed. The sums are those of multiply.hpp, to the bit.
#pragma once
#include "multiply_tiles.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// The most rows of A for which this pays.
inline constexpr long few_rows = 4;

/// Whether multiply_few handles such matrices.
template <class T>
constexpr bool has_few_rows(MatrixView<T> a, MatrixView<T> b) {
  return a.rows <= few_rows && b.column_stride == 1;
}

/// The working memory of one thread of `multiply_few`: a chain's sums and the totals, for each row of A.
template <class T>
struct FewRowsScratch {
  static constexpr long columns = 4096;

  T *sums = nullptr, *totals = nullptr;

  constexpr void lay_out(Arena& arena) {
    sums = arena.take<T>(few_rows * columns);
    totals = arena.take<T>(few_rows * columns);
  }
};

/// sums(i, j) += Sum_k A(i, k) B(k, j), `Rows` rows of B at a time.
template <long Rows, class T>
void add_rows(MatrixView<T> a, MatrixView<T> b, T* sums) {
  constexpr long lanes = Vector<T>::lanes;
  for (long i = 0; i < a.rows; ++i) {
    Vector<T> x[std::size_t(Rows)];
    DIM_UNROLL
    for (long k = 0; k < Rows; ++k) x[k] = Vector<T>::all(*a.at(i, k));
    T* const to = sums + i * FewRowsScratch<T>::columns;
    for (long j = 0; j < b.columns; j += lanes) {
      const long count = (std::min)(lanes, b.columns - j);
      Vector<T> sum = Vector<T>::load(to + j);
      DIM_UNROLL
      for (long k = 0; k < Rows; ++k) sum = fused(x[k], Vector<T>::load(b.at(k, j), count), sum);
      sum.store(to + j);
    }
  }
}

/// Computes the columns of C for those of B, on one thread.
template <class T, class Epilogue>
void multiply_few_block(MatrixView<T> a, MatrixView<T> b, FewRowsScratch<T> memory,
                        const Epilogue& epilogue) {
  constexpr long lanes = Vector<T>::lanes, together = 8;
  const long stored = few_rows * FewRowsScratch<T>::columns;
  std::fill_n(memory.totals, stored, T(0));
  for (long first = 0; first < a.columns; first += chain_length) {
    T* const sums = first == 0 ? memory.totals : memory.sums;
    const long end = (std::min)(first + chain_length, a.columns);
    if (first > 0) std::fill_n(sums, stored, T(0));
    long k = first;
    for (; k + together <= end; k += together)
      add_rows<together>(a.part(0, k, a.rows, together), b.part(k, 0, together, b.columns), sums);
    for (; k < end; ++k) add_rows<1>(a.part(0, k, a.rows, 1), b.part(k, 0, 1, b.columns), sums);
    if (first > 0)
      for (long i = 0; i < stored; i += lanes)
        (Vector<T>::load(memory.totals + i) + Vector<T>::load(sums + i)).store(memory.totals + i);
  }
  for (long i = 0; i < a.rows; ++i)
    for (long j = 0; j < b.columns; j += lanes)
      epilogue(Place{i, j, (std::min)(lanes, b.columns - j)},
               Vector<T>::load(memory.totals + i * FewRowsScratch<T>::columns + j));
}

/// multiply() where has_few_rows(a, b), in its scratch.
template <class T, class Epilogue>
void multiply_few(const Cpu& cpu, MatrixView<T> a, MatrixView<T> b, std::byte* scratch,
                  const Epilogue& epilogue) {
  constexpr long lanes = Vector<T>::lanes, most = FewRowsScratch<T>::columns;
  const long columns = std::clamp(cover(cover(b.columns, cpu.threads()), lanes) * lanes, 256L, most);
  for_each_block(cpu, cover(b.columns, columns), [&](long block, int thread) {
    const long j = block * columns;
    multiply_few_block(a, b.part(0, j, b.rows, columns), scratch_of<T, FewRowsScratch<T>>(scratch, thread),
                       [j, epilogue](Place place, Vector<T> sum) {
                         epilogue(Place{place.row, j + place.column, place.count}, sum);
                       });
  });
}

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
