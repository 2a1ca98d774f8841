// An HNSW index of codes (Malkov and Yashunin, 2020), by hnswlib: finds nearest codes approximately.
#pragma once
#include <dim/evaluate/neighbours.hpp>
#include <dim/io/file.hpp>
#include <memory>
#include <string>
#include <vector>

namespace program {

/// Throws dim::Error, which names the package, where the program was built without hnswlib.
void require_index();

/// An index of these codes, as hnswlib writes it to a file; on one thread, so that the same codes give the same bytes.
/// Throws dim::Error for codes that are not finite, and Stopped.
std::vector<std::byte> index_of(const dim::Features<float>& codes);

/// What such an index says of codes, which must outlive it.
class CodeIndex {
 public:
  /// Throws dim::Error for bytes that are no index of as many codes of that size.
  CodeIndex(dim::Bytes bytes, const dim::Features<float>& codes);
  CodeIndex(CodeIndex&&) noexcept;
  ~CodeIndex();

  /// The k nearest of one query, or fewer where no more are found: with their exact similarities and in the order of
  /// dim::NeighbourSearch, but others may be nearer. Throws dim::Error for a query that is not finite.
  std::vector<dim::Neighbour<float>> nearest(const dim::Features<float>& query, long k) const;

 private:
  struct Graph;
  std::unique_ptr<Graph> graph_;
  dim::Features<float> codes_;
};

/// The index of these codes that is kept at `path`, or a new one, which it keeps there. The note says that it was kept, or
/// why not; it is empty where it is an old one. Throws as index_of does.
CodeIndex kept_index(const std::string& path, const dim::Features<float>& codes, std::string& note);

}  // namespace program
