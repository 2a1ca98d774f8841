// flags: -std=gnu++17
// expect: dim: the library is written in C++20; compile with -std=c++20
// What compilers take that are given no -std. This header includes other libraries first.
#ifdef BAD
#include <dim/xtensor/arrays.hpp>
#else
#include <dim/core/config.hpp>
#endif
