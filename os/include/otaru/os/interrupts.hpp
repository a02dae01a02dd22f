// Ctrl-C, and its like.
#pragma once

namespace otaru::os {

/// From now on the first wish to end the program (Ctrl-C; where there are signals, SIGTERM too) is noted and
/// the second ends it at once. A reader of its output or another end of a connection that goes away is told
/// by an error and not by a signal.
void note_interrupts() noexcept;

/// True once a person or the system wished the program to end, after note_interrupts().
bool interrupted() noexcept;

}  // namespace otaru::os
