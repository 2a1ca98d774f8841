// An NVIDIA GPU as a backend: so far only enough of core/backend.hpp to show that it can be one. It compiles, and has
// never run.
#pragma once
#if !defined(__CUDACC__)
#error "dim/cuda is compiled by nvcc: include it from a .cu file"
#endif

#include <cublas_v2.h>
#include <cuda_runtime.h>

#include <memory>
#include <string>

#include "../core/error.hpp"

namespace dim {
inline namespace DIM_ABI {
namespace cuda {

/// Throws Error if the runtime or cuBLAS reports one.
inline void require_success(cudaError_t status, const char* what) {
  if (status != cudaSuccess) throw Error("the GPU can't ", what, ": ", cudaGetErrorString(status));
}
inline void require_success(cublasStatus_t status, const char* what) {
  if (status != CUBLAS_STATUS_SUCCESS)
    throw Error("cuBLAS can't ", what, ": ", cublasGetStatusString(status));
}

/// One GPU and a stream of work on it; copies share both. Products are of full precision: TF32 is off.
class Cuda {
 public:
  /// Throws Error without a GPU.
  Cuda() : shared_(std::make_shared<Shared>()) {
    require_success(cudaStreamCreate(&shared_->stream), "make a stream");
    require_success(cublasCreate(&shared_->products), "begin");
    require_success(cublasSetStream(shared_->products, shared_->stream), "take a stream");
  }

  /// Each of the kernels takes the whole GPU.
  int threads() const { return 1; }
  cudaStream_t stream() const { return shared_->stream; }
  cublasHandle_t products() const { return shared_->products; }
  void wait() const { require_success(cudaStreamSynchronize(stream()), "finish"); }

  /// At least `bytes` bytes of page-locked host memory, valid until the next call.
  std::byte* staging(std::size_t bytes) const {
    if (bytes > shared_->staged) {
      wait();
      require_success(cudaFreeHost(shared_->staging), "free memory of the host's");
      shared_->staging = nullptr;
      shared_->staged = 0;
      require_success(cudaMallocHost(&shared_->staging, bytes), "lock memory of the host's");
      shared_->staged = bytes;
    }
    return static_cast<std::byte*>(shared_->staging);
  }

 private:
  struct Shared {
    cudaStream_t stream = nullptr;
    cublasHandle_t products = nullptr;
    void* staging = nullptr;
    std::size_t staged = 0;

    Shared() = default;
    Shared(const Shared&) = delete;
    Shared& operator=(const Shared&) = delete;
    ~Shared() {
      cudaFreeHost(staging);
      if (products) cublasDestroy(products);
      if (stream) cudaStreamDestroy(stream);
    }
  };
  std::shared_ptr<Shared> shared_;
};

/// f(i) for each i in [0, count), by as many threads.
template <class Function>
__global__ void for_each_kernel(long count, Function f) {
  const long i = long(blockIdx.x) * blockDim.x + threadIdx.x;
  if (i < count) f(i);
}
template <class Function>
void for_each(const Cuda& cuda, long count, const Function& f) {
  if (count == 0) return;
  constexpr long block = 256;
  for_each_kernel<<<unsigned((count + block - 1) / block), unsigned(block), 0, cuda.stream()>>>(count, f);
  require_success(cudaGetLastError(), "start a kernel");
}

/// Calls f(cuda) and waits for the work that it has begun, even if it throws.
template <class Function>
void run(const Cuda& cuda, const Function& f) {
  try {
    f(cuda);
  } catch (...) {
    cudaStreamSynchronize(cuda.stream());
    throw;
  }
  cuda.wait();
}

}  // namespace cuda

using cuda::Cuda;

}  // namespace DIM_ABI
}  // namespace dim
