#include "objectives.hpp"

template <>
std::unique_ptr<program::AnyObjective> program::make_with<dim::Dot<128>>(const TrainSettings& settings,
                                                                         const dim::EncoderShapes& shapes) {
  return make_any<dim::Dot<128>>(settings, shapes);
}
