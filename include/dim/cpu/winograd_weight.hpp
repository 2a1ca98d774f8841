// The gradient of a convolution with respect to its weights by minimal filtering, see winograd.hpp:
//
//   dw_c = G^T [ Sum_tiles (B^T x_c B) . (A dy A^T) ] G
//
// c runs over the channels of a cell. A sum begins a chain every 256 tiles, or pairs of tiles with brain floats, and
// the chains are added in order.
#pragma once
#include "winograd.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// The working memory of one thread of a WinogradWeightGradient, for a few strips of channels, each as wide as a
/// vector: for one chain of tiles, the components of x, in strips of (tiles, lanes), and those of dy, in panels of
/// (tiles, columns); and their products so far, in panels of (channels, columns).
template <class T>
struct WinogradSums {
  static constexpr long strips = 8, lanes = Vector<T>::lanes;
  static constexpr long channels = cover(strips * lanes, tile_rows) * tile_rows;

  long components, outputs;
  T *inputs = nullptr, *gradients = nullptr, *products = nullptr;

  constexpr long inputs_size() const { return spread<T>(strips * lanes * chain_length); }
  constexpr long gradients_size() const { return spread<T>(chain_length * panelled<T>(outputs)); }
  constexpr long products_size() const { return spread<T>(channels * panelled<T>(outputs)); }
  constexpr void lay_out(Arena& arena) {
    inputs = arena.take<T>(components * inputs_size());
    gradients = arena.take<T>(components * gradients_size());
    products = arena.take<T>(components * products_size());
  }
};

/// The WeightGradient of convolve.hpp by minimal filtering. A block of it is a few strips, for which one thread does
/// everything: no core reads what another has transformed.
template <class F, class P, class T>
struct WinogradWeightGradient {
  static constexpr long t = F::size, taps = F::taps, components = t * t;
  static constexpr long lanes = Vector<T>::lanes, panel_width = tile_columns<T>;
  static constexpr long terms = packed_terms<P>, chain = chain_length * terms;  // tiles
  using Sums = WinogradSums<T>;

  Batch<const T> x, dy;
  Window window;
  T* dw;
  bool add;

  static constexpr Extent scratch_extent(long outputs) {
    return {.per_thread = measure(Sums{components, outputs})};
  }

  void compute(const Cpu& cpu, std::byte* scratch) const {
    const long bytes = scratch_extent(dy.channels()).per_thread;
    const long each = std::clamp(cover(strips(), 2L * cpu.threads()), 1L, Sums::strips);
    for_each_block(cpu, cover(strips(), each), [&](long i, int thread) {
      const Sums memory = laid_out(Sums{components, dy.channels()}, scratch + thread * bytes);
      const long first = i * each, last = (std::min)(first + each, strips());
      const long count = dy.count * (dy.height() / 2) * (dy.width() / 2);
      for (long tile = 0; tile < (std::max)(count, 1L); tile += chain) {
        const long tiles = (std::min)(chain, count - tile);
        for (long strip = first; strip < last; ++strip)
          transform_inputs(strip, tile, tiles, memory,
                           packed(memory.inputs) + (strip - first) * lanes * chain_length);
        transform_gradients(tile, tiles, memory);
        multiply_components((last - first) * lanes, tiles, tile > 0, memory);
      }
      for (long strip = first; strip < last; ++strip)
        transform_products(strip, memory, memory.products + (strip - first) * lanes * panel_width);
    });
  }

 private:
  /// The channels of a cell in strips, none of which spans two lines.
  struct Strip {
    long line, channel, count;
  };
  Cell cell() const { return Cell::of(x, window.stride.height); }
  long strips() const { return cell().lines * cover(cell().run, lanes); }
  Strip strip_at(long strip) const {
    const long run = cell().run, each = cover(run, lanes), channel = strip % each * lanes;
    return {strip / each, channel, (std::min)(lanes, run - channel)};
  }

  static P* packed(T* memory) { return reinterpret_cast<P*>(memory); }
  /// Calls transform(tile, result) for each tile of a chain and packs the results at to, to + step, ...: one by one,
  /// or pair by pair.
  template <class Transform>
  static void transform_tiles(long first, long tiles, P* to, long step, long apart,
                              const Transform& transform) {
    for (long k = 0; k < tiles; k += terms, to += step) {
      Grid<Vector<T>, t> result[std::size_t(terms)] = {};
      for (long i = 0; i < (std::min)(terms, tiles - k); ++i) transform(first + k + i, result[i]);
      if constexpr (terms == 1)
        store_square(result[0], to, t * apart, apart, lanes);
      else
        for (long i = 0; i < t; ++i)
          for (long j = 0; j < t; ++j)
            bfloat_pairs(result[0][i][j], result[1][i][j]).store(to + (i * t + j) * apart);
    }
  }

