// What a training callback returns.
#pragma once
#include <type_traits>

#include "../model/interfaces.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Calls on_step(losses, step), which returns nothing or, as a bool, whether to go on. Returns whether to go on.
template <class OnStep>
bool goes_on(const OnStep& on_step, const Losses& losses, long step) {
  if constexpr (std::is_invocable_r_v<void, const OnStep&, const Losses&, long>) {
    using Said = std::invoke_result_t<const OnStep&, const Losses&, long>;
    constexpr bool is_understood = std::is_void_v<Said> || std::is_same_v<std::remove_cvref_t<Said>, bool>;
    static_assert(is_understood,
                  "on_step returns nothing, or a bool that says whether to go on: let it end in neither "
                  "another value nor a number");
    if constexpr (std::is_void_v<Said> || !is_understood)
      on_step(losses, step);
    else
      return on_step(losses, step);
  } else {
    static_assert(
        std::is_void_v<OnStep>,
        "on_step is called as on_step(const dim::Losses&, long step), and is const: give it these two "
        "parameters, and no `mutable`");
  }
  return true;
}

}  // namespace DIM_ABI
}  // namespace dim
