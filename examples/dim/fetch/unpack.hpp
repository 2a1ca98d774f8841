// Archives.
#pragma once
#include <string>

namespace program {

/// Unpacks the files and folders of an archive (.tar.gz, .zip) into `folder`, which must exist and be empty. On a terminal
/// it shows its progress. Throws dim::Error for an archive that is damaged, or holds links or paths that lead out of the
/// folder, and Stopped; some of it may have been unpacked then.
void unpack(const std::string& archive, const std::string& folder);

}  // namespace program
