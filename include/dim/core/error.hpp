// The one exception of the library.
#pragma once
#include <concepts>
#include <stdexcept>
#include <string>
#include <string_view>

#include "decimal.hpp"

namespace dim {
inline namespace DIM_ABI {

namespace detail {
inline void append_part(std::string& message, std::string_view part) {
  message += part;
}
inline void append_part(std::string& message, char part) {
  message += part;
}
inline void append_part(std::string& message, double part) {
  message += decimal(part);
}
template <std::integral Integer>
void append_part(std::string& message, Integer part) {
  message += std::to_string(part);
}

template <class... Parts>
std::string joined(const Parts&... parts) {
  std::string message;
  (append_part(message, parts), ...);
  return message;
}

template <class Part>
concept MessagePart = requires(std::string& message, const Part& part) { append_part(message, part); };
}  // namespace detail

/// What went wrong, where (file, record, value) and what to do about it, in one sentence.
class Error : public std::runtime_error {
 public:
  /// The sentence in parts: text, characters, integers, and other numbers as `decimal` writes them.
  template <detail::MessagePart... Parts>
    requires(sizeof...(Parts) > 0)
  explicit Error(const Parts&... parts) : std::runtime_error(detail::joined(parts...)) {}
};

}  // namespace DIM_ABI
}  // namespace dim
