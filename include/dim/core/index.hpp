// Loops over constants, and the n-th type of a list.
#pragma once
#include <type_traits>
#include <utility>

#include "config.hpp"

namespace dim {
inline namespace DIM_ABI {

/// Calls function(0), ..., function(Count - 1), with each index a compile-time constant.
template <int Count, class Function>
constexpr void for_each_index(Function&& function) {
  [&]<int... I>(std::integer_sequence<int, I...>) {
    (function(std::integral_constant<int, I>{}), ...);
  }(std::make_integer_sequence<int, Count>{});
}

namespace detail {
// Overload resolution finds the type: no recursion, whatever the length of the list.
template <int I, class T>
struct Indexed {};
template <class Indices, class... Ts>
struct IndexedList;
template <int... I, class... Ts>
struct IndexedList<std::integer_sequence<int, I...>, Ts...> : Indexed<I, Ts>... {};
template <int I, class T>
std::type_identity<T> pick(Indexed<I, T>);
}  // namespace detail

/// The I-th type of a list.
template <int I, class... Ts>
using nth = typename decltype(detail::pick<I>(
    detail::IndexedList<std::make_integer_sequence<int, sizeof...(Ts)>, Ts...>{}))::type;

}  // namespace DIM_ABI
}  // namespace dim
