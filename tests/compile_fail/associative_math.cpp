// compiler: GNU
// flags: -fassociative-math -fno-signed-zeros -fno-trapping-math
// expect: dim: -fassociative-math, as in -funsafe-math-optimizations, changes sums; compile without it
#include <dim/core/config.hpp>
