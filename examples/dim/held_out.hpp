// Pictures that a run does not train on.
#pragma once
#include <dim/data/images.hpp>

namespace program {

/// The pictures that a run trains on, and those that are held out of its training.
struct HeldOut {
  dim::Images trained_on, held_out;
};

/// Holds out `count` pictures, but at most a tenth; the same ones for every run.
HeldOut hold_out(const dim::Images& images, long count);

}  // namespace program
