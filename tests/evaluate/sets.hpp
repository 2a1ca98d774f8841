// Features with labels, and the messages for those that are refused.
#pragma once
#include <dim/core/random.hpp>
#include <dim/evaluate/features.hpp>
#include <string>
#include <vector>

namespace tests {

/// Whether an exception's message contains all of the parts.
inline auto says(std::vector<std::string> parts) {
  return [parts](const dim::Error& error) {
    for (const std::string& part : parts)
      if (std::string(error.what()).find(part) == std::string::npos) return false;
    return true;
  };
}

template <class T>
struct Set {
  std::vector<T> data;
  std::vector<int> labels;
  long size;
  dim::Features<T> features() const { return {data.data(), long(labels.size()), size, labels.data()}; }
};

/// Normally distributed values around a corner for each class: `distance` along the axis with its number. If the
/// distance is 0, labels are meaningless.
template <class T>
Set<T> clouds(long count, long size, int classes, double distance, std::uint64_t seed) {
  Set<T> set{{}, {}, size};
  for (long i = 0; i < count; ++i) {
    const int label = int(dim::Random{seed + 1000}.below(std::uint64_t(classes), std::uint64_t(i)));
    set.labels.push_back(label);
    for (long j = 0; j < size; ++j)
      set.data.push_back(
          T(dim::Random{seed}.normal(std::uint64_t(i * size + j)) + (j == label ? distance : 0)));
  }
  return set;
}

}  // namespace tests
