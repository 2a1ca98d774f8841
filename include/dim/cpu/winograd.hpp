// Convolution with fewer products: minimal filtering F(2x2, RxR), with the transforms of winograd_transforms.hpp.
//
// Divided into cells of stride x stride pixels, a window of R stride x R stride pixels has R x R cells, and the
// convolution has stride 1. A tile of 2 x 2 outputs is computed at once from the t x t cells under it, t = R + 1:
//
//   forward    y = A^T [ Sum_c (G w_c G^T) . (B^T x_c B) ] A
//   to data    the same for each class of pixels of dx, from dy and the weights turned around
//
// c runs over the channels of a cell and "." multiplies element by element: t^2 products where the sums of
// convolve.hpp have 4 R^2, 9 instead of 16 with R = 2 and 16 instead of 36 with R = 3. Each of the t^2 components is
// a matrix product, with operands rounded to brain floats if so chosen. The results are those of convolve.hpp up to
// rounding; every sum over c is one chain, so that no bit depends on blocks or threads. The gradient with respect to
// the weights is in winograd_weight.hpp.
#pragma once
#include "convolve.hpp"
#include "winograd_transforms.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// Whether the passes below handle a window, for outputs of height x width pixels, which must be whole tiles.
constexpr bool has_winograd(Window window, long height, long width) {
  const long s = window.stride.height, taps = window.height / s;
  return window.stride.width == s && window.height == window.width && window.height == taps * s &&
         (taps == 2 || taps == 3) && height % 2 == 0 && width % 2 == 0;
}

/// The same for the gradient with respect to data of height x width pixels.
constexpr bool has_winograd_to_data(Window window, long height, long width) {
  const long s = window.stride.height;
  return height % s == 0 && width % s == 0 && has_winograd(window, height / s, width / s);
}

/// Calls function(Filtering<R>()) for the window's R.
template <class Function>
constexpr void with_filtering(Window window, const Function& function) {
  assert(has_winograd(window, 0, 0));
  if (window.height == 2 * window.stride.height)
    function(Filtering<2>());
  else
    function(Filtering<3>());
}

/// A cell of images: `lines` runs of `run` numbers, `line_step` apart; the next cells lie `down` and `across` further
/// on.
struct Cell {
  long lines, run, line_step, down, across;

  long depth() const { return lines * run; }
  template <class T>
  static Cell of(Batch<const T> x, long stride) {
    return {stride, stride * x.channels(), x.line(), stride * x.line(), stride * x.channels()};
  }
};

/// The first pixel of tile k in a batch of images of height x width pixels.
inline Pixel tile_pixel(long k, long height, long width) {
  const Pixel tile = Pixel::number(k, height / 2, width / 2);
  return {tile.n, 2 * tile.i, 2 * tile.j};
}

/// `columns` rounded up to whole panels.
template <class T>
constexpr long panelled(long columns) {
  return cover(columns, tile_columns<T>) * tile_columns<T>;
}

/// `size` plus three cache lines: components a power of two apart would map to the same cache sets.
template <class T>
constexpr long spread(long size) {
  return size + 3 * alignment / long(sizeof(T));
}

/// What all threads of a WinogradCorrelation share: the weights' components, matrices (depth, columns) in panels, and
/// the offset of each of the `depth` numbers of a cell, which are consecutive. Pairs of brain floats take half of
/// that.
template <class T>
struct WinogradWeights {
  long components, depth, columns;
  T* panels = nullptr;
  long* index = nullptr;

  constexpr long size() const { return spread<T>(depth * panelled<T>(columns)); }
  constexpr void lay_out(Arena& arena) {
    panels = arena.take<T>(components * size());
    index = arena.take<long>(depth);
  }
};

/// The working memory of one thread: the components of a block of tiles, (tiles, depth) each, and their products,
/// (tiles, columns) in panels.
template <class T>
struct WinogradBlock {
  static constexpr long groups = 8, tiles = groups * tile_rows;

  long components, depth, columns;
  T *inputs = nullptr, *products = nullptr;

  constexpr long inputs_size() const { return spread<T>(tiles * depth); }
  constexpr long products_size() const { return spread<T>(tiles * panelled<T>(columns)); }
  constexpr void lay_out(Arena& arena) {
    inputs = arena.take<T>(components * inputs_size());
    products = arena.take<T>(components * products_size());
  }
};

/// The Correlation of convolve.hpp by minimal filtering: each of the height x width pixels of every image is the
/// product of R x R cells of `source` and the weights.
template <class F, class P, class T>
struct WinogradCorrelation {
  static constexpr long t = F::size, taps = F::taps, components = t * t;
  static constexpr long lanes = Vector<T>::lanes, terms = packed_terms<P>;
  using Block = WinogradBlock<T>;

  const T* source;
  Cell cell;
  long columns, images, height, width;

  static constexpr Extent scratch_extent(long depth, long columns) {
    return {.fixed = measure(WinogradWeights<T>{components, depth, columns}),
            .per_thread = measure(Block{components, depth, columns})};
  }

