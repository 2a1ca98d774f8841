// Every layer's kernels.
#pragma once
#include "batch_norm.hpp"
#include "conv.hpp"
#include "conv_transpose.hpp"
#include "dropout.hpp"
#include "identity.hpp"
#include "layer_norm.hpp"
#include "leaky.hpp"
#include "linear.hpp"
#include "max_pool.hpp"
#include "order.hpp"
#include "sigmoid.hpp"
#include "tanh.hpp"
