// The whole backend of the host: every kernel that training calls.
#pragma once
#include "clip.hpp"
#include "estimate.hpp"
#include "gram.hpp"
#include "layers.hpp"
#include "optimizer.hpp"
#include "pairs.hpp"
#include "prior.hpp"
#include "scores.hpp"