  /// weights(u, v, line) is the matrix (run, columns) that multiplies `line` of cell (u, v) of a window, begin(pixel)
  /// where its window begins in `source`, target(pixel) its row for `epilogue`.
  template <class Weights, class Begin, class Target, class Epilogue>
  void compute(const Cpu& cpu, const Weights& weights, const Begin& begin, const Target& target,
               std::byte* scratch, const Epilogue& epilogue) const {
    const long depth = cell.depth(), count = images * (height / 2) * (width / 2);
    const Extent extent = scratch_extent(depth, columns);
    const auto shared = laid_out(WinogradWeights<T>{components, depth, columns}, scratch);
    for (long k = 0; k < depth; ++k) shared.index[k] = k;
    for_each_piece(cpu, columns, tile_columns<T>,
                   [&](long column, long) { transform_weights(weights, column, shared); });
    for_each_block(cpu, cover(count, Block::tiles), [&](long i, int thread) {
      const auto block =
          laid_out(Block{components, depth, columns}, scratch + extent.fixed + thread * extent.per_thread);
      const long first = i * Block::tiles, tiles = (std::min)(Block::tiles, count - first);
      transform_inputs(first, tiles, begin, block);
      multiply_components(tiles, shared, block);
      transform_products(first, tiles, target, block, epilogue);
    });
  }

 private:
  /// Numbers of a line of a cell, packed.
  long packed_run() const { return cover(cell.run, terms); }

  /// G w G^T, in panels of their own: the taps are packed into the first of them and transformed in place.
  template <class Weights>
  void transform_weights(const Weights& weights, long column, const WinogradWeights<T>& shared) const {
    constexpr long panel_width = tile_columns<T>;
    const long depth = cell.depth();
    T* const panel = shared.panels + column * depth;
    for (long tap = 0; tap < taps * taps; ++tap)
      for (long line = 0; line < cell.lines; ++line)
        pack<panel_width>(weights(tap / taps, tap % taps, line).part(0, column, cell.run, panel_width),
                          panel + tap * shared.size() + line * cell.run * panel_width, 0);
    for (T* numbers = panel; numbers < panel + depth * panel_width; numbers += lanes) {
      Grid<Vector<T>, taps> w;
      Grid<Vector<T>, t> result;
      load_square(numbers, taps * shared.size(), shared.size(), lanes, w);
      both_ways(w, result, [](const auto& x, auto& to) { F::weights(x, to); });
      store_square(result, numbers, t * shared.size(), shared.size(), lanes);
    }
    if constexpr (terms > 1)  // packing overtakes no line that is still to be read
      for (long component = 0; component < components; ++component)
        for (long line = 0; line < cell.lines; ++line) {
          T* const numbers = panel + component * shared.size();
          pack<panel_width>(
              MatrixView<T>{numbers + line * cell.run * panel_width, cell.run, panel_width, panel_width},
              reinterpret_cast<P*>(numbers) + line * packed_run() * panel_width, 0);
        }
  }

  /// B^T x B of a block of tiles.
  template <class Begin>
  void transform_inputs(long first, long tiles, const Begin& begin, const Block& block) const {
    for (long k = 0; k < tiles; ++k) {
      const T* from = source + begin(tile_pixel(first + k, height, width));
      P* to = reinterpret_cast<P*>(block.inputs) + k * cell.lines * packed_run();
      for (long line = 0; line < cell.lines; ++line, from += cell.line_step, to += packed_run())
        for (long c = 0; c < cell.run; c += lanes * terms)
          transform_channels(from + c, cell.run - c, to + c / terms, block.inputs_size());
    }
  }
  /// As many channels of a tile as fill a vector of P.
  void transform_channels(const T* from, long count, P* to, long apart) const {
    Grid<T, components, lanes * terms> line;
    for (long c = 0; c < lanes * terms; c += lanes) {
      Grid<Vector<T>, t> x, result;
      load_square(from + c, cell.down, cell.across, (std::min)(lanes, count - c), x);
      both_ways(x, result, [](const auto& in, auto& out) { F::inputs(in, out); });
      if constexpr (terms == 1)
        return store_square(result, to, t * apart, apart, (std::min)(lanes, count));
      else
        store_square(result, line[0] + c, t * lanes * terms, lanes * terms, lanes);
    }
    for (long component = 0; component < components; ++component)
      load_along<P>(line[component], lanes * terms)
          .store(to + component * apart, (std::min)(lanes, cover(count, terms)));
  }

  void multiply_components(long tiles, const WinogradWeights<T>& shared, const Block& block) const {
    constexpr long panel_width = tile_columns<T>;
    const long depth = cell.lines * packed_run();
    for (long component = 0; component < components; ++component) {
      const P* const panels = reinterpret_cast<const P*>(shared.panels + component * shared.size());
      TileRows<P> rows{reinterpret_cast<const P*>(block.inputs + component * block.inputs_size()),
                       shared.index,
                       depth,
                       {}};
      for (long column = 0; column < columns; column += panel_width) {
        T* sums = block.products + component * block.products_size() + column * Block::tiles;
        for (long k = 0; k < tiles; k += tile_rows, sums += tile_rows * panel_width) {
          for (long i = 0; i < tile_rows; ++i) rows.row[i] = (std::min)(k + i, tiles - 1) * depth;
          multiply_tile(rows, panels + column * cell.depth(), columns - column, sums, false);
        }
      }
    }
  }

