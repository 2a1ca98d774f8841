// Matrix products C = A B for any strides, so that A B, A B^T and A^T B are one function.
//
// Every element of C is
//
//     C(i, j) = S_0 + S_1 + ...,    S_b = Sum over the b-th 256 values of k of A(i, k) B(k, j),
//
// each S_b one chain of multiply-adds from 0 with k rising, the S_b added in order. Nothing else enters,
// neither tile nor block nor thread: these are chosen for speed, and the bits of C depend on A and B alone.
// Builds for AVX-512 and AVX2 with FMA fuse each multiply-add and agree in every bit; others round the
// products too.
#pragma once
#include <algorithm>
#include <cassert>
#include <cstddef>

#include "../core/arena.hpp"
#include "cpu.hpp"
#include "simd.hpp"

namespace dim::inline DIM_ABI {

/// Number of terms in a chain, and the depth of a panel of B: at most 32 KB, a first-level cache.
inline constexpr long chain_length = 256;

/// A tile of C fills the registers: its rows times its vectors, and beside them one row of B and one number
/// of A.
inline constexpr long tile_rows = register_bytes == 64 ? 8 : register_bytes == 32 ? 6 : 2;
inline constexpr long tile_vectors = register_bytes == 64 ? 2 : 1;
template <class T>
inline constexpr long tile_columns = tile_vectors * Vector<T>::lanes;

/// The largest block of C, the work of one thread at a time, in tiles down and in panels across: its sums and
/// one chain of A lie in a second-level cache.
inline constexpr long block_tiles = 32, block_panels = 16;

/// How many units cover an extent.
constexpr long cover(long extent, long unit) {
  return (extent + unit - 1) / unit;
}

/// A matrix that lies somewhere else, (rows, columns): element (i, j) is
/// data[i * row_step + j * column_step], one of the steps being 1.
template <class T>
struct Matrix {
  const T* data;
  long rows, columns, row_step, column_step = 1;

  const T* at(long i, long j) const { return data + i * row_step + j * column_step; }
  Matrix transposed() const { return {data, columns, rows, column_step, row_step}; }
  /// The part from (i, j) on, of at most so many rows and columns.
  Matrix part(long i, long j, long most_rows, long most_columns) const {
    return {at(i, j), std::min(most_rows, rows - i), std::min(most_columns, columns - j), row_step,
            column_step};
  }
};

/// Where a vector of C belongs: its first `count` lanes are C(row, column), C(row, column + 1), ...
struct Place {
  long row, column, count;
};

/// Epilogue that stores C in rows `row_step` numbers apart: C(i, j) becomes sum(i, j), or, of what there is,
/// C(i, j) + (sum(i, j) + bias(j)).
template <class T>
struct Store {
  T* to;
  long row_step;
  bool add = false;
  const T* bias = nullptr;

  DIM_INLINE void operator()(Place place, Vector<T> sum) const {
    T* const c = to + place.row * row_step + place.column;
    if (bias != nullptr) sum = sum + Vector<T>::load(bias + place.column, place.count);
    if (add) sum = Vector<T>::load(c, place.count) + sum;
    sum.store(c, place.count);
  }
};

/// What one thread of `multiply` works in.
template <class T>
struct MultiplyScratch {
  T* strips = nullptr;  // one chain of A, if packed
  T* panel[2] = {};     // of B, this step's and the next
  T* sums = nullptr;    // of a block of C

