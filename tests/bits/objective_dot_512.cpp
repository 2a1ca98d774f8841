#include "objectives.hpp"

std::unique_ptr<bits::AnyObjective> bits::make_dot_512(const Goal& goal, const dim::EncoderShapes& shapes) {
  return make_objective<dim::Dot<512>>(goal, shapes);
}
