#include "objectives.hpp"

template <>
std::unique_ptr<program::AnyObjective> program::make_with<dim::Dot<2048>>(const TrainSettings& settings,
                                                                          const dim::EncoderShapes& shapes) {
  return make_any<dim::Dot<2048>>(settings, shapes);
}
