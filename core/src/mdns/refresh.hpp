// When a querier asks again for what it knows (RFC 6762, section 5.2).
#pragma once

#include <otaru/mdns/instance.hpp>

namespace otaru::mdns {

inline constexpr std::uint8_t kRefreshes = 4;  // at 80, 85, 90 and 95 % of the TTL

/// True if there is another time to ask. A goodbye's last second is not worth asking in.
inline bool has_refresh(const Lifetime& life) noexcept {
  return life.ttl_ms > 1000 && life.refreshes < kRefreshes;
}

/// That time.
inline std::uint32_t refresh_at(const Lifetime& life) noexcept {
  return life.received_ms + life.ttl_ms / 100 * (80u + 5u * life.refreshes);
}

inline bool wants_refresh(const Lifetime& life, std::uint32_t now_ms) noexcept {
  return has_refresh(life) && has_come(refresh_at(life), now_ms);
}

}  // namespace otaru::mdns
