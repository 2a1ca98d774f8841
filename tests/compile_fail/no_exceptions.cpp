// flags: -fno-exceptions
// expect: dim: errors are thrown as exceptions; compile without -fno-exceptions
#ifdef BAD
#include <dim/dim.hpp>
#else
#include <dim/core/config.hpp>
#endif
