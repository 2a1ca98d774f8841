// Convolution, (N, H, W, C) -> (N, P, Q, O), and its two gradients, without unfolding the images.
//
// With stride s, padding p, both of which may differ down and across, weights w (window height, window width, C, O) and
// the images zero outside,
//
//   forward    y(n, i, j, o)  = Sum_{u, v, c} x(n, s i + u - p, s j + v - p, c) w(u, v, c, o)
//   to data    dx(n, h, w, c) = Sum_{u, v, o} dy(n, (h + p - u) / s, (w + p - v) / s, o) w(u, v, c, o)
//   to weight  dw(u, v, c, o) = Sum_{n, i, j} x(n, s i + u - p, s j + v - p, c) dy(n, i, j, o)
//
// where the second sum takes only those u, v for which the divisions have no remainder. Channels lie together and
// images are stored with a border of zeros, so that one line (u fixed) of a window is a run of consecutive numbers.
// Each element of y and dx is one chain of multiply-adds from 0 in the order of the indices under its sum, except
// that v falls in dx; dw starts a chain every max(1, 256 / Q) lines of dy and adds the chains in order. No bit
// depends on blocks or threads; multiply.hpp says how multiply-adds are rounded.
#pragma once
#include "../core/batch.hpp"
#include "multiply.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// The window of a convolution: extent, stride and padding in pixels.
struct Window {
  long height, width;
  Size stride = 1, padding = 0;

  /// The number of windows along `extent` pixels.
  constexpr long rows(long extent) const {
    return (extent + 2 * padding.height - height) / stride.height + 1;
  }
  constexpr long columns(long extent) const {
    return (extent + 2 * padding.width - width) / stride.width + 1;
  }
  /// The border that convolve_backward_data needs around dy. For k lines it reads dy from line
  /// -floor((k - 1 - p) / s) on, and up to ceil((k - 1 - p) / s) lines behind the last.
  constexpr Size gradient_border() const {
    const auto along = [](long k, long p, long s) { return int((std::max)(0L, cover(k - 1 - p, s))); };
    return {along(height, padding.height, stride.height), along(width, padding.width, stride.width)};
  }
  friend constexpr bool operator==(const Window&, const Window&) = default;
};

/// Epilogue of `convolve` and `convolve_backward_data`, for which a row is the place where its pixel begins: stores
/// into y, with a bias (channels) and added to what is there if asked to; y's border is left alone.
template <class T>
constexpr Store<T> store_pixels(Batch<T> y, bool add = false, const T* bias = nullptr) {
  return {y.data, 1, add, bias};
}

/// Pixel (i, j) of image n.
struct Pixel {
  long n, i, j;

  /// Pixel k of a batch in order.
  static Pixel number(long k, long height, long width) {
    return {k / (height * width), k / width % height, k % width};
  }
  void advance(long height, long width) {
    if (++j < width) return;
    j = 0;
    if (++i < height) return;
    i = 0;
    ++n;
  }
};

/// Where the window of output pixel `at` begins in x, possibly in the border.
template <class T>
long window_begin(Batch<T> x, Window window, Pixel at) {
  return x.offset(at.n, at.i * window.stride.height - window.padding.height,
                  at.j * window.stride.width - window.padding.width);
}

/// What all threads of a Correlation share: a matrix (depth, columns) in panels, and the offset in a window of each
/// of its `depth` numbers.
template <class T>
struct CorrelationScratch {
  long depth, columns;
  T* panels = nullptr;
  long* window = nullptr;

  constexpr void lay_out(Arena& arena) {
    panels = arena.take<T>(depth * cover(columns, tile_columns<T>) * tile_columns<T>);
    window = arena.take<long>(depth);
  }
};

/// What forward and backward to data share: each of the height x width pixels of every image is the product of a
/// window of `source`, `lines` runs of `run` numbers `line_step` apart, and the matrix in memory.panels, whose depth
/// is lines * run.
template <class T>
struct Correlation {
  static constexpr long tiles = 8;  // that use each panel in turn: panels come from the second-level cache
  static constexpr long block = tiles * tile_rows;  // pixels

  const T* source;
  long run, line_step;
  CorrelationScratch<T> memory;
  long images, height, width;

