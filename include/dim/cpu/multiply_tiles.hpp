// Matrix products in tiles that fill the registers, from operands packed in panels.
#pragma once
#include <algorithm>
#include <cassert>
#include <cstddef>

#include "../core/arena.hpp"
#include "cpu.hpp"
#include "pack.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// Number of packed terms in a chain, and the depth of a panel of B: at most 32 KB, a first-level cache.
inline constexpr long chain_length = 256;

/// A tile of C fills the registers: its rows times its vectors, with one row of B and one number of A beside them.
inline constexpr long tile_rows = register_bytes == 64 ? 8 : register_bytes == 32 ? 6 : 3;
inline constexpr long tile_vectors = register_bytes == 64 ? 2 : 1;
template <class T>
inline constexpr long tile_columns = tile_vectors * Vector<T>::lanes;

/// The largest block of C, the work of one thread at a time, in tiles down and in panels across: its sums and one
/// chain of A fit into a second-level cache. `group` panels of B are packed together, so that their rows are read in
/// longer runs.
inline constexpr long block_tiles = 32, block_panels = 16, panel_group = 4;

/// Where a vector of C belongs: its first `count` lanes are C(row, column), C(row, column + 1), ...
struct Place {
  long row, column, count;
};

/// Epilogue that stores C in rows `row_stride` numbers apart: C(i, j) becomes sum(i, j), or, as far as these are
/// given, C(i, j) + (sum(i, j) + bias(j)).
template <class T>
struct Store {
  T* to;
  long row_stride;
  bool add = false;
  const T* bias = nullptr;

  DIM_INLINE void operator()(Place place, Vector<T> sum) const {
    T* const c = to + place.row * row_stride + place.column;
    if (bias != nullptr) sum = sum + Vector<T>::load(bias + place.column, place.count);
    if (add) sum = Vector<T>::load(c, place.count) + sum;
    sum.store(c, place.count);
  }
};

/// The working memory of one thread of `multiply`. Pairs of brain floats are as large as floats.
template <class T>
struct MultiplyScratch {
  T* strips = nullptr;  // one chain of A, if packed
  T* panels = nullptr;  // of B, a group
  T* sums = nullptr;    // of a block of C

  constexpr void lay_out(Arena& arena) {
    strips =
        arena.take<T>(cover(block_tiles * tile_rows, Vector<T>::lanes) * Vector<T>::lanes * chain_length);
    panels = arena.take<T>(panel_group * chain_length * tile_columns<T>);
    sums = arena.take<T>(block_tiles * tile_rows * block_panels * tile_columns<T>);
  }
};

/// Numbers of B that all blocks of rows share, packed once: 8 MB of floats, in the last cache.
inline constexpr long shared_numbers = 1L << 21;

/// Memory that `multiply` needs, in bytes, for any matrices: panels that all threads share, and each thread's working
/// memory.
template <class T>
constexpr Extent multiply_scratch() {
  return {.fixed = shared_numbers * long(sizeof(T)), .per_thread = measure(MultiplyScratch<T>())};
}

/// The working memory of thread number `thread`, in a scratch of size multiply_scratch<T>().
template <class T, class Scratch = MultiplyScratch<T>>
Scratch scratch_of(std::byte* scratch, int thread) {
  constexpr Extent extent = multiply_scratch<T>();
  static_assert(measure(Scratch()) <= extent.per_thread);
  return laid_out(Scratch(), scratch + extent.fixed + thread * extent.per_thread);
}

/// The rows of A for one tile, wherever they lie: A(i, k) = data[row[i] + column[k]], k in [0, depth), P being the
/// type that is multiplied. A matrix, transposed or not, and the windows of a convolution all have this form, so that
/// one micro-kernel reads them all in place.
template <class P>
struct TileRows {
  const P* data;
  const long* column;
  long depth;
  long row[tile_rows];
};

