// Tiny ImageNet (Stanford's course CS231n): JPEG files of 64 x 64 pixels, 200 classes.
#pragma once
#include <dim/data/cifar.hpp>
#include <string>

#include "image_folder.hpp"

namespace program {

/// Tiny ImageNet from `folder`, tiny-imagenet-200 or the one that holds it: the images (3, 64, 64) of train, or those of
/// val for measuring, since those of its test have no labels. Classes are numbered as in wnids.txt, and have the first of
/// the names that words.txt has for them, if it is there. Throws dim::Error.
FileImages read_tiny_imagenet(const std::string& folder, dim::Split split, ImageCache* cache = nullptr);

}  // namespace program
