// The class of a feature by its nearest training features: a probe that trains nothing.
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

/// A training feature and its cosine similarity to a test feature.
template <class T>
struct Neighbour {
  T similarity;
  long index;

  /// Whether this one is nearer: by similarity, then by the lower index.
  friend bool operator<(const Neighbour& x, const Neighbour& y) {
    return x.similarity > y.similarity || (x.similarity == y.similarity && x.index < y.index);
  }
};

/// The k nearest training features of each row of a block of test features. Training features must be
/// offered in order.
template <class T>
struct Nearest {
  Neighbour<T>* data;  // k per row; once there are k, a heap whose front is the farthest
  long k;

  /// Offers training features [first, first + count) to a row. Most are rejected a strip at a time.
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

/// The working memory of one thread of a prediction: unit vectors of a block of test and of training features, their
/// similarities, the nearest and the votes.
template <class T>
struct KnnWorkspace {
  /// The largest blocks: one block of `multiply`.
  static constexpr long most_tests = cpu::block_tiles * cpu::tile_rows,
                        most_trains = cpu::block_panels * cpu::tile_columns<T>;

  struct Vote {
    long count;
    double similarity;
  };

  std::byte* scratch;
  T *tests, *trains, *similarities;
  Neighbour<T>* nearest;
  Vote* votes;

  void lay_out(Arena& arena, long size, long k, long classes) {
    scratch = arena.take_bytes(cpu::multiply_scratch<T>().at({.threads = 1}));
    tests = arena.take<T>(most_tests * size);
    trains = arena.take<T>(most_trains * size);
    similarities = arena.take<T>(most_tests * most_trains);
    nearest = arena.take<Neighbour<T>>(most_tests * k);
    votes = arena.take<Vote>(classes);
  }

  /// The majority of the k nearest features of a row; of equal counts the one with the larger sum of similarities,
  /// added nearest first, then the lower class.
  int vote(long row, long k, int classes, const int* labels) const {
    Neighbour<T>* const begin = nearest + row * k;
    std::sort_heap(begin, begin + k);
    std::fill_n(votes, classes, Vote{});
    for (long i = 0; i < k; ++i) {
      Vote& vote = votes[labels[begin[i].index]];
      ++vote.count;
      vote.similarity += double(begin[i].similarity);
    }
    return int(std::max_element(votes, votes + classes,
                                [](const Vote& x, const Vote& y) {
                                  return x.count < y.count ||
                                         (x.count == y.count && x.similarity < y.similarity);
                                }) -
               votes);
  }
};

/// 1 / |x| of each feature, 0 for one whose squares underflow to 0. Throws Error for one whose squares overflow,
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
      throw Error("row ", i, " of the ", which,
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

/// How many neighbours vote.
struct KnnProbeOptions {
  int k = 20;
};

/// The class of a feature by majority vote of its k nearest training features in cosine similarity, x.y / (|x| |y|),
/// 0 if either is 0. Ties go to the lower index, tied votes to the larger sum of similarities and then to the lower
/// class: the same result for any number of threads. Both sets are processed in blocks, in a few MB of memory per
/// thread.
template <class T = float>
class KnnProbe {
 public:
  /// Takes the training features, which are not copied and must outlive all predictions. Throws Error for features
  /// that are missing, not finite or, as doubles, too large to square, for labels outside [0, classes), and for k
  /// outside [1, count].
  void fit(const Cpu& cpu, const Features<T>& train, int classes, const KnnProbeOptions& options = {}) {
    check_features(train, "training");
    check_labels(train, classes, "training");
    if (options.k < 1 || options.k > train.count)
      throw Error("k = ", options.k, " neighbours were asked for among ", train.count,
                  " training features; choose k from 1 to that number");
    inverse_norms_ = inverse_norms(cpu, train, "training");
    train_ = train, classes_ = classes, k_ = options.k;
  }

  /// The class of each feature. Throws Error before a fit, and for features that are missing, not finite, not as long
  /// as those of the fit or, as doubles, too large to square.
  std::vector<int> predict(const Cpu& cpu, const Features<T>& test) const {
    if (classes_ == 0) throw Error("a probe was used before it was fitted; call fit first");
    check_features(test, "test");
    check_size(train_.size, test.size);
    using Room = KnnWorkspace<T>;
    std::vector<Room> rooms(std::size_t(cpu.threads()));
    const Memory<Cpu> memory = lay_out(cpu, [&](Arena& arena) {
      for (Room& room : rooms) room.lay_out(arena, train_.size, k_, classes_);
    });

    const std::vector<double> test_norms = inverse_norms(cpu, test, "test");
    std::vector<int> predicted(std::size_t(test.count));
    // Blocks may shrink until every thread has work, since no bit of a similarity depends on them.
    const long block = (std::min)(Room::most_tests, cover(test.count, 2L * cpu.threads()));
    for_each_block(cpu, cover(test.count, block), [&](long b, int thread) {
      const Room& own = rooms[std::size_t(thread)];
      const Features<T> tests = test.part(b * block, block);
      const Nearest<T> nearest{own.nearest, k_};
      write_unit_vectors(tests, &test_norms[std::size_t(b * block)], own.tests);
      for (long first = 0; first < train_.count; first += Room::most_trains) {
        const Features<T> trains = train_.part(first, Room::most_trains);
        write_unit_vectors(trains, &inverse_norms_[std::size_t(first)], own.trains);
        multiply(Cpu{1}, MatrixView<T>{own.tests, tests.count, tests.size, tests.size},
                 MatrixView<T>{own.trains, trains.count, trains.size, trains.size}.transposed(), own.scratch,
                 cpu::Store<T>{own.similarities, trains.count});
        for (long i = 0; i < tests.count; ++i)
          nearest.offer(i, own.similarities + i * trains.count, first, trains.count);
      }
      for (long i = 0; i < tests.count; ++i)
        predicted[std::size_t(b * block + i)] = own.vote(i, k_, classes_, train_.labels);
    });
    return predicted;
  }

  /// The part of the features whose label `predict` returns, in [0, 1]. Throws Error like that, and for labels
  /// outside [0, classes).
  double accuracy(const Cpu& cpu, const Features<T>& test) const {
    const std::vector<int> predicted = predict(cpu, test);
    check_labels(test, classes_, "test");
    return dim::accuracy(predicted, test);
  }

 private:
  Features<T> train_;
  std::vector<double> inverse_norms_;
  int classes_ = 0;
  long k_ = 0;
};

}  // namespace DIM_ABI
}  // namespace dim
