// The 12 bytes before a pushed file (stock dialect). docs/SPEC-push.md.
#pragma once

#include <cstdint>

#include <otaru/bytes.hpp>

namespace otaru::push {

inline constexpr std::size_t kAnnouncementSize = 12;  ///< bytes

/// The middle word of an announcement that asks for force; stock uploaders send 0. ASCII `FORC`.
inline constexpr std::uint32_t kForce = 0x4352'4F46;

/// What the uploader says of the file it is about to send. A field of 0 says nothing.
struct Announcement {
  std::uint32_t sum = 0;   ///< sum of every byte of the file, modulo 2^32
  std::uint32_t size = 0;  ///< of the file, bytes
  bool force = false;      ///< take the image although it was rejected before; stock boards do not look
};

/// `from` must hold kAnnouncementSize bytes.
constexpr Announcement read_announcement(Bytes from) noexcept {
  return {load_le32(from), load_le32(from.subspan(8)), load_le32(from.subspan(4)) == kForce};
}

/// `to` must hold kAnnouncementSize bytes.
constexpr void write_announcement(const Announcement& announcement, MutableBytes to) noexcept {
  store_le32(to, announcement.sum);
  store_le32(to.subspan(4), announcement.force ? kForce : 0);
  store_le32(to.subspan(8), announcement.size);
}

}  // namespace otaru::push
