// The images of a folder of one's own.
#pragma once
#include <dim/data/images.hpp>
#include <dim/data/resize.hpp>
#include <string>
#include <vector>

#include "image_cache.hpp"

namespace program {

/// Which part of a folder.
enum class FolderPart { train, test, all };

/// Images of files, each cut to the square in its middle and brought to one shape, of three channels or one, and what came
/// of the others.
struct FileImages {
  dim::Images images;                   // with labels where they have any
  std::vector<std::string> names;       // N paths within the folder
  std::vector<std::string> unreadable;  // a sentence each
  std::vector<std::string>
      notes;  // of what else was left out, and of labels that it has not; a sentence each
};

/// The names of a folder's images.
struct ImageNames {
  std::vector<std::string> names;  // paths within the folder
  std::vector<std::string> notes;  // of links that were left out, a sentence
};

/// The paths within a folder of the JPEG and PNG files below it, "cats/1.jpg", in the order of their bytes. Links that lead
/// out of the folder, or nowhere, are left out. Throws dim::Error where there is no such folder, and where there are no
/// such files.
ImageNames image_names(const std::string& folder);

/// The JPEG and PNG files (by the ends of their names) below `folder`, in the order of image_names.
///
/// Where it holds folders `train` and `test`, these are its parts; else every tenth file, as a hash of its path has it, is
/// the test's. If all files of a part lie in sub-folders, and in two or more, these are the classes. Throws dim::Error
/// where there is no such folder, and where no file of that part is an image. The notes are those of the whole folder, and
/// the part `test` has none, so that whoever reads both parts hears them once. What the cache holds, if there is one, is
/// not decoded; whoever gives it calls its finish().
FileImages read_folder(const std::string& folder, FolderPart part, dim::Shape shape,
                       ImageCache* cache = nullptr);

/// The images of these files, without labels. Throws dim::Error where there is none, and as read_folder does for a shape
/// of other than 1 or 3 channels. The cache is as there.
FileImages read_files(const std::vector<std::string>& paths, dim::Shape shape, ImageCache* cache = nullptr);

/// Says on standard error which files could not be read, how many of how many and the first of them, and the notes.
void tell_left_out(const FileImages& files);

}  // namespace program