/// The micro-kernel, for `Vectors` vectors across: sums(i, j) = Sum_k A(i, k) panel(k, j), one chain, added
/// to what sums held if `add`; rows of both panel and sums are tile_columns<T> apart. Not inlined: in a
/// caller's body g++ would give the caller's variables the registers of this loop.
template <long Vectors, class P, class T>
[[gnu::noinline]] void multiply_tile(const TileRows<P>& rows, const P* panel, T* sums, bool add) {
  constexpr long lanes = Vector<T>::lanes, width = tile_columns<T>;
  const P* a[tile_rows];
  Vector<T> sum[tile_rows][std::size_t(Vectors)];
  DIM_UNROLL
  for (long i = 0; i < tile_rows; ++i) {
    a[i] = rows.data + rows.row[i];
    DIM_UNROLL
    for (long j = 0; j < Vectors; ++j) sum[i][j] = Vector<T>::all(0);
  }
  const long* const end = rows.column + rows.depth;
  for (const long* column = rows.column; column < end; ++column, panel += width) {
    Vector<P> b[std::size_t(Vectors)];
    DIM_UNROLL
    for (long j = 0; j < Vectors; ++j) b[j] = Vector<P>::load(panel + j * lanes);
    DIM_UNROLL
    for (long i = 0; i < tile_rows; ++i) {
      const Vector<P> x = Vector<P>::all(a[i][*column]);
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

/// The same with as many vectors as the columns need.
template <class P, class T>
void multiply_tile(const TileRows<P>& rows, const P* panel, long columns, T* sums, bool add) {
  if (columns > Vector<T>::lanes)
    multiply_tile<tile_vectors>(rows, panel, sums, add);
  else
    multiply_tile<1>(rows, panel, sums, add);
}

/// Calls epilogue(place, sum) for each vector of `rows` rows and `columns` columns of a tile that begins at
/// (row, column) of C; what exceeds a tile is left out. Takes a copy of the epilogue, which no store through a
/// pointer can change, so that the compiler keeps its members in registers.
template <class T, class Epilogue>
void finish_tile(const T* sums, long row, long rows, long column, long columns, Epilogue epilogue) {
  constexpr long lanes = Vector<T>::lanes;
  for (long i = 0; i < (std::min)(rows, tile_rows); ++i)
    for (long j = 0; j < (std::min)(columns, tile_columns<T>); j += lanes)
      epilogue(Place{row + i, column + j, (std::min)(lanes, columns - j)},
               Vector<T>::load(sums + i * tile_columns<T> + j));
}

/// One chain of A, (rows, depth), as the micro-kernel takes it: in place, if its rows can be read there, else packed,
/// row by row or in strips as wide as a vector.
template <class P, class T>
struct ChainOfRows {
  static constexpr long lanes = Vector<T>::lanes, strip = lanes * chain_length;

  const P* data;
  long rows, depth, row_stride;
  bool strips;
  long column[chain_length];

  ChainOfRows(MatrixView<T> a, P* memory)
      : rows(a.rows), depth(cover(a.columns, packed_terms<P>)), strips(a.column_stride != 1) {
    if (strips) {
      pack<lanes>(a.transposed(), memory, strip);
      data = memory;
    } else if constexpr (std::is_same_v<P, T>) {
      data = a.data;
      row_stride = a.row_stride;
    } else {
      pack_rows(a, memory, chain_length);
      data = memory;
      row_stride = chain_length;
    }
    for (long k = 0; k < depth; ++k) column[k] = strips ? k * lanes : k;
  }

  /// Rows from `first` on; after the last one it is repeated, and not stored.
  TileRows<P> tile(long first) const {
    TileRows<P> result{data, column, depth, {}};
    for (long i = 0; i < tile_rows; ++i) {
      const long row = (std::min)(first + i, rows - 1);
      result.row[i] = strips ? row / lanes * strip + row % lanes : row * row_stride;
    }
    return result;
  }
};

/// One block of C = A B, on one thread: each panel of B is multiplied by one chain of A, with the tiles of C as the
/// inner loop, so that the panel stays in the first-level cache and the chain of A in the second. panel_of(k, p) is
/// where the chain of panel p that begins at k lies.
template <class P, class T, class PanelOf, class Epilogue>
void multiply_block(MatrixView<T> a, long columns, MultiplyScratch<T> memory, const PanelOf& panel_of,
                    const Epilogue& epilogue) {
  constexpr long width = tile_columns<T>, terms = chain_length * packed_terms<P>;
  const long tiles = cover(a.rows, tile_rows);
  for (long k = 0; k < (std::max)(a.columns, 1L); k += terms) {
    const ChainOfRows<P, T> chain(a.part(0, k, a.rows, terms), reinterpret_cast<P*>(memory.strips));
    const bool first = k == 0, last = k + terms >= a.columns;
    for (long p = 0; p < cover(columns, width); ++p) {
      const P* const panel = panel_of(k, p);
      for (long t = 0; t < tiles; ++t) {
        const long row = t * tile_rows, left = p * width;
        T* const sums = memory.sums + (p * tiles + t) * tile_rows * width;
        multiply_tile(chain.tile(row), panel, columns - left, sums, !first);
        if (last) finish_tile(sums, row, a.rows - row, left, columns - left, epilogue);
      }
    }
  }
}

/// Size of a block of C, in tiles and in panels.
struct BlockExtent {
  long tiles, panels;
};

/// Blocks shrink until every thread has work: their size may depend on the number of threads, since no bit depends on
/// it.
template <class T>
constexpr BlockExtent block_extent(long rows, long columns, int threads) {
  long tiles = (std::min)(block_tiles, cover(rows, tile_rows));
  long panels = (std::min)(block_panels, cover(columns, tile_columns<T>));
  while (cover(rows, tiles * tile_rows) * cover(columns, panels * tile_columns<T>) < 2L * threads) {
    if (tiles <= 4 && panels <= 2) break;
    if (tiles > 2 * panels)
      tiles = cover(tiles, 2);
    else
      panels = cover(panels, 2);
  }
  return {tiles, panels};
}

/// Calls function(P()) with the type that operands of products in T are packed to: T, or pairs of brain floats.
template <class T, class Function>
void with_packed(const Cpu& cpu, const Function& function) {
  if constexpr (std::is_same_v<T, float>)
    if (cpu.arithmetic.products == Precision::bf16) return function(BfloatPair());
  function(T());
}

/// Panels of B that one block packs for itself, a group at a time, when it comes to the first of them.
template <class P, class T>
struct OwnPanels {
  static constexpr long width = tile_columns<T>, size = width * chain_length;

  MatrixView<T> b;
  P* memory;

  /// Panel p, from row k on.
  const P* at(long k, long p) const {
    if (p % panel_group == 0)
      pack<width>(b.part(k, p * width, chain_length * packed_terms<P>, panel_group * width), memory, size);
    return memory + p % panel_group * size;
  }
};

/// Panels of B that are packed for all blocks, each of them whole, chain after chain.
template <class P, class T>
struct SharedPanels {
  static constexpr long width = tile_columns<T>, terms = chain_length * packed_terms<P>;

  MatrixView<T> b;
  P* memory;

  /// The size of a panel, in packed numbers.
  static long size(long depth) { return width * (std::max)(cover(depth, packed_terms<P>), 1L); }
  /// Panel p, from row k on.
  P* at(long k, long p) const { return memory + p * size(b.rows) + k / packed_terms<P> * width; }

  void pack_all(const Cpu& cpu) const {
    const long chains = cover(b.rows, terms), groups = cover(b.columns, panel_group * width);
    for_each_block(cpu, chains * groups, [&](long i, int) {
      const long k = i % chains * terms, p = i / chains * panel_group;
      pack<width>(b.part(k, p * width, terms, panel_group * width), at(k, p), size(b.rows));
    });
  }
};

/// C = A B, for A (M, K) and B (K, N), packed to P. If B is multiplied by more than one block of rows, it is packed
/// for all of them, as many columns at a time as there is room for; else each block packs its own part.
template <class P, class T, class Epilogue>
void multiply_in_tiles(const Cpu& cpu, MatrixView<T> a, MatrixView<T> b, std::byte* scratch,
                       const Epilogue& epilogue) {
  constexpr long width = tile_columns<T>;
  const BlockExtent extent = block_extent<T>(a.rows, b.columns, cpu.threads());
  const long rows = extent.tiles * tile_rows, columns = extent.panels * width, down = cover(a.rows, rows);
  const long room = shared_numbers / SharedPanels<P, T>::size(b.rows);  // panels
  const bool shared = down >= 2 && room >= panel_group;
  const long stripe =
      shared ? (room - room % (std::min)(room, extent.panels)) * width : b.columns;  // whole blocks
  for (long left = 0; left < b.columns; left += stripe) {
    const SharedPanels<P, T> panels{b.part(0, left, b.rows, stripe), reinterpret_cast<P*>(scratch)};
    if (shared) panels.pack_all(cpu);
    const long across = cover(panels.b.columns, columns);
    for_each_block(cpu, down * across, [&](long block, int thread) {
      const long i = block / across * rows, j = block % across * columns;
      const MatrixView<T> own_a = a.part(i, 0, rows, a.columns), own_b = panels.b.part(0, j, b.rows, columns);
      const auto memory = scratch_of<T>(scratch, thread);
      const OwnPanels<P, T> own{own_b, reinterpret_cast<P*>(memory.panels)};
      const auto panel_of = [&](long k, long p) {
        return shared ? panels.at(k, j / width + p) : own.at(k, p);
      };
      multiply_block<P>(own_a, own_b.columns, memory, panel_of,
                        [i, j = left + j, epilogue](Place place, Vector<T> sum) {
                          epilogue(Place{i + place.row, j + place.column, place.count}, sum);
                        });
    });
  }
}

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
