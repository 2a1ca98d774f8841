// flags: -ffinite-math-only
// expect: dim: -ffinite-math-only hides NaN, and broken networks would be saved; compile without it
#include <dim/core/config.hpp>
