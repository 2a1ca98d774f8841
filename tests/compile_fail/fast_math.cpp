// expect: dim: -ffast-math hides NaN and changes sums from build to build; compile without it
#ifdef BAD
#define __FAST_MATH__ 1
#endif
#include <dim/core/config.hpp>