  /// begin(pixel) is where its window begins in `source`, target(pixel) its row for `epilogue`.
  template <class Begin, class Target, class Epilogue>
  void compute(const Cpu& cpu, const Begin& begin, const Target& target, const Epilogue& epilogue) const {
    for (long k = 0; k < memory.depth; ++k) memory.window[k] = k / run * line_step + k % run;
    for_each_block(cpu, cover(images * height * width, block),
                   [&](long i, int) { compute_block(i * block, begin, target, epilogue); });
  }

 private:
  template <class Begin, class Target, class Epilogue>
  void compute_block(long first, const Begin& begin, const Target& target, const Epilogue& epilogue) const {
    const long pixels = images * height * width;
    long row[block];
    TileRows<T> rows[tiles];
    for (TileRows<T>& tile : rows) tile = {source, memory.window, memory.depth, {}};
    Pixel pixel = Pixel::number(first, height, width);
    for (long k = 0; k < block; ++k) {
      row[k] = target(pixel);
      rows[k / tile_rows].row[k % tile_rows] =
          memory.depth > 0 ? begin(pixel) : 0;  // no window, nothing to read
      if (first + k + 1 < pixels)
        pixel.advance(height, width);  // the last one is repeated and not stored again
    }
    for (long column = 0; column < memory.columns; column += tile_columns<T>) {
      const T* const panel = memory.panels + column * memory.depth;
      for (long t = 0; t < tiles && first + t * tile_rows < pixels; ++t) {
        alignas(vector_bytes) T sums[tile_rows * tile_columns<T>];
        multiply_tile(rows[t], panel, memory.columns - column, sums, false);
        finish_tile(sums, t * tile_rows, pixels - first - t * tile_rows, column, memory.columns - column,
                    [&row, epilogue](Place place, Vector<T> sum) {
                      epilogue(Place{row[place.row], place.column, place.count}, sum);
                    });
      }
    }
  }
};

/// Memory that `convolve` of C channels to O outputs needs, in bytes, for images of any size.
template <class T>
constexpr Extent convolve_scratch(Window window, long channels, long outputs) {
  const long depth = window.height * window.width * channels;
  return {.fixed = measure(CorrelationScratch<T>{depth, outputs})};
}

/// y = x * w for x (N, H, W, C) with a border of at least the padding, w (window height, window width, C, O) and y
/// (N, P, Q, O). epilogue(place, sum) takes each vector of y once, from any thread; place.row is where the pixel
/// begins in y, whose numbers nothing else touches. `scratch` has the size convolve_scratch.
template <class T, class Epilogue>
void convolve(const Cpu& cpu, Batch<const T> x, const T* w, Window window, Batch<T> y, std::byte* scratch,
              const Epilogue& epilogue) {
  assert(covers(x.border, window.padding) && x.count == y.count);
  assert(y.height() <= window.rows(x.height()) && y.width() <= window.columns(x.width()));
  const long run = window.width * x.channels(), depth = window.height * run;
  const auto memory = laid_out(CorrelationScratch<T>{depth, y.channels()}, scratch);
  const MatrixView<T> weights{w, depth, y.channels(), y.channels()};
  for_each_piece(cpu, y.channels(), tile_columns<T>, [&](long o, long) {
    pack<tile_columns<T>>(weights.part(0, o, depth, tile_columns<T>), memory.panels + o * depth, 0);
  });
  Correlation<T>{x.data, run, x.line(), memory, y.count, y.height(), y.width()}.compute(
      cpu, [&](Pixel at) { return window_begin(x, window, at); },
      [&](Pixel at) { return y.offset(at.n, at.i, at.j); }, epilogue);
}

/// Every stride-th pixel of dx along one direction, beginning at `begin`: `count` pixels, whose window holds `taps`
/// numbers of dy. For pixel 0, the one at weight first + t * stride lies t pixels before pixel `nearest` of dy.
struct Residue {
  long first, begin, count, taps, nearest;

  /// The pixels k of an extent for which (k + padding) % stride == first, for a window of so many pixels along it.
  static constexpr Residue of(long first, long extent, long length, long stride, long padding) {
    const long begin = ((first - padding) % stride + stride) % stride;
    return {first, begin, (std::max)(0L, cover(extent - begin, stride)), cover(length - first, stride),
            (begin + padding) / stride};
  }
  static constexpr Residue down(long first, long height, Window window) {
    return of(first, height, window.height, window.stride.height, window.padding.height);
  }
  static constexpr Residue across(long first, long width, Window window) {
    return of(first, width, window.width, window.stride.width, window.padding.width);
  }
};

