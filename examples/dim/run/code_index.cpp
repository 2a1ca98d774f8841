#include "code_index.hpp"

#include <dim/core/error.hpp>

#ifndef DIM_HNSWLIB

namespace program {
namespace {

[[noreturn]] void throw_without_index() {
  throw dim::Error(
      "--index needs hnswlib, without which this program was built: install libhnswlib-dev and build again, "
      "or leave --index out, for an exact search");
}

}  // namespace

struct CodeIndex::Graph {};

void require_index() {
  throw_without_index();
}
std::vector<std::byte> index_of(const dim::Features<float>&) {
  throw_without_index();
}
CodeIndex::CodeIndex(dim::Bytes, const dim::Features<float>&) {
  throw_without_index();
}
CodeIndex::CodeIndex(CodeIndex&&) noexcept = default;
CodeIndex::~CodeIndex() = default;
std::vector<dim::Neighbour<float>> CodeIndex::nearest(const dim::Features<float>&, long) const {
  throw_without_index();
}
CodeIndex kept_index(const std::string&, const dim::Features<float>&, std::string&) {
  throw_without_index();
}

}  // namespace program

#else

#include <hnswlib/hnswlib.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <dim/cpu/backend.hpp>
#include <dim/io/checksum.hpp>
#include <system_error>

#include "../terminal/signals.hpp"
#include "../terminal/text.hpp"
#include "kept_codes.hpp"

namespace program {
namespace {

using Hnsw = hnswlib::HierarchicalNSW<float>;

// hnswlib's own defaults, and twenty times its breadth of a search, which costs a tenth of a millisecond.
constexpr std::size_t links = 16, breadth_of_building = 200, breadth = 200, seed = 100;

/// A file without a name, since hnswlib writes and reads only files; it ends with the program, whatever happens.
class NamelessFile {
 public:
  NamelessFile() : file_(std::tmpfile()) {
    if (file_ == nullptr)
      throw dim::Error("cannot make a temporary file: ", std::generic_category().message(errno),
                       "; make room where temporary files are, or leave --index out");
  }
  NamelessFile(const NamelessFile&) = delete;
  ~NamelessFile() { std::fclose(file_); }
  std::string path() const { return "/dev/fd/" + std::to_string(::fileno(file_)); }

 private:
  std::FILE* file_;
};

/// code / |code|, or zeros where that is 0: the nearest in cosine similarity have the largest inner product.
std::vector<float> unit_vector(const dim::Features<float>& codes, long i) {
  double square = 0;
  for (long j = 0; j < codes.size; ++j) square += double(codes(i, j)) * double(codes(i, j));
  std::vector<float> unit(std::size_t(codes.size));
  for (long j = 0; j < codes.size && square > 0; ++j)
    unit[std::size_t(j)] = float(double(codes(i, j)) / std::sqrt(square));
  return unit;
}

}  // namespace

void require_index() {}

std::vector<std::byte> index_of(const dim::Features<float>& codes) {
  dim::check_features(codes, "data's");
  hnswlib::InnerProductSpace space{std::size_t(codes.size)};
  Hnsw graph(&space, std::size_t(codes.count), links, breadth_of_building, seed);
  for (long i = 0; i < codes.count; ++i) {
    stop_if_requested();
    graph.addPoint(unit_vector(codes, i).data(), std::size_t(i));
  }
  const NamelessFile file;
  graph.saveIndex(file.path());
  return dim::read_file(file.path());
}

struct CodeIndex::Graph {
  hnswlib::InnerProductSpace space;
  Hnsw hnsw;
  Graph(std::size_t size, const std::string& path) : space(size), hnsw(&space, path) {}
};

CodeIndex::CodeIndex(dim::Bytes bytes, const dim::Features<float>& codes) : codes_(codes) {
  try {
    const NamelessFile file;
    dim::File(file.path(), O_WRONLY).write(bytes);
    graph_ = std::make_unique<Graph>(std::size_t(codes.size), file.path());
  } catch (const std::runtime_error& error) {
    throw dim::Error("hnswlib can't read the index of ", codes.count, " codes: ", error.what(),
                     "; make room where temporary files are, or leave --index out");
  }
  Hnsw& hnsw = graph_->hnsw;
  const std::size_t size = std::size_t(codes.size) * sizeof(float);
  if (long(hnsw.cur_element_count) != codes.count || hnsw.label_offset_ - hnsw.offsetData_ != size)
    throw dim::Error("the index is of other than ", codes.count, " codes of ", codes.size, " numbers");
}
CodeIndex::CodeIndex(CodeIndex&&) noexcept = default;
CodeIndex::~CodeIndex() = default;

std::vector<dim::Neighbour<float>> CodeIndex::nearest(const dim::Features<float>& query, long k) const {
  dim::check_features(query, "query's");
  Hnsw& hnsw = graph_->hnsw;
  // More than were asked for: of codes that are almost equally near, the right ones are then among them.
  const std::size_t wanted = std::max(breadth, 2 * std::size_t(k));
  hnsw.setEf(wanted);
  auto found = hnsw.searchKnn(unit_vector(query, 0).data(), wanted);
  std::vector<long> rows;
  for (; !found.empty(); found.pop()) rows.push_back(long(found.top().second));
  std::sort(rows.begin(), rows.end());

  std::vector<float> some;
  for (const long row : rows)
    for (long j = 0; j < codes_.size; ++j) some.push_back(codes_(row, j));
  const dim::Cpu cpu{1};
  const dim::NeighbourSearch<float> search(cpu, {some.data(), std::ssize(rows), codes_.size}, "data's");
  auto nearest = search.nearest(cpu, query, std::min(k, search.size()), "query's");
  for (auto& [similarity, index] : nearest) index = rows[std::size_t(index)];
  return nearest;
}

CodeIndex kept_index(const std::string& path, const dim::Features<float>& codes, std::string& note) {
  const std::string key =
      "hnswlib, M " + std::to_string(links) + ", ef " + std::to_string(breadth_of_building) + ", seed " +
      std::to_string(seed) + ", " + std::to_string(codes.count) + " codes of " + std::to_string(codes.size) +
      ", checksum " +
      std::to_string(
          dim::checksum(std::as_bytes(std::span(codes.data, std::size_t(codes.count * codes.size)))));
  try {
    if (const auto file = read_kept(path, key)) return {file->at("index").bytes(), codes};
  } catch (const dim::Error& error) {  // of another hnswlib
    std::fprintf(stderr, "dim: %s: %s; it is made anew\n", path.c_str(), error.what());
  }
  std::fprintf(stderr, "dim: making an index of %s codes, once\n", grouped(codes.count).c_str());
  const std::vector<std::byte> bytes = index_of(codes);
  CodeIndex index(bytes, codes);
  note = keep(
      path, key,
      {dim::make_tensor("index", reinterpret_cast<const unsigned char*>(bytes.data()), {std::ssize(bytes)})},
      "their index");
  return index;
}

}  // namespace program

#endif
