#include "objectives.hpp"

std::unique_ptr<bits::AnyObjective> bits::make_concat(const Goal& goal, const dim::EncoderShapes& shapes) {
  return make_objective<dim::Concat<>>(goal, shapes);
}
