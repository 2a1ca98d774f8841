// The nearest neighbours of features, by cosine similarity.
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "../core/arena.hpp"
#include "../cpu/memory.hpp"
#include "../cpu/multiply.hpp"
#include "features.hpp"

namespace dim {
inline namespace DIM_ABI {

/// A feature among those that are searched, and its cosine similarity to the query in question.
template <class T>
struct Neighbour {
  T similarity;
  long index;

  /// Whether it is the nearer one: by similarity, then by lower index.
  friend bool operator<(const Neighbour& x, const Neighbour& y) {
    return x.similarity > y.similarity || (x.similarity == y.similarity && x.index < y.index);
  }
};

namespace detail {

/// The k nearest features of each row of a block of queries. Features must be offered in order.
template <class T>
struct Nearest {
  Neighbour<T>* data;  // k a row, from k features on a heap whose front is the farthest
  long k;

  /// Offers features [first, first + count) to a row. Most are refused a strip at a time.
  void offer(long row, const T* similarity, long first, long count) const {
    constexpr long strip = 64;
    Neighbour<T>* const begin = data + row * k;
    long j = 0;
    for (; j < count && first + j < k; ++j) {
      begin[first + j] = {similarity[j], first + j};
      if (first + j + 1 == k) std::make_heap(begin, begin + k);
    }
    for (; j < count; j += strip) {
      const long end = (std::min)(count, j + strip);
      const T farthest = begin->similarity;
      bool any = false;
      for (long i = j; i < end; ++i) any |= similarity[i] > farthest;
      if (!any) continue;
      for (long i = j; i < end; ++i) {
        if (!(similarity[i] > begin->similarity)) continue;
        std::pop_heap(begin, begin + k);
        begin[k - 1] = {similarity[i], first + i};
        std::push_heap(begin, begin + k);
      }
    }
  }
};

/// What one thread of a search works in: unit vectors of a block of queries and of features, and their similarities.
template <class T>
struct SearchRoom {
  /// The largest blocks: one block of `multiply`.
  static constexpr long most_queries = cpu::block_tiles * cpu::tile_rows,
                        most_features = cpu::block_panels * cpu::tile_columns<T>;

  std::byte* scratch;
  T *queries, *features, *similarities;

  void lay_out(Arena& arena, long size) {
    scratch = arena.take_bytes(cpu::multiply_scratch<T>().at({.threads = 1}));
    queries = arena.take<T>(most_queries * size);
    features = arena.take<T>(most_features * size);
    similarities = arena.take<T>(most_queries * most_features);
  }
};

/// 1 / |x| of each feature, 0 for one whose squares vanish. Throws Error for one whose squares overflow,
/// which those of floats can't.
template <class T>
std::vector<double> inverse_norms(const Cpu& cpu, const Features<T>& x, const std::string& which) {
  std::vector<double> norms(std::size_t(x.count));
  for_each_piece(cpu, x.count, 64, [&](long begin, long end) {
    std::vector<T> room = x.room(x.size);
    for (long i = begin; i < end; ++i) {
      const T* const row = x.numbers(i, 0, x.size, room);
      double square = 0;
      for (long j = 0; j < x.size; ++j) square += double(row[j]) * double(row[j]);
      norms[std::size_t(i)] = std::sqrt(square);
    }
  });
  for (std::size_t i = 0; i < norms.size(); ++i) {
    if (!std::isfinite(norms[i]))
      throw Error("row " + std::to_string(i) + " of the " + which +
                  " features is so long that its squares overflow; scale the features");
    if (norms[i] != 0) norms[i] = 1 / norms[i];
  }
  return norms;
}

/// Writes x(i) / |x(i)| for features [first, first + count), (count, D).
template <class T>
void write_unit_vectors(const Features<T>& x, const double* inverse_norm, T* to) {
  std::vector<T> room = x.room(x.size);
  for (long i = 0; i < x.count; ++i) {
    const T* const row = x.numbers(i, 0, x.size, room);
    for (long j = 0; j < x.size; ++j) to[i * x.size + j] = T(double(row[j]) * inverse_norm[i]);
  }
}

}  // namespace detail

/// Finds the nearest of some features to others in cosine similarity, x.y / (|x| |y|), 0 where either is 0: exactly, by
/// going through all of them in blocks. Of equal similarities the lower index is nearer: one result, whatever the number
/// of threads.
template <class T = float>
class NeighbourSearch {
 public:
  NeighbourSearch() = default;
  /// Among these features, (N, D), which are looked at where they lie and must outlive it. Throws Error for features that
  /// are missing, not finite or, as doubles, too large to square; `which` names them in that.
  NeighbourSearch(const Cpu& cpu, const Features<T>& among, const std::string& which = "training")
      : among_(among) {
    check_features(among, which);
    inverse_norms_ = detail::inverse_norms(cpu, among, which);
  }

  long size() const { return among_.count; }

  /// The k nearest of each query, nearest first: (queries, k). Throws Error for queries that are missing, not finite, not
  /// as long as the features or, as doubles, too large to square, and for k outside [1, N].
  std::vector<Neighbour<T>> nearest(const Cpu& cpu, const Features<T>& queries, long k,
                                    const std::string& which = "test") const {
    check_features(queries, which);
    check_size(among_.size, queries.size);
    if (k < 1 || k > among_.count)
      throw Error("k = ", k, " neighbours were asked for among ", among_.count,
                  " features; choose k from 1 to that number");
    using Room = detail::SearchRoom<T>;
    std::vector<Room> rooms(std::size_t(cpu.threads()));
    const Memory<Cpu> memory = lay_out(cpu, [&](Arena& arena) {
      for (Room& room : rooms) room.lay_out(arena, among_.size);
    });
    const std::vector<double> query_norms = detail::inverse_norms(cpu, queries, which);
    std::vector<Neighbour<T>> found(std::size_t(queries.count * k));
    // Blocks may shrink until every thread has work: no bit of a similarity depends on them.
    const long block = (std::min)(Room::most_queries, cover(queries.count, 2L * cpu.threads()));
    for_each_block(cpu, cover(queries.count, block), [&](long b, int thread) {
      const Room& own = rooms[std::size_t(thread)];
      const Features<T> rows = queries.part(b * block, block);
      Neighbour<T>* const begin = found.data() + b * block * k;
      const detail::Nearest<T> nearest{begin, k};
      detail::write_unit_vectors(rows, &query_norms[std::size_t(b * block)], own.queries);
      for (long first = 0; first < among_.count; first += Room::most_features) {
        const Features<T> some = among_.part(first, Room::most_features);
        detail::write_unit_vectors(some, &inverse_norms_[std::size_t(first)], own.features);
        multiply(Cpu{1}, MatrixView<T>{own.queries, rows.count, rows.size, rows.size},
                 MatrixView<T>{own.features, some.count, some.size, some.size}.transposed(), own.scratch,
                 cpu::Store<T>{own.similarities, some.count});
        for (long i = 0; i < rows.count; ++i)
          nearest.offer(i, own.similarities + i * some.count, first, some.count);
      }
      for (long i = 0; i < rows.count; ++i) std::sort_heap(begin + i * k, begin + (i + 1) * k);
    });
    return found;
  }

 private:
  Features<T> among_;
  std::vector<double> inverse_norms_;
};

}  // namespace DIM_ABI
}  // namespace dim
