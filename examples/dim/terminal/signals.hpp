// Requests to end: Ctrl-C, SIGTERM, a closed terminal (SIGHUP), a pipe that nobody reads any more (SIGPIPE), or a
// batch system's limit of processor time (SIGXCPU).
#pragma once

namespace program {

/// From the first call on, none of these ends the program at once, so that it can save; but a second Ctrl-C or
/// SIGTERM does. Of the others, a signal that was ignored before, as under nohup, stays ignored.
void defer_signals();

/// Has one of them arrived since?
bool stop_requested();

/// What stop_if_requested() throws; it is not an error.
struct Stopped {};

/// Throws Stopped if one has arrived: for loops whose only way out is an exception from what they call.
void stop_if_requested();

/// If one has arrived, ends the program by it as if it had not been deferred, so that the caller sees which one it
/// was.
void end_if_requested();

/// From now on a sentence on standard error goes before the end of the program by SIGBUS, which is how the system says
/// that what was mapped to memory can no longer be read: a file was cut short meanwhile, or its disk failed.
void explain_lost_files();

}  // namespace program
