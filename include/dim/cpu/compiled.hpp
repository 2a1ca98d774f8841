// The kernels of the library's networks, which a program may compile once for all its sources.
//
// Each header lists at its end which of its templates these are. The list does nothing unless DIM_COMPILED is
// defined, as by the target dim::compiled: then it declares them as compiled elsewhere, in src/.
#pragma once

#if defined(DIM_COMPILES_FLOAT)
#define DIM_COMPILED_FLOAT(...) template __VA_ARGS__;
#elif defined(DIM_COMPILED)
#define DIM_COMPILED_FLOAT(...) extern template __VA_ARGS__;
#else
#define DIM_COMPILED_FLOAT(...)
#endif

#if defined(DIM_COMPILES_DOUBLE)
#define DIM_COMPILED_DOUBLE(...) template __VA_ARGS__;
#elif defined(DIM_COMPILED)
#define DIM_COMPILED_DOUBLE(...) extern template __VA_ARGS__;
#else
#define DIM_COMPILED_DOUBLE(...)
#endif

/// The kernels of a layer.
#define DIM_COMPILED_LAYER(Spec)                                                         \
  DIM_COMPILED_FLOAT(void forward(const Cpu&, const Spec&, const ForwardPass<float>&))   \
  DIM_COMPILED_FLOAT(void backward(const Cpu&, const Spec&, const BackwardPass<float>&)) \
  DIM_COMPILED_DOUBLE(void forward(const Cpu&, const Spec&, const ForwardPass<double>&)) \
  DIM_COMPILED_DOUBLE(void backward(const Cpu&, const Spec&, const BackwardPass<double>&))
