// Groups of features that lie close together: k-means.
#pragma once
#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "../core/arena.hpp"
#include "../core/random.hpp"
#include "../cpu/dot.hpp"
#include "../cpu/memory.hpp"
#include "../cpu/multiply.hpp"
#include "standardise.hpp"

namespace dim {
inline namespace DIM_ABI {

/// How clusters are looked for.
struct KMeansOptions {
  int k = 8;               ///< clusters
  int restarts = 10;       ///< starts, of which the one with the least inertia counts
  int rounds = 300;        ///< of Lloyd's algorithm for each, at most
  std::uint64_t seed = 1;  ///< of the starts
};

/// K-means: k centres c with a small inertia, Sum_i min_c |x(i) - c|^2. Each start draws rows as centres, one after the
/// other with a probability proportional to the squared distance from the nearest one so far (k-means++: Arthur and
/// Vassilvitskii 2007, "k-means++: the advantages of careful seeding"), and then each row goes to its nearest centre, and
/// each centre to the mean of its rows, until no row moves (Lloyd 1982). A centre that is left without rows takes the one
/// farthest from its own. Computes in double, on differences from the mean of all rows. The same bits for any number of
/// threads.
class KMeans {
 public:
  /// Finds clusters of features (N, D), forgetting what was; labels don't matter. Throws Error for features that are
  /// missing, not finite or too far apart to square, for k outside [1, N] or above the number of rows that differ, and for
  /// fewer than one start or round.
  template <class T>
  void fit(const Cpu& cpu, const Features<T>& features, const KMeansOptions& options = {}) {
    Scaler scaler(cpu, features, "given");
    if (options.k < 1 || options.k > features.count)
      throw Error("k = ", options.k, " clusters were asked for of ", features.count,
                  " features; choose k from 1 to that number");
    if (options.restarts < 1 || options.rounds < 1)
      throw Error(options.restarts, " starts of ", options.rounds,
                  " rounds were asked for; give at least one of each");
    const Rooms rooms(cpu, features.size, options.k);
    KMeans best;
    for (int restart = 0; restart < options.restarts; ++restart) {
      KMeans found;
      found.mean_ = scaler.mean();
      found.start(cpu, features, options.k,
                  {.seed = options.seed, .purpose = Purpose::probe, .step = std::uint64_t(restart)});
      found.descend(cpu, features, options.rounds, rooms);
      if (restart == 0 || found.inertia_ < best.inertia_) best = std::move(found);
    }
    *this = std::move(best);
  }

  /// The cluster in [0, k) of each feature, (N): that of the nearest centre, of equally near ones the lower. Throws Error
  /// before a fit, and for features that are missing, not finite or not as long as those of the fit.
  template <class T>
  std::vector<int> predict(const Cpu& cpu, const Features<T>& features) const {
    if (mean_.empty()) throw Error("clusters were asked for before they were fitted; call fit first");
    check_features(features, "given");
    check_size(size(), features.size);
    return nearest(cpu, features, Rooms(cpu, size(), k()));
  }

  /// The cluster of each feature of the fit, (N).
  const std::vector<int>& clusters() const { return clusters_; }
  /// The centres, (k, D).
  std::vector<double> centres() const {
    std::vector<double> centres = centres_;
    for (std::size_t i = 0; i < centres.size(); ++i) centres[i] += mean_[i % mean_.size()];
    return centres;
  }
  /// Sum of the squared distances of the features of the fit from their centres.
  double inertia() const { return inertia_; }
  /// Rounds of the start that counts, and whether no row moved in the last of them.
  int rounds() const { return rounds_; }
  bool converged() const { return converged_; }

 private:
  static constexpr long block = 128;  // rows that are compared with the centres at a time

  /// What the threads of a search for the nearest centres work in.
  struct Rooms {
    struct Room {
      std::byte* scratch;
      double *rows, *products;
    };
    std::vector<Room> of_threads;
    Memory<Cpu> memory;

    Rooms(const Cpu& cpu, long size, long k)
        : of_threads(std::size_t(cpu.threads())), memory(lay_out(cpu, [&](Arena& arena) {
            for (Room& room : of_threads) {
              room.scratch = arena.take_bytes(cpu::multiply_scratch<double>().at({.threads = 1}));
              room.rows = arena.take<double>(block * size);
              room.products = arena.take<double>(block * k);
            }
          })) {}
  };

  long size() const { return std::ssize(mean_); }
  long k() const { return std::ssize(centres_) / size(); }

  /// A row's difference from the mean of all.
  template <class T>
  void write_row(const Features<T>& x, long i, double* to) const {
    for (long j = 0; j < x.size; ++j) to[j] = double(x(i, j)) - mean_[std::size_t(j)];
  }

  /// Draws the centres.
  template <class T>
  void start(const Cpu& cpu, const Features<T>& x, int wanted, const Random& random) {
    std::vector<double> squares(std::size_t(x.count), 0);  // of the distances from the nearest centre
    long chosen = long(random.below(std::uint64_t(x.count), 0));
    for (int c = 0;; ++c) {
      centres_.resize(centres_.size() + mean_.size());
      const double* const centre = centres_.data() + c * x.size;
      write_row(x, chosen, centres_.data() + c * x.size);
      if (c + 1 == wanted) return;
      for_each_piece(cpu, x.count, 64, [&](long begin, long end) {
        std::vector<double> room(mean_.size());
        for (long i = begin; i < end; ++i) {
          write_row(x, i, room.data());
          const double square = square_from(centre, room);
          double& least = squares[std::size_t(i)];
          least = c == 0 ? square : (std::min)(least, square);
        }
      });
      double total = 0;
      for (const double square : squares) total += square;
      if (!(total > 0))
        throw Error("k = ", wanted, " clusters were asked for of features of which only ", c + 1,
                    " differ; choose k from 1 to ", c + 1);
      // 53 bits, all of a double.
      double left = total * double(random.below(std::uint64_t(1) << 53, std::uint64_t(c + 1))) * 0x1p-53;
      for (long i = 0; i < x.count; ++i) {
        const double square = squares[std::size_t(i)];
        if (!(square > 0)) continue;
        chosen = i;  // the last one if rounding leaves something over
        if (left < square) break;
        left -= square;
      }
    }
  }

  /// Lloyd's algorithm.
  template <class T>
  void descend(const Cpu& cpu, const Features<T>& x, int most, const Rooms& rooms) {
    for (rounds_ = 1;; ++rounds_) {
      std::vector<int> now = nearest(cpu, x, rooms);
      converged_ = now == clusters_;
      clusters_ = std::move(now);
      if (converged_ || rounds_ == most) break;
      std::vector<long> members(std::size_t(k()), 0);
      for (const int cluster : clusters_) ++members[std::size_t(cluster)];
      fill_empty(cpu, x, members);
      move_centres(cpu, x, members);
    }
    inertia_ = 0;
    for (const double square : squares_from_centres(cpu, x)) inertia_ += square;
  }

  /// The nearest centre c of each row x, where x.c - |c|^2 / 2 is largest.
  template <class T>
  std::vector<int> nearest(const Cpu& cpu, const Features<T>& x, const Rooms& rooms) const {
    std::vector<double> halves;
    for (long c = 0; c < k(); ++c)
      halves.push_back(cpu::dot(centres_.data() + c * size(), centres_.data() + c * size(), size()) / 2);
    std::vector<int> found(std::size_t(x.count));
    const MatrixView<double> centres{centres_.data(), k(), size(), size()};
    for_each_block(cpu, (x.count + block - 1) / block, [&](long b, int thread) {
      const auto& own = rooms.of_threads[std::size_t(thread)];
      const long first = b * block, rows = (std::min)(block, x.count - first);
      for (long i = 0; i < rows; ++i) write_row(x, first + i, own.rows + i * size());
      multiply(Cpu{1}, MatrixView<double>{own.rows, rows, size(), size()}, centres.transposed(), own.scratch,
               cpu::Store<double>{own.products, k()});
      for (long i = 0; i < rows; ++i) {
        const double* const products = own.products + i * k();
        long best = 0;
        for (long c = 1; c < k(); ++c)
          if (products[c] - halves[std::size_t(c)] > products[best] - halves[std::size_t(best)]) best = c;
        found[std::size_t(first + i)] = int(best);
      }
    });
    return found;
  }

  /// Gives each cluster without members the row farthest from its centre, of equally far ones the first, among clusters
  /// that keep another.
  template <class T>
  void fill_empty(const Cpu& cpu, const Features<T>& x, std::vector<long>& members) {
    if (std::find(members.begin(), members.end(), 0L) == members.end()) return;
    std::vector<double> squares = squares_from_centres(cpu, x);
    for (std::size_t c = 0; c < members.size(); ++c) {
      if (members[c] > 0) continue;
      std::size_t farthest = squares.size();
      for (std::size_t i = 0; i < squares.size(); ++i)
        if (members[std::size_t(clusters_[i])] > 1 &&
            (farthest == squares.size() || squares[i] > squares[farthest]))
          farthest = i;
      if (farthest == squares.size()) return;
      --members[std::size_t(clusters_[farthest])];
      clusters_[farthest] = int(c);
      members[c] = 1;
      squares[farthest] = 0;
    }
  }

  /// Each centre to the mean of its members. A thread adds up columns of all rows, in their order.
  template <class T>
  void move_centres(const Cpu& cpu, const Features<T>& x, const std::vector<long>& members) {
    for_each_piece(cpu, size(), 16, [&](long begin, long end) {
      for (long c = 0; c < k(); ++c)
        std::fill(centres_.data() + c * size() + begin, centres_.data() + c * size() + end, 0.0);
      for (long i = 0; i < x.count; ++i) {
        double* const centre = centres_.data() + clusters_[std::size_t(i)] * size();
        for (long j = begin; j < end; ++j) centre[j] += double(x(i, j)) - mean_[std::size_t(j)];
      }
      for (long c = 0; c < k(); ++c)
        for (long j = begin; j < end; ++j)
          centres_[std::size_t(c * size() + j)] /= double((std::max)(1L, members[std::size_t(c)]));
    });
  }

  /// |x(i) - c|^2 for each row and the centre of its cluster.
  template <class T>
  std::vector<double> squares_from_centres(const Cpu& cpu, const Features<T>& x) const {
    std::vector<double> squares(std::size_t(x.count));
    for_each_piece(cpu, x.count, 64, [&](long begin, long end) {
      std::vector<double> room(mean_.size());
      for (long i = begin; i < end; ++i) {
        write_row(x, i, room.data());
        squares[std::size_t(i)] = square_from(centres_.data() + clusters_[std::size_t(i)] * size(), room);
      }
    });
    return squares;
  }

  /// |row - centre|^2, which is worked out in place.
  static double square_from(const double* centre, std::vector<double>& row) {
    for (std::size_t j = 0; j < row.size(); ++j) row[j] -= centre[j];
    return cpu::dot(row.data(), row.data(), std::ssize(row));
  }

  std::vector<double> mean_, centres_;  // centres as differences from the mean
  std::vector<int> clusters_;
  double inertia_ = 0;
  int rounds_ = 0;
  bool converged_ = false;
};

}  // namespace DIM_ABI
}  // namespace dim
