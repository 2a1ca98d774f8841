// How often one view of an image finds the other: a measure that needs no labels.
#pragma once
#include <vector>

#include "neighbours.hpp"

namespace dim {
inline namespace DIM_ABI {

/// The part, in [0, 1], of rows i of a whose nearest row of b, both (N, D), in cosine similarity is row i: features of two
/// views of image i. Chance is 1 / N; of equally near rows the lower one counts. The same for any number of threads.
/// Throws Error for features that are missing, not finite, not as many and as long as each other or, as doubles, too
/// large to square.
template <class T>
double retrieval(const Cpu& cpu, const Features<T>& a, const Features<T>& b) {
  const NeighbourSearch<T> search(cpu, b, "second");
  const std::vector<Neighbour<T>> nearest = search.nearest(cpu, a, 1, "first");
  if (a.count != b.count)
    throw Error(a.count, " first features and ", b.count, " second ones; give two views of the same images");
  long found = 0;
  for (long i = 0; i < a.count; ++i) found += nearest[std::size_t(i)].index == i;
  return double(found) / double(a.count);
}

}  // namespace DIM_ABI
}  // namespace dim
