// Data sets by name.
#pragma once
#include <dim/data/cifar.hpp>
#include <dim/data/images.hpp>
#include <string>
#include <vector>

#include "image_cache.hpp"

namespace program {

/// Reads a split of the data that SPEC names: fashion-mnist[:DIR], mnist:DIR, cifar10:DIR, cifar100:DIR, stl10:DIR,
/// tiny-imagenet:DIR, folder:DIR or folder@SIDE:DIR (images of 32 or SIDE pixels a side), npy:IMAGES.npy[,LABELS.npy]
/// or signals:SIGNALS.npy[,LABELS.npy] (npy_data.hpp); `limit` > 0 takes the first so many images. What the cache holds of
/// image files, if there is one, is not decoded; whoever gives it calls its finish(). Throws dim::Error.
dim::Images read_data(const std::string& spec, dim::Split split, long limit, ImageCache* cache = nullptr);

/// Does the text name data as SPEC does, and is it no file or folder?
bool is_data(const std::string& text);
/// Is SPEC a folder of image files?
bool is_folder(const std::string& spec);
/// The shape of a folder's images, as SPEC has it. Throws dim::Error.
dim::Shape shape_of(const std::string& spec);
/// The part of SPEC behind the colon.
std::string data_place(const std::string& spec);
/// Throws dim::Error where SPEC, which is no array, needs a folder and names none.
void require_place(const std::string& spec);
/// What the data are called: "CIFAR-10", or the name of a folder or of a file of images.
std::string data_title(const std::string& spec);

/// Are some of the data kept for measuring, because nothing else says which to train on?
bool keeps_a_tenth(const std::string& spec);
/// How data without labels get some, for the end of an error.
std::string how_to_label(const std::string& spec);

/// A checksum of all images and their labels, "5f3a9c01".
std::string checksum_of(const dim::Images& images);

/// Both splits of a data set.
struct DataSet {
  dim::Images train, test;
  std::string train_checksum;  // of all training images
  /// The name under which its results are recorded: its own and a checksum of all images and labels,
  /// "cifar10-5f3a9c01".
  std::string id;
};

/// Reads both splits, of each only the first `limit` images where that is above 0. Throws dim::Error.
DataSet read_data_set(const std::string& spec, long limit, ImageCache* cache = nullptr);

/// SPEC with its folder in normal form: without "./", doubled slashes or a trailing one.
std::string normal(const std::string& spec);

/// The part of SPEC before the colon.
std::string data_name(const std::string& spec);

/// The indices of the images whose label is known, or of all images where none has a label.
std::vector<long> labelled_indices(const dim::Images& images);
/// These images. Throws dim::Error where some images of the data have labels, but none of these.
dim::Images labelled_images(const dim::Images& images);

/// Pixels as an encoder sees them, (N, H W C), in [-1, 1].
std::vector<float> pixels_of(const dim::Images& images);

/// The images that a run trains on, and those held out of training.
struct HeldOut {
  dim::Images trained_on, held_out;
  std::string
      why_none{};  // of those that were asked for; empty where some are held out, or none was asked for
};

/// The fewest images among which nearest neighbours are sought: five times as many as vote, since where all vote every
/// image gets the same class.
inline constexpr long voting_neighbours = 20, fewest_neighbours = 5 * voting_neighbours;

/// Holds out `count` images, but at most a tenth; the same ones for every run. None, where they could not be judged:
/// without labels, and where fewer than `fewest_neighbours` would be left to train on. Where some labels are not known,
/// those held out are of images with labels, as are the first that are trained on.
HeldOut hold_out(const dim::Images& images, long count);

}  // namespace program
