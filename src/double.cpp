// What of the library is compiled once, in double: see dim/cpu/compiled.hpp.
#define DIM_COMPILES_DOUBLE
#include <dim/train/compiled.hpp>
