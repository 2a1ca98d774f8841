// dim: Deep InfoMax (Hjelm et al., "Learning deep representations by mutual information estimation and
// maximization", ICLR 2019) for C++20. This header is all of the library, on the host.
#pragma once
#include "cpu/backend.hpp"
#include "data/cifar.hpp"
#include "data/idx.hpp"
#include "data/images.hpp"
#include "data/tensor_images.hpp"
#include "encoders/basic.hpp"
#include "encoders/dcgan.hpp"
#include "evaluate/knn.hpp"
#include "evaluate/linear_probe.hpp"
#include "evaluate/tensor_features.hpp"
#include "io/json.hpp"
#include "io/xtensor.hpp"
#include "train/checkpoint.hpp"
#include "train/frozen_encoder.hpp"
#include "train/trainer.hpp"
