// The class of a feature by its nearest training features: a probe that trains nothing.
#pragma once
#include <algorithm>
#include <vector>

#include "neighbours.hpp"

namespace dim {
inline namespace DIM_ABI {

/// How many neighbours vote.
struct KnnProbeOptions {
  int k = 20;
};

/// The class of a feature by majority vote of its k nearest training features in cosine similarity, x.y / (|x| |y|),
/// 0 if either is 0. Ties go to the lower index, tied votes to the larger sum of similarities and then to the lower
/// class: the same result for any number of threads.
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
    search_ = NeighbourSearch<T>(cpu, train);
    labels_ = train.labels, classes_ = classes, k_ = options.k;
  }

  /// The class of each feature. Throws Error before a fit, and for features that are missing, not finite, not as long
  /// as those of the fit or, as doubles, too large to square.
  std::vector<int> predict(const Cpu& cpu, const Features<T>& test) const {
    if (classes_ == 0) throw Error("a probe was used before it was fitted; call fit first");
    const std::vector<Neighbour<T>> nearest = search_.nearest(cpu, test, k_);
    std::vector<int> predicted(std::size_t(test.count));
    for_each_piece(cpu, test.count, 64, [&](long begin, long end) {
      std::vector<Vote> votes(static_cast<std::size_t>(classes_));
      for (long i = begin; i < end; ++i)
        predicted[std::size_t(i)] = vote(&nearest[std::size_t(i * k_)], votes);
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
  struct Vote {
    long count = 0;
    double similarity = 0;
  };

  /// The majority of k neighbours; of equal numbers the larger sum of similarities, nearest first, then the lower class.
  int vote(const Neighbour<T>* nearest, std::vector<Vote>& votes) const {
    std::fill(votes.begin(), votes.end(), Vote{});
    for (long i = 0; i < k_; ++i) {
      Vote& vote = votes[std::size_t(labels_[nearest[i].index])];
      ++vote.count;
      vote.similarity += double(nearest[i].similarity);
    }
    return int(std::max_element(votes.begin(), votes.end(),
                                [](const Vote& x, const Vote& y) {
                                  return x.count < y.count ||
                                         (x.count == y.count && x.similarity < y.similarity);
                                }) -
               votes.begin());
  }

  NeighbourSearch<T> search_;
  const int* labels_ = nullptr;
  int classes_ = 0;
  long k_ = 0;
};

}  // namespace DIM_ABI
}  // namespace dim
