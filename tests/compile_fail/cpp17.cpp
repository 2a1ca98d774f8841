// flags: -std=c++17
// expect: dim: the library is written in C++20; compile with -std=c++20
#ifdef BAD
#include <dim/dim.hpp>
#else
#include <dim/core/config.hpp>
#endif
