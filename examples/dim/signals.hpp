// Being asked to end: by Ctrl-C, by SIGTERM, by a terminal that is closed (SIGHUP), or by a pipe that nobody reads any
// more (SIGPIPE).
#pragma once

namespace program {

/// From the first call on none of these ends the program at once, so that it can save; but a second Ctrl-C, or a second
/// SIGTERM, does. What was ignored before, as nohup has it, stays so.
void defer_signals();

/// Has one of them come since?
bool stop_requested();

/// If so, ends the program by it, as if it had not been deferred: whoever started the program sees which it was.
void end_if_requested();

}  // namespace program
