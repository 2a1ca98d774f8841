// Schedules of the learning rate as text.
#pragma once
#include <dim/train/schedule.hpp>
#include <string>

namespace program {

/// The schedule that a text means: constant, cosine[:warm-up=EPOCHS], steps:EPOCH,...[,factor=F] or
/// plateau[:patience=EPOCHS,factor=F,least=NATS]. Throws dim::Error for any other.
dim::AnySchedule schedule_of(const std::string& text);

/// The one text for a schedule, without what is left as it is by default.
std::string text_of(const dim::AnySchedule& schedule);

}  // namespace program
