// The networks and trainers on the host that a program may have compiled once: see cpu/compiled.hpp.
#pragma once
#include "../cpu/backend.hpp"
#include "trainer.hpp"

namespace dim {
inline namespace DIM_ABI {

DIM_COMPILED_FLOAT(class Network<Cpu, float>)
DIM_COMPILED_FLOAT(class GraphEncoderPass<Cpu, float>)
DIM_COMPILED_FLOAT(class DotPass<Cpu, float>)
DIM_COMPILED_FLOAT(class GramDotPass<Cpu, float>)
DIM_COMPILED_FLOAT(class AutomaticDotPass<Cpu, float>)
DIM_COMPILED_FLOAT(class ConcatPass<Cpu, float>)
DIM_COMPILED_FLOAT(class SplitConcatPass<Cpu, float>)
DIM_COMPILED_FLOAT(class GradientPenalty<Cpu, float>)
DIM_COMPILED_FLOAT(class BasicTrainer<Cpu, float>)

DIM_COMPILED_DOUBLE(class Network<Cpu, double>)
DIM_COMPILED_DOUBLE(class GraphEncoderPass<Cpu, double>)
DIM_COMPILED_DOUBLE(class DotPass<Cpu, double>)
DIM_COMPILED_DOUBLE(class GramDotPass<Cpu, double>)
DIM_COMPILED_DOUBLE(class AutomaticDotPass<Cpu, double>)
DIM_COMPILED_DOUBLE(class ConcatPass<Cpu, double>)
DIM_COMPILED_DOUBLE(class SplitConcatPass<Cpu, double>)
DIM_COMPILED_DOUBLE(class GradientPenalty<Cpu, double>)
DIM_COMPILED_DOUBLE(class BasicTrainer<Cpu, double>)

}  // namespace DIM_ABI
}  // namespace dim
