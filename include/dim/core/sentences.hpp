// Why a layer doesn't fit, in words: for static_assert, which takes only literals, and for misfit() at run time.
#pragma once

#define DIM_CONV_NUMBERS "Conv: filters, kernel and stride must be positive"
#define DIM_CONV_PADDING "Conv: the padding must be less than the kernel"
#define DIM_CONV_INPUT "Conv: the kernel is larger than the padded input"

#define DIM_CONV_TRANSPOSE_NUMBERS "ConvTranspose: filters, kernel and stride must be positive"
#define DIM_CONV_TRANSPOSE_PADDING "ConvTranspose: the padding must be less than the kernel"
#define DIM_CONV_TRANSPOSE_OUTPUT_PADDING "ConvTranspose: the output padding must be less than the stride"
#define DIM_CONV_TRANSPOSE_OUTPUT "ConvTranspose: the padding leaves nothing of the output"

#define DIM_DROPOUT_PROBABILITY "Dropout: the probability must lie in [0, 1)"
#define DIM_LEAKY_SLOPE "Leaky: the slope must lie in [0, 1)"
#define DIM_LINEAR_UNITS "Linear: the number of units must be positive"

#define DIM_MAX_POOL_NUMBERS "MaxPool: the kernel must lie in 1..15, the stride be positive"
#define DIM_MAX_POOL_INPUT "MaxPool: the window is larger than the input"

#define DIM_SUM_SHAPES "Sum: its two branches give different shapes"

#define DIM_UNFLATTEN_SHAPE "Unflatten: the sizes of an image must be positive"
#define DIM_UNFLATTEN_INPUT "Unflatten: the input must be a vector of the image's size"
