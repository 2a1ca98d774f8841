// The one exception of the library.
#pragma once
#include <stdexcept>
#include <string>

#include "config.hpp"

namespace dim {
inline namespace DIM_ABI {

/// What went wrong, where (file, record, value) and what to do about it, in one sentence.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace DIM_ABI
}  // namespace dim
