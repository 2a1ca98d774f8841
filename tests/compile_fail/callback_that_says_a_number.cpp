// expect: on_step returns nothing, or a bool that says whether to go on
#include <dim/train/goes_on.hpp>

#ifdef BAD
using Said = double;
#else
using Said = bool;
#endif

const bool on =
    dim::goes_on([](const dim::Losses& losses, long) -> Said { return losses.local.loss > 0; }, {}, 1);
