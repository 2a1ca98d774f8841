// compiler: GNU
// flags: -freciprocal-math
// expect: dim: -freciprocal-math changes quotients from build to build; compile without it
#include <dim/core/config.hpp>