  constexpr void lay_out(Arena& arena) {
    strips = arena.take<T>(block_tiles * tile_rows * chain_length);
    for (T*& each : panel) each = arena.take<T>(chain_length * tile_columns<T>);
    sums = arena.take<T>(block_tiles * tile_rows * block_panels * tile_columns<T>);
  }
};

/// Memory that `multiply` needs, in bytes: per thread, whatever the matrices.
template <class T>
constexpr Extent multiply_scratch() {
  return {.per_thread = measure(MultiplyScratch<T>())};
}

/// The rows of A for one tile, wherever they lie: A(i, k) = data[row[i] + column[k]], k in [0, depth). A
/// matrix, transposed or not, and the windows of a convolution all have this form, so that one micro-kernel
/// serves them where they are.
template <class T>
struct Rows {
  const T* data;
  const long* column;
  long depth;
  long row[tile_rows];
};

/// The micro-kernel, for `Vectors` vectors across: sums(i, j) = Sum_k A(i, k) panel(k, j), one chain, added
/// to what sums held if `add`; rows of both panel and sums are tile_columns<T> apart. Not inlined: in a
/// caller's body g++ would give the caller's variables the registers of this loop.
template <long Vectors, class T>
[[gnu::noinline]] void multiply_tile(const Rows<T>& rows, const T* panel, T* sums, bool add) {
  constexpr long lanes = Vector<T>::lanes, width = tile_columns<T>;
  const T* a[tile_rows];
  Vector<T> sum[tile_rows][Vectors];
  DIM_UNROLL
  for (long i = 0; i < tile_rows; ++i) {
    a[i] = rows.data + rows.row[i];
    DIM_UNROLL
    for (long j = 0; j < Vectors; ++j) sum[i][j] = Vector<T>::all(0);
  }
  const long* const end = rows.column + rows.depth;
  for (const long* column = rows.column; column < end; ++column, panel += width) {
    Vector<T> b[Vectors];
    DIM_UNROLL
    for (long j = 0; j < Vectors; ++j) b[j] = Vector<T>::load(panel + j * lanes);
    DIM_UNROLL
    for (long i = 0; i < tile_rows; ++i) {
      const Vector<T> x = Vector<T>::all(a[i][*column]);
      DIM_UNROLL
      for (long j = 0; j < Vectors; ++j) sum[i][j] = fused(x, b[j], sum[i][j]);
    }
  }
  DIM_UNROLL
  for (long i = 0; i < tile_rows; ++i) {
    DIM_UNROLL
    for (long j = 0; j < Vectors; ++j) {
      T* const to = sums + i * width + j * lanes;
      (add ? Vector<T>::load(to) + sum[i][j] : sum[i][j]).store(to);
    }
  }
}

/// The same for as many vectors as the columns need.
template <class T>
void multiply_tile(const Rows<T>& rows, const T* panel, long columns, T* sums, bool add) {
  if (columns > Vector<T>::lanes)
    multiply_tile<tile_vectors>(rows, panel, sums, add);
  else
    multiply_tile<1>(rows, panel, sums, add);
}

/// Calls epilogue(place, sum) for each vector of `rows` rows and `columns` columns of a tile that begins at
/// (row, column) of C; what exceeds a tile is left out. Takes a copy, which no store through a pointer can
/// change: so the compiler keeps its members in registers.
template <class T, class Epilogue>
void finish_tile(const T* sums, long row, long rows, long column, long columns, Epilogue epilogue) {
  constexpr long lanes = Vector<T>::lanes;
  for (long i = 0; i < std::min(rows, tile_rows); ++i)
    for (long j = 0; j < std::min(columns, tile_columns<T>); j += lanes)
      epilogue(Place{row + i, column + j, std::min(lanes, columns - j)},
               Vector<T>::load(sums + i * tile_columns<T> + j));
}

/// Writes B as a panel: row after row of `Width` numbers, zero where B has no column.
template <long Width, class T>
void pack(Matrix<T> b, T* panel) {
  if (b.columns < Width) std::fill_n(panel, b.rows * Width, T(0));
  if (b.column_step == 1) {
    for (long k = 0; k < b.rows; ++k, panel += Width) {
      if (b.columns == Width)
        std::memcpy(panel, b.at(k, 0), Width * sizeof(T));  // a constant length: a few moves, no call
      else
        std::copy_n(b.at(k, 0), b.columns, panel);
    }
    return;
  }
  constexpr long side = Square<T>::size;
  for (long k = 0; k < b.rows; k += side) {
    for (long j = 0; j < b.columns; j += side) {
      const Matrix<T> corner = b.part(k, j, side, side);
      T* const to = panel + k * Width + j;
      if (corner.rows == side && corner.columns == side) {
        Square<T>::load(corner.data, corner.column_step).transposed().store(to, Width);
      } else {
        for (long r = 0; r < corner.rows; ++r)
          for (long c = 0; c < corner.columns; ++c) to[r * Width + c] = *corner.at(r, c);
      }
    }
  }
}

/// Packs one chain of an A whose columns lie together into strips of tile_rows rows, a few columns at a time
/// so that no cache line is read twice.
template <class T>
void pack_strips(Matrix<T> a, T* strips) {
  constexpr long few = 16;
  for (long k = 0; k < a.columns; k += few)
    for (long i = 0; i < a.rows; i += tile_rows)
      pack<tile_rows>(a.part(i, k, tile_rows, few).transposed(), strips + i * chain_length + k * tile_rows);
}

/// Asks for B, so that it comes while the arithmetic units work.
template <class T>
void prefetch(Matrix<T> b) {
  if (b.column_step != 1) b = b.transposed();
  for (long i = 0; i < b.rows; ++i)
    for (long j = 0; j < b.columns; j += alignment / long(sizeof(T))) __builtin_prefetch(b.at(i, j));
}

/// Tile t of one chain of A where it lies, or, if there are strips, where pack_strips put it. Rows past the
/// last repeat it and are not stored.
template <class T>
Rows<T> tile_of(Matrix<T> a, long t, const T* strips, const long* column) {
  const Matrix<T> tile = a.part(t * tile_rows, 0, tile_rows, a.columns);
  const bool packed = strips != nullptr;
  Rows<T> rows{packed ? strips + t * tile_rows * chain_length : tile.data, column, tile.columns, {}};
  for (long i = 0; i < tile_rows; ++i) rows.row[i] = packed ? i : std::min(i, tile.rows - 1) * a.row_step;
  return rows;
}

/// One block of C = A B, by one thread. In each step one panel of B meets one chain of A; the tiles of C are
/// its inner loop.
///   steps: A stays in the second-level cache for all panels of a chain, the panel in the first for all tiles
///   tiles: between two of them a piece of the next panel is packed, asked for one tile ahead, so that memory
///          and arithmetic overlap
template <class T, class Epilogue>
void multiply_block(Matrix<T> a, Matrix<T> b, MultiplyScratch<T> memory, const Epilogue& epilogue) {
  constexpr long width = tile_columns<T>, side = Square<T>::size;
  const long tiles = cover(a.rows, tile_rows), panels = cover(b.columns, width);
  const long steps = panels * std::max(1L, cover(a.columns, chain_length));
  const T* const strips = a.column_step == 1 ? nullptr : memory.strips;
  long column[chain_length];
  for (long k = 0; k < chain_length; ++k) column[k] = strips == nullptr ? k : k * tile_rows;

  const auto b_panel = [&](long step) {
    return b.part(step / panels * chain_length, step % panels * width, chain_length, width);
  };
  pack<width>(b_panel(0), memory.panel[0]);
  for (long step = 0; step < steps; ++step) {
    const long p = step % panels;
    const bool first = step < panels, last = step + panels >= steps;  // chain of the sums
    const Matrix<T> a_chain = a.part(0, step / panels * chain_length, a.rows, chain_length);
    const Matrix<T> now = b_panel(step), next = step + 1 < steps ? b_panel(step + 1) : now.part(0, 0, 0, 0);
    const long piece = cover(cover(next.rows, tiles), side) * side;
    if (strips != nullptr && p == 0) pack_strips(a_chain, memory.strips);
    for (long t = 0; t < tiles; ++t) {
      const long packed = std::min(t * piece, next.rows);
      const Matrix<T> next_piece = next.part(packed, 0, piece, width);
      prefetch(next_piece);
      T* const sums = memory.sums + (p * tiles + t) * tile_rows * width;
      multiply_tile(tile_of(a_chain, t, strips, column), memory.panel[step % 2], now.columns, sums, !first);
      if (last) finish_tile(sums, t * tile_rows, a.rows - t * tile_rows, p * width, now.columns, epilogue);
      pack<width>(next_piece, memory.panel[(step + 1) % 2] + packed * width);
    }
  }
}

/// Extent of a block of C, in tiles and in panels.
struct BlockExtent {
  long tiles, panels;
};

/// Blocks shrink until every thread has work: that is free to depend on the number of threads, since no bit
/// depends on blocks.
template <class T>
constexpr BlockExtent block_extent(long rows, long columns, int threads) {
  long tiles = std::min(block_tiles, cover(rows, tile_rows));
  long panels = std::min(block_panels, cover(columns, tile_columns<T>));
  while (cover(rows, tiles * tile_rows) * cover(columns, panels * tile_columns<T>) < 2L * threads) {
    if (tiles <= 4 && panels <= 2) break;
    if (tiles > 2 * panels)
      tiles = cover(tiles, 2);
    else
      panels = cover(panels, 2);
  }
  return {tiles, panels};
}

/// C = A B, for A (M, K) and B (K, N). epilogue(place, sum) takes each vector of C once, from any thread, and
/// does with it what it likes; it is copied, so it had better be a few pointers and numbers. `scratch` is as
/// large as multiply_scratch<T>() says and aligned to `alignment`.
template <class T, class Epilogue>
void multiply(const Cpu& cpu, Matrix<T> a, Matrix<T> b, std::byte* scratch, const Epilogue& epilogue) {
  assert(a.columns == b.rows);
  if (a.rows == 0 || b.columns == 0) return;
  const BlockExtent extent = block_extent<T>(a.rows, b.columns, cpu.threads);
  const long rows = extent.tiles * tile_rows, columns = extent.panels * tile_columns<T>;
  const long across = cover(b.columns, columns);
  for_each_block(cpu, cover(a.rows, rows) * across, [&](long block, int thread) {
    const long i = block / across * rows, j = block % across * columns;
    const auto memory = laid_out(MultiplyScratch<T>(), scratch + thread * multiply_scratch<T>().per_thread);
    multiply_block(a.part(i, 0, rows, a.columns), b.part(0, j, b.rows, columns), memory,
                   [i, j, epilogue](Place place, Vector<T> sum) {
                     epilogue(Place{i + place.row, j + place.column, place.count}, sum);
                   });
  });
}

}  // namespace dim::inline DIM_ABI
