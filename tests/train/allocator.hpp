// Whether a program's memory is what it asked glibc for: not with a sanitizer or another C library.
#pragma once
#include <cstdlib>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define DIM_OTHER_ALLOCATOR
#endif
#endif
#if !defined(__GLIBC__) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DIM_OTHER_ALLOCATOR
#endif
