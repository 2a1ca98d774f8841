// The C library's allocation functions, which operator new also calls, counting their calls in this program: to be
// included in one source, and not with sanitizers, which have their own.
#pragma once
#include <atomic>
#include <cerrno>
#include <cstdlib>

#include "allocator.hpp"

#if !defined(DIM_OTHER_ALLOCATOR)
namespace tests {
/// Calls so far.
inline std::atomic<long> allocations = 0;
}  // namespace tests

extern "C" {
void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t count, std::size_t bytes);
void* __libc_realloc(void* data, std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);

void* malloc(std::size_t bytes) noexcept {
  ++tests::allocations;
  return __libc_malloc(bytes);
}
void* calloc(std::size_t count, std::size_t bytes) noexcept {
  ++tests::allocations;
  return __libc_calloc(count, bytes);
}
void* realloc(void* data, std::size_t bytes) noexcept {
  ++tests::allocations;
  return __libc_realloc(data, bytes);
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
  ++tests::allocations;
  return __libc_memalign(alignment, bytes);
}
int posix_memalign(void** data, std::size_t alignment, std::size_t bytes) noexcept {
  ++tests::allocations;
  *data = __libc_memalign(alignment, bytes);
  return *data ? 0 : ENOMEM;
}
}
#endif
