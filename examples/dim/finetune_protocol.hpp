// The name under which fine-tuning records its numbers.
#pragma once
#include <cstdio>
#include <optional>
#include <string>

namespace program {

/// With which part of the labels, in (0, 1], and for how many steps.
struct FinetuneProtocol {
  double part;
  long steps;

  /// "labels-1-percent-mlp-200-on-conv-2000-steps".
  std::string name() const {
    char buffer[80];
    std::snprintf(buffer, sizeof buffer, "labels-%g-percent-mlp-200-on-conv-%ld-steps", 100 * part, steps);
    return buffer;
  }
  /// What has that name; nothing for a name of another kind.
  static std::optional<FinetuneProtocol> of(const std::string& name) {
    FinetuneProtocol found{};
    if (std::sscanf(name.c_str(), "labels-%lg-percent-mlp-200-on-conv-%ld-", &found.part, &found.steps) != 2)
      return {};
    found.part /= 100;
    return found.name() == name ? std::optional(found) : std::nullopt;
  }
};

}  // namespace program
