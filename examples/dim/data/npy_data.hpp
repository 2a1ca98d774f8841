// Images of one's own as arrays: .npy files.
#pragma once
#include <dim/data/images.hpp>
#include <string>

#include "image_folder.hpp"

namespace program {

/// Is SPEC an array of images, npy:IMAGES.npy[,LABELS.npy], or of signals, signals:SIGNALS.npy[,LABELS.npy]?
bool is_npy(const std::string& spec);
/// What its data are called: the name of the file of images, without its end.
std::string npy_title(const std::string& spec);
/// Such a SPEC with its paths in normal form, as `normal` of data.hpp has it.
std::string normal_npy(const std::string& spec);

/// The files that SPEC names where it is of that kind; else none.
std::vector<std::string> npy_files(const std::string& spec);

/// Images, and labels where they have any, from the files that SPEC names: npy[@OPTION[,OPTION]]:IMAGES.npy[,LABELS.npy].
///
/// Images are (N, H, W), (N, C, H, W) or (N, H, W, C). In the latter two, the channels are the dimension of 1 to 4, or
/// the one that an OPTION, chw or hwc, says. Bytes are kept as they are. Of other numbers 8 bits are kept: an OPTION
/// LOW..HIGH says what becomes 0 and 255, which is 0..1 for floating point numbers and bools and 0..255 for integers
/// if left out; what lies between is rounded to the nearest byte.
///
/// Signals are images of height 1 (signals[@OPTION[,OPTION]]:SIGNALS.npy[,LABELS.npy]), since nothing tells an array
/// (N, C, L) of them from one (N, H, W) of images: (N, L), (N, C, L) or, by the OPTION lc, (N, L, C).
///
/// Labels are integers, (N), from 0; -1 stands for one that isn't known. There are as many classes as the largest says,
/// plus one. Every tenth image, as a hash of its number has it, is the test's.
///
/// Files are read in pieces, so that little more memory is taken than the bytes of the part's images. Throws dim::Error
/// for a malformed SPEC, for arrays of another shape or type, for the first number out of range or NaN, for labels that
/// do not fit, and for a part without images.
dim::Images read_npy_images(const std::string& spec, FolderPart part);
/// The same, with the number of each in the array, "17", as its name.
FileImages read_npy(const std::string& spec, FolderPart part);

}  // namespace program
