// Images of a data set, and a name for each: what is searched, grouped or shown.
#pragma once
#include <string>

#include "../data/image_folder.hpp"

namespace program {

/// The folder of files that DATA names; empty where it names other data. Throws dim::Error for `folder:` alone.
std::string folder_of(const std::string& data);

/// Images of DATA, and a name for each: of a folder, or of files and arrays as SPEC has them, all unless `split` says
/// train or test; of other data those of that split, test if it is empty, or all. Files are brought to `shape`, and those
/// that are left out are told. What the cache holds is not decoded; it is finished. Throws dim::Error.
FileImages named_images(const std::string& data, const std::string& split, dim::Shape shape,
                        ImageCache cache);

}  // namespace program
