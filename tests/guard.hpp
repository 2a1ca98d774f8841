// Memory around a test's arrays that must not be touched: the address sanitizer sees who does.
#pragma once
#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define DIM_SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define DIM_SANITIZED
#endif
#endif

#if defined(DIM_SANITIZED)
#include <sanitizer/asan_interface.h>
#endif

namespace tests {

#if defined(DIM_SANITIZED)
/// Is the program built with the address sanitizer?
inline constexpr bool sanitized = true;
/// From now on a read or a write of these bytes ends the program, until they are freed.
inline void hide(const void* begin, std::size_t bytes) {
  __asan_poison_memory_region(begin, bytes);
}
#else
inline constexpr bool sanitized = false;
inline void hide(const void*, std::size_t) {}
#endif

}  // namespace tests
