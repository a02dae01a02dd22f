// Times of RFC 6762 that several files need.
#pragma once

#include <cstdint>

namespace otaru::mdns {

inline constexpr std::uint32_t kRateLimit_ms = 1000;     ///< between multicasts of a record (section 6)
inline constexpr std::uint32_t kDefenceLimit_ms = 250;   ///< when it answers a probe (section 6)
inline constexpr std::uint32_t kTieLost_ms = 1000;       ///< section 8.2
inline constexpr std::uint32_t kSharedDelayLow_ms = 20;  ///< before a shared record (section 6)
inline constexpr std::uint32_t kSharedDelayHigh_ms = 120;
inline constexpr std::uint32_t kAskFirst_ms = 1000;     ///< between the first two questions (section 5.2)
inline constexpr std::uint32_t kMoreKnownLow_ms = 400;  ///< when more known answers follow (section 7.2)
inline constexpr std::uint32_t kMoreKnownHigh_ms = 500;
inline constexpr std::uint32_t kLegacyTtl_s = 10;  ///< highest TTL in a legacy reply (section 6.7)

/// Longest time between two calls of poll(): often enough that no kept time grows older than the clock's
/// wrap.
inline constexpr std::uint32_t kLongestWait_ms = 10 * 60 * 1000;

}  // namespace otaru::mdns
