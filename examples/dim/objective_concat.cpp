#include "objectives.hpp"

template <>
std::unique_ptr<program::AnyObjective> program::make_with<dim::Concat<>>(const TrainSettings& settings,
                                                                         const dim::EncoderShapes& shapes) {
  return make_any<dim::Concat<>>(settings, shapes);
}
