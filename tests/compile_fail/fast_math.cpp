// flags: -ffast-math
// expect: dim: -ffast-math hides NaN and changes sums from build to build; compile without it
#include <dim/core/config.hpp>