/// Memory that `convolve_backward_data` needs, in bytes, for images of any size.
template <class T>
constexpr Extent convolve_backward_data_scratch(Window window, long channels, long outputs) {
  const long depth =
      cover(window.height, window.stride.height) * cover(window.width, window.stride.width) * outputs;
  return {.fixed = measure(CorrelationScratch<T>{depth, channels})};
}

/// One class of pixels of dx: a correlation of stride 1 with every stride-th line and column of the window.
template <class T, class Epilogue>
void convolve_backward_residue(const Cpu& cpu, Batch<const T> dy, const T* w, Window window, Batch<T> dx,
                               Residue down, Residue across, std::byte* scratch, const Epilogue& epilogue) {
  constexpr long columns = tile_columns<T>;
  const long run = across.taps * dy.channels(), depth = down.taps * run;
  const auto memory = laid_out(CorrelationScratch<T>{depth, dx.channels()}, scratch);
  for_each_piece(cpu, dx.channels(), columns, [&](long c, long) {
    for (long t = 0; t < down.taps * across.taps; ++t) {  // lines of dy go up and its columns right
      const long u = down.first + t / across.taps * window.stride.height;
      const long v = across.first + (across.taps - 1 - t % across.taps) * window.stride.width;
      const T* const tap = w + (u * window.width + v) * dx.channels() * dy.channels();
      const MatrixView<T> weights{tap, dx.channels(), dy.channels(), dy.channels()};
      pack<columns>(weights.part(c, 0, columns, dy.channels()).transposed(),
                    memory.panels + c * depth + t * dy.channels() * columns, 0);
    }
  });
  Correlation<T>{dy.data, run, -dy.line(), memory, dx.count, down.count, across.count}.compute(
      cpu,
      [&](Pixel at) {
        return dy.offset(at.n, at.i + down.nearest, at.j + across.nearest - (across.taps - 1));
      },
      [&](Pixel at) {
        return dx.offset(at.n, down.begin + at.i * window.stride.height,
                         across.begin + at.j * window.stride.width);
      },
      epilogue);
}

/// dx from dy and w, as in `convolve`; the border of dy is at least window.gradient_border(). The pixels of dx fall
/// into stride.area() classes by the remainders of h + p and w + p. The epilogue is that of `convolve`, for dx, and
/// `scratch` has the size convolve_backward_data_scratch.
template <class T, class Epilogue>
void convolve_backward_data(const Cpu& cpu, Batch<const T> dy, const T* w, Window window, Batch<T> dx,
                            std::byte* scratch, const Epilogue& epilogue) {
  assert(covers(dy.border, window.gradient_border()) && dy.count == dx.count);
  assert(dy.height() == window.rows(dx.height()) && dy.width() == window.columns(dx.width()));
  for (long top = 0; top < window.stride.height; ++top) {
    for (long left = 0; left < window.stride.width; ++left) {
      const Residue down = Residue::down(top, dx.height(), window);
      const Residue across = Residue::across(left, dx.width(), window);
      if (down.count == 0 || across.count == 0) continue;
      convolve_backward_residue(cpu, dy, w, window, dx, down, across, scratch, epilogue);
    }
  }
}

/// The working memory of one thread of `convolve_backward_weight`: the lines of dy that make one chain, as a panel,
/// and where the windows of their pixels begin in x.
template <class T>
struct WeightGradientScratch {
  long width;  // of dy
  T* panel = nullptr;
  long* begin = nullptr;

  constexpr long lines() const { return (std::max)(1L, chain_length / width); }
  constexpr void lay_out(Arena& arena) {
    panel = arena.take<T>(lines() * width * tile_columns<T>);
    begin = arena.take<long>(lines() * width);
  }
};

/// Memory that `convolve_backward_weight` needs, in bytes: per thread, depending only on the width of dy.
template <class T>
constexpr Extent convolve_backward_weight_scratch(Window, long /*channels*/, long /*outputs*/, long width) {
  return {.per_thread = measure(WeightGradientScratch<T>{width})};
}

