#include "objectives.hpp"

std::unique_ptr<bits::AnyObjective> bits::make_dot_64(const Goal& goal, const dim::EncoderShapes& shapes) {
  return make_objective<dim::Dot<64>>(goal, shapes);
}
