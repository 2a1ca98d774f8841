// What tests of kernels need that must be exact to the last bit.
#pragma once
#include <boost/mpl/list.hpp>
#include <cstdlib>
#include <cstring>
#include <dim/core/extent.hpp>
#include <random>
#include <string>
#include <vector>

#include "../guard.hpp"

namespace tests::exact {

using dim::Extent;
using Scalars = boost::mpl::list<float, double>;

/// The number of random cases a test tries: `usual`, or as many as DIM_FUZZ says.
inline int rounds(int usual) {
  const char* const wanted = std::getenv("DIM_FUZZ");
  return wanted ? std::stoi(wanted) : usual;
}

/// Random values, the same in each run unless DIM_SEED is set: integers in [-4, 4] or reals in [-1, 1].
class RandomNumbers {
 public:
  long between(long low, long high) { return low + long(generator_() % std::uint32_t(high - low + 1)); }
  template <class T>
  T number(bool integer) {
    return integer ? T(between(-4, 4)) : T(between(-1000000, 1000000)) / T(1000003);
  }
  template <class T>
  std::vector<T> numbers(long count, bool integers) {
    std::vector<T> result(static_cast<std::size_t>(count));
    for (T& x : result) x = number<T>(integers);
    return result;
  }

 private:
  static std::uint32_t seed() {
    const char* const wanted = std::getenv("DIM_SEED");
    return wanted ? std::uint32_t(std::stoul(wanted)) : 1;
  }
  std::mt19937 generator_{seed()};
};

/// Scratch of exactly the promised size, full of NaN, between two canaries.
class Scratch {
 public:
  Scratch(Extent extent, int threads)
      : bytes_(std::size_t(extent.at({.threads = threads}))), lines_(bytes_ / sizeof(Line) + 2) {
    fill();
    lines_.front() = lines_.back() = canary;
    hide(&lines_.front(), sizeof(Line));
    hide(&lines_.back(), sizeof(Line));
  }
  void fill() { std::memset(data(), 0xff, bytes_); }
  std::byte* data() { return lines_[1].byte; }
  bool kept() const { return same(lines_.front()) && same(lines_.back()); }

 private:
  struct alignas(dim::alignment) Line {
    std::byte byte[dim::alignment];
  };
  static constexpr Line canary = {{std::byte(1), std::byte(2), std::byte(3)}};
  static bool same(const Line& line) { return sanitized || std::memcmp(&line, &canary, sizeof canary) == 0; }

  std::size_t bytes_;
  std::vector<Line> lines_;
};

template <class T>
bool same_bits(const std::vector<T>& x, const std::vector<T>& y) {
  if (x.empty() || y.empty()) return x.empty() && y.empty();  // memcmp must not get a null pointer
  return x.size() == y.size() && std::memcmp(x.data(), y.data(), x.size() * sizeof(T)) == 0;
}

}  // namespace tests::exact
