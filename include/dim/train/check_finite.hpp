// Checks that training has not broken down.
#pragma once
#include <cmath>
#include <span>
#include <string>

#include "../core/error.hpp"
#include "../model/interfaces.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Throws Error for the first loss of step `step`, counted from 1, that is not finite.
inline void check_losses(const Losses& losses, long step) {
  const auto check_loss = [step](double loss, const char* name) {
    if (!std::isfinite(loss))
      throw Error(
          "the ", name, " of step ", step, " is ", std::isnan(loss) ? "not a number" : "infinite",
          "; begin anew at a lower rate, or look for images with numbers that are not finite and for extreme "
          "settings");
  };
  check_loss(losses.local.loss, "local loss");
  check_loss(losses.global.loss, "global loss");
  check_loss(losses.prior.encoder, "encoder's loss by the prior");
  check_loss(losses.prior.adversary, "loss of the prior's adversary");
  check_loss(losses.prior.penalty, "gradient penalty of the prior's adversary");
}

/// Throws Error, by name, for the first parameter or statistic that is not finite after step `step`, or for which one
/// of the optimizer's arrays, each as long as all parameters, is not.
template <class B, class T>
void check_finite(const B& backend, const Entries& entries, const Weights<T>& weights,
                  std::span<const T* const> moments, long step) {
  const auto check_array = [&](const T* numbers, long count, const std::string& name) {
    if (!all_finite(backend, numbers, count))
      throw Error(name, " holds a number that is not finite after step ", step,
                  "; begin anew at a lower rate");
  };
  for (const auto& [name, parameter, offset] : entries.parameters) {
    check_array(weights.parameters + offset, parameter.size(), name);
    for (const T* const array : moments)
      check_array(array + offset, parameter.size(), "what the optimizer keeps of " + name);
  }
  for (const auto& [name, statistic, offset] : entries.statistics)
    check_array(weights.statistics + offset, statistic.size, name);
}

}  // namespace DIM_ABI
}  // namespace dim
