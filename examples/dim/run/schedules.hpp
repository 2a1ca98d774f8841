// Learning-rate schedules as text.
#pragma once
#include <dim/train/schedule.hpp>
#include <string>

namespace program {

/// The schedule that a text describes: constant, cosine[:warm-up=EPOCHS], steps:EPOCH,...[,factor=F] or
/// plateau[:patience=EPOCHS,factor=F,least=NATS]. Throws dim::Error for any other text.
dim::AnySchedule schedule_of(const std::string& text);

/// The unique text for a schedule, without settings that have their default.
std::string text_of(const dim::AnySchedule& schedule);

}  // namespace program