/// The matrix dw (window height * window width * C, O). Its row (u, v, c) is the product of dy with a row of A, whose
/// k-th number lies at a fixed offset in the window of the k-th pixel of dy.
template <class T>
struct WeightGradient {
  static constexpr long tiles = 16, block = tiles * tile_rows;  // rows of dw

  Batch<const T> x, dy;
  Window window;
  T* dw;
  bool add;

  long run() const { return window.width * x.channels(); }
  long rows() const { return window.height * run(); }
  long lines() const { return dy.count * dy.height(); }

  /// A block of dw: rows from `first` on and columns from `left` on.
  void compute_block(long first, long left, long columns, const WeightGradientScratch<T>& memory) const {
    TileRows<T> a[tiles];
    for (long k = 0; k < block; ++k) {
      const long r = (std::min)(first + k, rows() - 1);
      a[k / tile_rows].row[k % tile_rows] = r / run() * x.line() + r % run();
    }
    for (long line = 0; line < lines(); line += memory.lines()) {
      const long count = (std::min)(memory.lines(), lines() - line);
      find_windows(line, count, memory.begin);
      for (TileRows<T>& tile : a)
        tile.data = x.data, tile.column = memory.begin, tile.depth = count * dy.width();
      for (long column = left; column < (std::min)(left + columns, dy.channels());
           column += tile_columns<T>) {
        pack_lines(line, count, column, memory.panel);
        add_chain(a, memory.panel, first, column, line > 0 || add);
      }
    }
  }

 private:
  void find_windows(long line, long count, long* begin) const {
    Pixel pixel = Pixel::number(line * dy.width(), dy.height(), dy.width());
    for (long k = 0; k < count * dy.width(); ++k, pixel.advance(dy.height(), dy.width()))
      begin[k] = window_begin(x, window, pixel);
  }
  void pack_lines(long line, long count, long column, T* panel) const {
    constexpr long width = tile_columns<T>;
    for (long m = line; m < line + count; ++m, panel += dy.width() * width) {
      const MatrixView<T> pixels{dy.at(m / dy.height(), m % dy.height(), 0), dy.width(), dy.channels(),
                                 dy.channels()};
      pack<width>(pixels.part(0, column, dy.width(), width), panel, 0);
    }
  }
  void add_chain(const TileRows<T> (&a)[tiles], const T* panel, long first, long column, bool onto) const {
    const Store<T> store{dw, dy.channels(), onto};
    for (long t = 0; t < tiles && first + t * tile_rows < rows(); ++t) {
      alignas(vector_bytes) T sums[tile_rows * tile_columns<T>];
      multiply_tile(a[t], panel, dy.channels() - column, sums, false);
      const long row = first + t * tile_rows;
      finish_tile(sums, row, rows() - row, column, dy.channels() - column, store);
    }
  }
};

/// dw = ... or, if `add`, dw = ((dw + first chain) + second chain) + ...; x is that of `convolve` and dy has the
/// shape of its y. `scratch` has the size convolve_backward_weight_scratch.
template <class T>
void convolve_backward_weight(const Cpu& cpu, Batch<const T> x, Batch<const T> dy, Window window, T* dw,
                              bool add, std::byte* scratch) {
  assert(covers(x.border, window.padding) && x.count == dy.count);
  const WeightGradient<T> gradient{x, dy, window, dw, add};
  const long rows = gradient.rows(), outputs = dy.channels();
  if (gradient.lines() == 0 && !add) std::fill_n(dw, rows * outputs, T(0));

  const bool tall = rows >= gradient.block * cpu.threads();  // enough rows for every thread, else columns too
  const long columns = tall ? outputs : tile_columns<T>, across = cover(outputs, columns);
  const long bytes =
      convolve_backward_weight_scratch<T>(window, x.channels(), outputs, dy.width()).per_thread;
  for_each_block(cpu, cover(rows, gradient.block) * across, [&](long i, int thread) {
    const auto memory = laid_out(WeightGradientScratch<T>{dy.width()}, scratch + thread * bytes);
    gradient.compute_block(i / across * gradient.block, i % across * columns, columns, memory);
  });
}

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
