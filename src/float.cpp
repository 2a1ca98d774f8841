// What of the library is compiled once, in float: see dim/cpu/compiled.hpp.
#define DIM_COMPILES_FLOAT
#include <dim/train/compiled.hpp>
