// Getting a published data set.
#pragma once
#include <string>

#include "../data/published.hpp"

namespace program {

/// Brings a set into `folder`, as a folder of the set's own name, and says so; nothing is done if it is there. Archives that
/// lie in `folder` already are used, and stay. Throws dim::Error, or Stopped; there is then no folder of that name, or, if
/// the set isn't packed, only complete files in it, and the same call goes on from there.
void fetch_set(const PublishedSet& set, const std::string& folder);

}  // namespace program
