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

  /// The part in percent, as the name has it.
  std::string percent() const {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%g", 100 * part);
    return buffer;
  }
  /// "labels-1-percent-mlp-200-on-conv-2000-steps".
  std::string name() const {
    return "labels-" + percent() + "-percent-mlp-200-on-conv-" + std::to_string(steps) + "-steps";
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
