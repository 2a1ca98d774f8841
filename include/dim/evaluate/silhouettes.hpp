// How well features lie within their clusters.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "../cpu/cpu.hpp"
#include "../cpu/dot.hpp"
#include "features.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The silhouette of each feature (Rousseeuw 1987, "Silhouettes: a graphical aid to the interpretation and validation of
/// cluster analysis"), (N), with labels in [0, clusters) as clusters: (b - a) / max(a, b), where a is the mean Euclidean
/// distance from the others of its own cluster, and b the least mean distance from those of another. 1 is well within its
/// cluster, 0 between two, below 0 nearer to another; 0 for the only feature of a cluster. Exact: D N^2 operations, in
/// double. The same bits for any number of threads. Throws Error for features that are missing, not finite or too far
/// apart to square, for labels out of range, and for features of one cluster.
template <class T>
std::vector<double> silhouettes(const Cpu& cpu, const Features<T>& features, int clusters) {
  check_features(features, "given");
  check_labels(features, clusters, "given");
  const std::vector<long> members = members_of(features, clusters);
  if (std::count(members.begin(), members.end(), 0L) + 1 >= clusters)
    throw Error("all features are of one cluster; silhouettes compare two or more");
  const long count = features.count, size = features.size;
  std::vector<double> found(std::size_t(count), 0);
  for_each_piece(cpu, count, 16, [&](long begin, long end) {
    std::vector<double> sums(static_cast<std::size_t>(clusters)), own(static_cast<std::size_t>(size)),
        apart(own);
    for (long i = begin; i < end; ++i) {
      std::fill(sums.begin(), sums.end(), 0.0);
      for (long d = 0; d < size; ++d) own[std::size_t(d)] = double(features(i, d));
      for (long j = 0; j < count; ++j) {
        for (long d = 0; d < size; ++d) apart[std::size_t(d)] = double(features(j, d)) - own[std::size_t(d)];
        sums[std::size_t(features.labels[j])] += std::sqrt(cpu::dot(apart.data(), apart.data(), size));
      }
      const std::size_t label = std::size_t(features.labels[i]);
      if (members[label] == 1) continue;
      const double a = sums[label] / double(members[label] - 1);
      double b = std::numeric_limits<double>::infinity();
      for (std::size_t c = 0; c < members.size(); ++c)
        if (c != label && members[c] > 0) b = (std::min)(b, sums[c] / double(members[c]));
      const double larger = (std::max)(a, b);
      found[std::size_t(i)] = larger > 0 ? (b - a) / larger : 0;
    }
  });
  for (std::size_t i = 0; i < found.size(); ++i)
    if (!std::isfinite(found[i]))
      throw Error("row ", i,
                  " of the given features is so far from others that squares overflow; scale the features");
  return found;
}

}  // namespace DIM_ABI
}  // namespace dim
