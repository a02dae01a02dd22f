// What all systems set on a connection to a board.
#pragma once

namespace otaru::os {

inline constexpr int kSendBuffer = 128 * 1024;  // bytes
inline constexpr int kProbeAfter = 4;           // seconds without traffic
inline constexpr int kProbeEvery = 2;           // seconds
inline constexpr int kProbes = 127;             // the most Linux takes: how long to wait is decided elsewhere

}  // namespace otaru::os
