// expect: TaskPolicy
// expect: JSD
#include <dim/objective/objective.hpp>

using namespace dim;
#ifdef BAD
using Goal = Objective<JSD, Local, UniformPrior>;
#else
using Goal = Objective<Local, JSD, UniformPrior>;
#endif
