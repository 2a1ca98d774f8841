// Features that are almost the same.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <numeric>
#include <vector>

#include "neighbours.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Two features, and the cosine of the angle between them.
template <class T>
struct SimilarPair {
  T similarity;
  long first, second;  ///< first < second

  /// Whether it is the more similar one; of equally similar ones the one with the lower indices.
  friend bool operator<(const SimilarPair& x, const SimilarPair& y) {
    if (x.similarity != y.similarity) return x.similarity > y.similarity;
    return x.first != y.first ? x.first < y.first : x.second < y.second;
  }
};

/// All pairs of rows of features (N, D) whose cosine similarity, x.y / (|x| |y|), 0 where either is 0, is above a number,
/// most similar first: exactly, by D N^2 / 2 multiplications in blocks. The same bits for any number of threads. Throws
/// Error for features that are missing, not finite or, as doubles, too large to square, and for more than `most` pairs.
template <class T>
std::vector<SimilarPair<T>> similar_pairs(const Cpu& cpu, const Features<T>& features, double above,
                                          long most = 1L << 24) {
  check_features(features, "given");
  const std::vector<double> norms = detail::inverse_norms(cpu, features, "given");
  using Room = detail::SearchRoom<T>;
  std::vector<Room> rooms(std::size_t(cpu.threads()));
  const Memory<Cpu> memory = lay_out(cpu, [&](Arena& arena) {
    for (Room& room : rooms) room.lay_out(arena, features.size);
  });
  const long count = features.count, block = (std::min)(Room::most_queries, cover(count, 2L * cpu.threads()));
  std::vector<std::vector<SimilarPair<T>>> found(std::size_t(cover(count, block)));
  std::atomic<long> pairs = 0;  // so that a block ends as soon as all have too many
  for_each_block(cpu, std::ssize(found), [&](long b, int thread) {
    const Room& own = rooms[std::size_t(thread)];
    const long begin = b * block;
    const Features<T> rows = features.part(begin, block);
    detail::write_unit_vectors(rows, &norms[std::size_t(begin)], own.queries);
    for (long first = begin; first < count && pairs <= most; first += Room::most_features) {
      const Features<T> some = features.part(first, Room::most_features);
      detail::write_unit_vectors(some, &norms[std::size_t(first)], own.features);
      multiply(Cpu{1}, MatrixView<T>{own.queries, rows.count, rows.size, rows.size},
               MatrixView<T>{own.features, some.count, some.size, some.size}.transposed(), own.scratch,
               cpu::Store<T>{own.similarities, some.count});
      long more = 0;
      for (long i = 0; i < rows.count; ++i)
        for (long j = (std::max)(0L, begin + i + 1 - first); j < some.count; ++j)
          if (const T similarity = own.similarities[i * some.count + j]; double(similarity) > above) {
            found[std::size_t(b)].push_back({similarity, begin + i, first + j});
            ++more;
          }
      pairs += more;
    }
  });
  if (pairs > most)
    throw Error("more than ", most, " pairs of features have a cosine similarity above ", above,
                "; ask for a higher one");
  std::vector<SimilarPair<T>> all;
  for (const auto& each : found) all.insert(all.end(), each.begin(), each.end());
  std::sort(all.begin(), all.end());
  return all;
}

/// Features that hang together by similar pairs.
template <class T>
struct SimilarGroup {
  T similarity;               ///< of its most similar pair
  std::vector<long> members;  ///< two or more, in rising order
};

/// The groups that pairs of `count` features, as similar_pairs returns them, make: two features are in one group if a chain
/// of pairs leads from one to the other. In the order of their most similar pairs.
template <class T>
std::vector<SimilarGroup<T>> similar_groups(const std::vector<SimilarPair<T>>& pairs, long count) {
  std::vector<long> leads(static_cast<std::size_t>(count));  // to a member with a lower index, or to itself
  std::iota(leads.begin(), leads.end(), 0L);
  const auto root = [&](long i) {
    while (leads[std::size_t(i)] != i) i = leads[std::size_t(i)] = leads[std::size_t(leads[std::size_t(i)])];
    return i;
  };
  for (const SimilarPair<T>& pair : pairs) {
    const long a = root(pair.first), b = root(pair.second);
    leads[std::size_t((std::max)(a, b))] = (std::min)(a, b);
  }
  std::vector<SimilarGroup<T>> groups;
  std::vector<long> place(std::size_t(count), -1);  // of the group of a root
  for (const SimilarPair<T>& pair : pairs)
    if (long& of = place[std::size_t(root(pair.first))]; of < 0) {
      of = std::ssize(groups);
      groups.push_back({pair.similarity, {}});
    }
  for (long i = 0; i < count; ++i)
    if (const long of = place[std::size_t(root(i))]; of >= 0) groups[std::size_t(of)].members.push_back(i);
  return groups;
}

}  // namespace DIM_ABI
}  // namespace dim