  /// B^T x B of a chain of tiles.
  void transform_inputs(long strip, long first, long tiles, const Sums& memory, P* to) const {
    const auto [line, channel, count] = strip_at(strip);
    const T* const from = x.data + line * cell().line_step + channel;
    transform_tiles(
        first, tiles, to, lanes, memory.inputs_size(), [&, lanes_used = count](long tile, auto& result) {
          const Pixel at = tile_pixel(tile, dy.height(), dy.width());
          Grid<Vector<T>, t> cells;
          load_square(from + window_begin(x, window, at), cell().down, cell().across, lanes_used, cells);
          both_ways(cells, result, [](const auto& in, auto& out) { F::inputs(in, out); });
        });
  }

  /// A dy A^T of a chain of tiles.
  void transform_gradients(long first, long tiles, const Sums& memory) const {
    for (long o = 0; o < dy.channels(); o += lanes) {
      P* const to = packed(memory.gradients) + o / panel_width * panel_width * chain_length + o % panel_width;
      transform_tiles(first, tiles, to, panel_width, memory.gradients_size(), [&](long tile, auto& result) {
        const auto [n, i, j] = tile_pixel(tile, dy.height(), dy.width());
        Vector<T> gradients[2][2];
        load_square(dy.at(n, i, j) + o, dy.line(), dy.channels(), dy.channels() - o, gradients);
        both_ways(gradients, result, [](const auto& in, auto& out) { F::outputs_transposed(in, out); });
      });
    }
  }

  /// products = inputs^T gradients, or products += inputs^T gradients.
  void multiply_components(long channels, long tiles, bool onto, const Sums& memory) const {
    long step[chain_length];
    for (long k = 0; k < cover(tiles, terms); ++k) step[k] = k * lanes;
    for (long component = 0; component < components; ++component) {
      TileRows<P> rows{
          packed(memory.inputs + component * memory.inputs_size()), step, cover(tiles, terms), {}};
      const P* const panels = packed(memory.gradients + component * memory.gradients_size());
      for (long column = 0; column < dy.channels(); column += panel_width) {
        T* products = memory.products + component * memory.products_size() + column * Sums::channels;
        for (long c = 0; c < channels; c += tile_rows, products += tile_rows * panel_width) {
          for (long i = 0; i < tile_rows; ++i) {
            const long channel = (std::min)(c + i, channels - 1);
            rows.row[i] = channel / lanes * lanes * chain_length + channel % lanes;
          }
          multiply_tile(rows, panels + column * chain_length, dy.channels() - column, products, onto);
        }
      }
    }
  }

  /// G^T products G, the gradients for a strip of channels.
  void transform_products(long strip, const Sums& memory, const T* products) const {
    const long s = window.stride.height, pixel = x.channels() * dy.channels();
    const auto [line, channel, count] = strip_at(strip);
    for (long c = 0; c < count; ++c, products += panel_width) {
      const Store<T> store{dw + line * window.width * pixel + (channel + c) * dy.channels(), pixel, add};
      for (long o = 0; o < dy.channels(); o += lanes) {
        Grid<Vector<T>, t> sums;
        Grid<Vector<T>, taps> result;
        load_square(products + o / panel_width * panel_width * Sums::channels + o % panel_width,
                    t * memory.products_size(), memory.products_size(), lanes, sums);
        both_ways(sums, result, [](const auto& in, auto& out) { F::weights_transposed(in, out); });
        for (long u = 0; u < taps; ++u)
          for (long v = 0; v < taps; ++v)
            store(Place{u * s * window.width + v * s, o, (std::min)(lanes, dy.channels() - o)}, result[u][v]);
      }
    }
  }
};

/// Memory that `winograd_backward_weight` needs, in bytes, for images of any size.
template <class T>
constexpr Extent winograd_backward_weight_scratch(Window window, long outputs) {
  Extent extent;
  with_filtering(window,
                 [&]<class F>(F) { extent = WinogradWeightGradient<F, T, T>::scratch_extent(outputs); });
  return extent;
}

/// convolve_backward_weight() by minimal filtering; requires has_winograd(window, dy.height, dy.width).
template <class T>
void winograd_backward_weight(const Cpu& cpu, Batch<const T> x, Batch<const T> dy, Window window, T* dw,
                              bool add, std::byte* scratch) {
  assert(covers(x.border, window.padding) && x.count == dy.count);
  with_filtering(window, [&]<class F>(F) {
    with_packed<T>(cpu, [&]<class P>(P) {
      WinogradWeightGradient<F, P, T>{x, dy, window, dw, add}.compute(cpu, scratch);
    });
  });
}

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