  /// A^T products A of a block of tiles.
  template <class Target, class Epilogue>
  void transform_products(long first, long tiles, const Target& target, const Block& block,
                          const Epilogue& epilogue) const {
    constexpr long panel_width = tile_columns<T>;
    for (long k = 0; k < tiles; ++k) {
      const Pixel at = tile_pixel(first + k, height, width);
      const long row[2][2] = {{target(at), target({at.n, at.i, at.j + 1})},
                              {target({at.n, at.i + 1, at.j}), target({at.n, at.i + 1, at.j + 1})}};
      for (long column = 0; column < columns; column += lanes) {
        const T* const from = block.products + column / panel_width * panel_width * Block::tiles +
                              k * panel_width + column % panel_width;
        Grid<Vector<T>, t> products;
        Grid<Vector<T>, 2> y;
        load_square(from, t * block.products_size(), block.products_size(), lanes, products);
        both_ways(products, y, [](const auto& in, auto& out) { F::outputs(in, out); });
        for (long i = 0; i < 2; ++i)
          for (long j = 0; j < 2; ++j)
            epilogue(Place{row[i][j], column, (std::min)(lanes, columns - column)}, y[i][j]);
      }
    }
  }
};

/// Memory that `winograd` and `winograd_backward_data` need, in bytes, for images of any size.
template <class T>
constexpr Extent winograd_scratch(Window window, long channels, long outputs) {
  Extent extent;
  with_filtering(window, [&]<class F>(F) {
    using Correlation = WinogradCorrelation<F, T, T>;
    extent = larger(Correlation::scratch_extent(window.stride.area() * channels, outputs),
                    Correlation::scratch_extent(outputs, channels));
  });
  return extent;
}

/// convolve() by minimal filtering; requires has_winograd(window, y.height, y.width).
template <class T, class Epilogue>
void winograd(const Cpu& cpu, Batch<const T> x, const T* w, Window window, Batch<T> y, std::byte* scratch,
              const Epilogue& epilogue) {
  assert(covers(x.border, window.padding) && x.count == y.count);
  const long s = window.stride.height;
  const Cell cell = Cell::of(x, s);
  const auto weights = [&](long u, long v, long line) {
    const long row = ((u * s + line) * window.width + v * s) * x.channels();
    return MatrixView<T>{w + row * y.channels(), cell.run, y.channels(), y.channels()};
  };
  with_filtering(window, [&]<class F>(F) {
    with_packed<T>(cpu, [&]<class P>(P) {
      WinogradCorrelation<F, P, T>{x.data, cell, y.channels(), y.count, y.height(), y.width()}.compute(
          cpu, weights, [&](Pixel at) { return window_begin(x, window, at); },
          [&](Pixel at) { return y.offset(at.n, at.i, at.j); }, scratch, epilogue);
    });
  });
}

/// convolve_backward_data() by minimal filtering; requires has_winograd_to_data(window, dx.height, dx.width).
template <class T, class Epilogue>
void winograd_backward_data(const Cpu& cpu, Batch<const T> dy, const T* w, Window window, Batch<T> dx,
                            std::byte* scratch, const Epilogue& epilogue) {
  assert(covers(dy.border, window.gradient_border()) && dy.count == dx.count);
  const long s = window.stride.height, last = window.height / s - 1;
  const Cell cell{1, dy.channels(), 0, dy.line(), dy.channels()};  // of stride 1: one class at a time
  for (long top = 0; top < s; ++top) {
    for (long left = 0; left < s; ++left) {
      const Residue down = Residue::down(top, dx.height(), window);
      const Residue across = Residue::across(left, dx.width(), window);
      const auto weights = [&](long u, long v, long) {
        const long tap = (down.first + (last - u) * s) * window.width + across.first + (last - v) * s;
        return MatrixView<T>{w + tap * dx.channels() * dy.channels(), dx.channels(), dy.channels(),
                             dy.channels()}
            .transposed();
      };
      const auto begin = [&](Pixel at) {
        return dy.offset(at.n, at.i + down.nearest - last, at.j + across.nearest - last);
      };
      const auto target = [&](Pixel at) {
        return dx.offset(at.n, down.begin + at.i * s, across.begin + at.j * s);
      };
      with_filtering(window, [&]<class F>(F) {
        with_packed<T>(cpu, [&]<class P>(P) {
          WinogradCorrelation<F, P, T>{dy.data, cell, dx.channels(), dx.count, down.count, across.count}
              .compute(cpu, weights, begin, target, scratch, epilogue);
        });
      });
    }
  }
}

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
