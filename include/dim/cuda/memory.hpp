// The GPU's memory, and copies between it and the host's.
#pragma once
#include "../core/batch.hpp"
#include "../core/extent.hpp"
#include "../core/layer.hpp"
#include "cuda.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cuda {

/// `bytes` bytes of zeros. Throws Error if there is too little memory.
inline std::byte* allocate(const Cuda& cuda, long bytes) {
  void* data = nullptr;
  require_success(cudaMalloc(&data, std::size_t(bytes > 0 ? bytes : 1)),
                  "give the memory that a network takes");
  require_success(cudaMemsetAsync(data, 0, std::size_t(bytes), cuda.stream()), "clear memory");
  return static_cast<std::byte*>(data);
}
inline void release(const Cuda&, std::byte* data) {
  cudaFree(data);
}

/// to(i) = from(i), i < count, where `from` is the host's and `to` the GPU's, or the other way round.
template <class T>
void upload(const Cuda& cuda, const T* from, T* to, long count) {
  require_success(
      cudaMemcpyAsync(to, from, std::size_t(count) * sizeof(T), cudaMemcpyHostToDevice, cuda.stream()),
      "take numbers");
}
template <class T>
void download(const Cuda& cuda, const T* from, T* to, long count) {
  require_success(
      cudaMemcpyAsync(to, from, std::size_t(count) * sizeof(T), cudaMemcpyDeviceToHost, cuda.stream()),
      "give numbers");
  cuda.wait();
}

/// Where the numbers of a batch lie, counted in the order (N, H, W, C).
template <class T>
struct Places {
  Batch<T> batch;

  DIM_ON_DEVICE T& operator()(long i) const {
    const long c = i % batch.shape.channels, pixel = i / batch.shape.channels;
    const long x = pixel % batch.shape.width, line = pixel / batch.shape.width;
    const long y = line % batch.shape.height, n = line / batch.shape.height;
    const long down = batch.border.height, across = batch.border.width;
    const long width = batch.shape.width + 2 * across, height = batch.shape.height + 2 * down;
    return batch.data[((n * height + y + down) * width + x + across) * batch.shape.channels + c];
  }
};

/// y = x, or y += x.
template <class T>
struct CopyNumber {
  Places<const T> x;
  Places<T> y;
  bool add;

  DIM_ON_DEVICE void operator()(long i) const { y(i) = add ? y(i) + x(i) : x(i); }
};
template <class T>
void copy(const Cuda& cuda, const Batch<const T>& x, const Batch<T>& y, Write write) {
  for_each(cuda, x.count * x.shape.size(), CopyNumber<T>{{x}, {y}, write == Write::add});
}

/// x = value, everywhere
template <class T>
struct FillNumber {
  Places<T> x;
  T value;

  DIM_ON_DEVICE void operator()(long i) const { x(i) = value; }
};
template <class T>
void fill(const Cuda& cuda, const Batch<T>& x, T value) {
  for_each(cuda, x.count * x.shape.size(), FillNumber<T>{{x}, value});
}

/// Fills a batch by write(host, n), which writes sample n of a batch of the same size in host memory.
template <class T, class WriteSample>
void load_batch(const Cuda& cuda, const Batch<T>& to, const WriteSample& write) {
  const std::size_t bytes = std::size_t(to.count * to.sample()) * sizeof(T);
  const Batch<T> host{reinterpret_cast<T*>(cuda.staging(bytes)), to.count, to.shape, to.border};
  cuda.wait();  // until the last batch has been copied
  for (long i = 0; i < to.count * to.sample(); ++i) host.data[i] = T(0);
  for (long n = 0; n < to.count; ++n) write(host, n);
  upload(cuda, host.data, to.data, to.count * to.sample());
}

}  // namespace cuda
}  // namespace DIM_ABI
}  // namespace dim
