// Being asked to end: by Ctrl-C, by SIGTERM, by a terminal that is closed (SIGHUP), by a pipe that nobody reads any more
// (SIGPIPE), or by a batch system whose processor time is spent (SIGXCPU).
#pragma once

namespace program {

/// From the first call on none of these ends the program at once, so that it can save; but a second Ctrl-C, or a second
/// SIGTERM, does. Of the others what was ignored before, as nohup has it, stays so.
void defer_signals();

/// Has one of them come since?
bool stop_requested();

/// What stop_if_requested() throws, which is no error.
struct Stopped {};

/// Throws Stopped if one has: for loops that end by what they call.
void stop_if_requested();

/// If so, ends the program by it, as if it had not been deferred: whoever started the program sees which it was.
void end_if_requested();

}  // namespace program
