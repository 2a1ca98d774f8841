// Memory that is planned before the first step and never grows.
#pragma once
#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "extent.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Hands out a piece of memory from front to back. Without memory it only counts: a layout function runs twice, once
/// to measure and once to receive, so that no size has to be stated twice.
class Arena {
 public:
  constexpr Arena() = default;
  constexpr explicit Arena(std::byte* begin) : begin_(begin) {}

  constexpr std::byte* take_bytes(long bytes) {
    const long start = std::exchange(used_, used_ + aligned(bytes));
    return begin_ ? begin_ + start : nullptr;
  }
  template <class T>
  constexpr T* take(long count) {
    std::byte* const bytes = take_bytes(count * long(sizeof(T)));
    return bytes ? reinterpret_cast<T*>(bytes) : nullptr;
  }
  /// Bytes handed out so far.
  constexpr long used() const { return used_; }

 private:
  std::byte* begin_ = nullptr;
  long used_ = 0;
};

/// Bytes that what.lay_out(arena) takes; a compile-time constant if `what` is one.
template <class What>
constexpr long measure(What what) {
  Arena arena;
  what.lay_out(arena);
  return arena.used();
}

/// `what`, laid out in the measure(what) bytes from `begin` on; measure() is a multiple of `alignment`.
template <class What>
What laid_out(What what, std::byte* begin) {
  Arena arena(begin);
  what.lay_out(arena);
  return what;
}

/// Memory of a backend, zeros at first, freed with its owner. It comes from allocate(backend, bytes) and goes back by
/// release(backend, data).
template <class B>
class Memory {
 public:
  Memory() = default;
  Memory(const B& backend, long bytes) : data_(allocate(backend, bytes), Release{backend}), bytes_(bytes) {}

  std::byte* data() const { return data_.get(); }
  long bytes() const { return bytes_; }

 private:
  struct Release {
    std::optional<B> backend;  // none if there is no memory
    void operator()(std::byte* data) const { release(*backend, data); }
  };
  std::unique_ptr<std::byte, Release> data_;
  long bytes_ = 0;
};

/// The memory that `function` takes from an arena. `function` runs twice: to measure the memory, and to receive it.
template <class B, std::invocable<Arena&> Function>
Memory<B> lay_out(const B& backend, const Function& function) {
  Arena measured;
  function(measured);
  Memory<B> memory(backend, measured.used());
  Arena arena(memory.data());
  function(arena);
  return memory;
}

}  // namespace DIM_ABI
}  // namespace dim
