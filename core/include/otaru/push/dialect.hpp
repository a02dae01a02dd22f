// Which way of speaking a sender has chosen, from its first bytes. docs/SPEC-push.md, section 6.
#pragma once

#include <cstdint>

#include <otaru/bytes.hpp>

namespace otaru::push {

enum class Dialect : std::uint8_t {
  undecided,  ///< too few bytes to tell
  plain,      ///< the announcement and the file as they are
  secure,     ///< the same inside TLS
};

/// The bytes that tell the dialects apart for certain.
inline constexpr std::size_t kDialectBytes = 6;

/// Secure is a TLS record (RFC 5246, section 6.2.1) that holds a ClientHello: 0x16, 0x03, three bytes, 0x01.
/// The first byte alone would not do: it is the lowest byte of a sum in an announcement, and 0x16 in one of
/// 256. The sixth is 0 there, or `O` of the word that asks for force.
constexpr Dialect dialect_of(Bytes start) noexcept {
  constexpr std::byte kHandshakeRecord{0x16};
  constexpr std::byte kMajorVersion{0x03};
  constexpr std::byte kClientHello{0x01};
  if (start.empty()) return Dialect::undecided;
  if (start[0] != kHandshakeRecord) return Dialect::plain;
  if (start.size() > 1 && start[1] != kMajorVersion) return Dialect::plain;
  if (start.size() < kDialectBytes) return Dialect::undecided;
  return start[5] == kClientHello ? Dialect::secure : Dialect::plain;
}

}  // namespace otaru::push
