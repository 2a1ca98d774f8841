// Memory that can be neither read nor written until it is opened.
#pragma once
#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <dim/core/error.hpp>
#include <mutex>
#include <vector>

namespace guarded {

using namespace dim;

/// What a test wants to happen when a kernel is handed an array that is not the backend's.
[[noreturn]] inline void die(const char* what) {
  std::fprintf(stderr, "guarded: %s lies outside of the backend's memory\n", what);
  std::abort();
}

/// Mappings without access rights. They are opened for all threads at once, so openings are counted.
class Pages {
 public:
  Pages() = default;
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  ~Pages() {
    for (const Mapping& mapping : mappings_) munmap(mapping.begin, mapping.bytes);
  }

  std::byte* take(long bytes) {
    const std::scoped_lock lock(mutex_);
    constexpr std::size_t page = 4096;
    const std::size_t size = (std::size_t(bytes) / page + 1) * page;
    void* const begin = mmap(nullptr, size, rights(), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (begin == MAP_FAILED) throw Error("out of memory");
    mappings_.push_back({static_cast<std::byte*>(begin), size});
    return mappings_.back().begin;
  }
  void give_back(std::byte* begin) {
    const std::scoped_lock lock(mutex_);
    std::erase_if(mappings_, [&](const Mapping& mapping) {
      return mapping.begin == begin && munmap(mapping.begin, mapping.bytes) == 0;
    });
  }
  bool hold(const void* data, std::size_t bytes) {
    const std::scoped_lock lock(mutex_);
    const auto* const first = static_cast<const std::byte*>(data);
    for (const Mapping& mapping : mappings_)
      if (first >= mapping.begin && first + bytes <= mapping.begin + mapping.bytes) return true;
    return false;
  }
  void open() {
    const std::scoped_lock lock(mutex_);
    if (openings_++ == 0) set_rights();
  }
  void close() {
    const std::scoped_lock lock(mutex_);
    if (--openings_ == 0) set_rights();
  }

 private:
  struct Mapping {
    std::byte* begin;
    std::size_t bytes;
  };
  int rights() const { return openings_ > 0 ? PROT_READ | PROT_WRITE : PROT_NONE; }
  void set_rights() const {
    for (const Mapping& mapping : mappings_) mprotect(mapping.begin, mapping.bytes, rights());
  }

  std::mutex mutex_;
  std::vector<Mapping> mappings_;
  int openings_ = 0;
};

}  // namespace guarded
