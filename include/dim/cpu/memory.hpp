// The host's memory, and copies between it and the caller's.
#pragma once
#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "../core/all_finite.hpp"
#include "../core/batch.hpp"
#include "../core/extent.hpp"
#include "cpu.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// `bytes` bytes of zeros. Throws Error if there is too little memory.
inline std::byte* allocate(const Cpu&, long bytes) {
  void* const data = std::aligned_alloc(std::size_t(alignment), std::size_t(aligned((std::max)(bytes, 1L))));
  if (!data)
    throw Error("out of memory: ", bytes >> 20,
                " MiB could not be had; take a smaller batch, fewer units or a smaller encoder");
  std::memset(data, 0, std::size_t(bytes));
  return static_cast<std::byte*>(data);
}
inline void release(const Cpu&, std::byte* data) {
  std::free(data);
}

/// to(i) = from(i), i < count, where `from` is the caller's and `to` the backend's, or the other way round.
template <class T>
void upload(const Cpu&, const T* from, T* to, long count) {
  std::copy_n(from, count, to);
}
template <class T>
void download(const Cpu&, const T* from, T* to, long count) {
  std::copy_n(from, count, to);
}

/// Writes a batch to the caller's memory, as (N, C, H, W).
template <class T>
void download(const Cpu&, const Batch<const T>& batch, T* to) {
  for (long n = 0; n < batch.count; ++n) for_each_number(batch, n, [&](T number) { *to++ = number; });
}

/// Fills a batch by write(host, n), which writes sample n of a batch in the caller's memory: here the batch itself.
template <class T, class WriteSample>
void load_batch(const Cpu& cpu, const Batch<T>& to, const WriteSample& write) {
  for_each_piece(cpu, to.count, 8, [&](long begin, long end) {
    for (long n = begin; n < end; ++n) write(to, n);
  });
}

/// Whether none of `count` numbers is NaN or infinite.
template <class T>
bool all_finite(const Cpu&, const T* numbers, long count) {
  return dim::all_finite(numbers, count);
}

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
