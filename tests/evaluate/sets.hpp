// Features with labels, and what is said of those that are refused.
#pragma once
#include <dim/evaluate/standardise.hpp>
#include <string>
#include <vector>

namespace tests {

/// Whether an exception's message holds every one of the parts.
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

}  // namespace tests
