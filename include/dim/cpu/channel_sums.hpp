// Sums over all pixels of a batch, for each channel, in an order that depends on the shape alone.
#pragma once
#include "../core/batch.hpp"
#include "../core/extent.hpp"
#include "cpu.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cpu {

/// A batch in chunks of whole images, each of at least 64 pixels if there are that many.
struct Chunks {
  long images, each;

  static constexpr Chunks of(long images, long area) { return {images, (std::max)(1L, 64 / area)}; }
  constexpr long count() const { return (images + each - 1) / each; }
  constexpr long begin(long chunk) const { return chunk * each; }
  constexpr long end(long chunk) const { return (std::min)(images, (chunk + 1) * each); }
};

/// Memory for `sums` sums of `channels` channels, in bytes.
template <class T>
constexpr Extent channel_sums_scratch(long sums, long channels) {
  return {.per_sample = sums * channels * long(sizeof(T))};
}

/// For each channel c, `Sums` sums over all pixels: accumulate(n, y, partial) adds line y of image n to
/// partial[k][c], and finish(c, sums) takes sums[k]. Chunks are summed separately and then added in order.
template <long Sums, class T, class Accumulate, class Finish>
void channel_sums(const Cpu& cpu, long images, long height, long width, long channels, T* scratch,
                  const Accumulate& accumulate, const Finish& finish) {
  const Chunks chunks = Chunks::of(images, height * width);
  for_each_block(cpu, chunks.count(), [&](long chunk, int) {
    T* partial[std::size_t(Sums)];
    for (long k = 0; k < Sums; ++k) partial[k] = scratch + (chunk * Sums + k) * channels;
    std::fill_n(partial[0], Sums * channels, T(0));
    for (long n = chunks.begin(chunk); n < chunks.end(chunk); ++n)
      for (long y = 0; y < height; ++y) accumulate(n, y, partial);
  });
  for_each_piece(cpu, channels, 256, [&](long begin, long end) {
    for (long chunk = 1; chunk < chunks.count(); ++chunk)
      for (long k = 0; k < Sums; ++k)
        for (long c = begin; c < end; ++c)
          scratch[k * channels + c] += scratch[(chunk * Sums + k) * channels + c];
    for (long c = begin; c < end; ++c) {
      T sums[std::size_t(Sums)];
      for (long k = 0; k < Sums; ++k) sums[k] = images > 0 ? scratch[k * channels + c] : T(0);
      finish(c, sums);
    }
  });
}

/// db(c) = or += Sum over all pixels of dy(c)
template <class T>
void bias_gradient(const Cpu& cpu, const Batch<const T>& dy, T* db, bool add, T* scratch) {
  const auto accumulate = [&](long n, long y, T* const* partial) {
    const T* from = dy.at(n, y, 0);
    for (long x = 0; x < dy.width(); ++x, from += dy.channels())
      for (long c = 0; c < dy.channels(); ++c) partial[0][c] += from[c];
  };
  const auto finish = [&](long c, const T* sums) { db[c] = add ? db[c] + sums[0] : sums[0]; };
  channel_sums<1>(cpu, dy.count, dy.height(), dy.width(), dy.channels(), scratch, accumulate, finish);
}

}  // namespace cpu
}  // namespace DIM_ABI
}  // namespace dim
