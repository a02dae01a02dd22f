// Words of a DNS message: types, classes, flags, questions and records (RFC 1035, 3596, 2782, 4034, 6762).
#pragma once

#include <cstdint>

#include <otaru/bytes.hpp>
#include <otaru/mdns/name.hpp>

namespace otaru::mdns {

inline constexpr std::size_t kHeaderLength = 12;

enum Type : std::uint16_t {  // unscoped: any other number may stand on the wire
                             // too
  kTypeA = 1,
  kTypeCname = 5,
  kTypePtr = 12,
  kTypeTxt = 16,
  kTypeAaaa = 28,
  kTypeSrv = 33,
  kTypeNsec = 47,
  kTypeAny = 255,
};

inline constexpr std::uint16_t kClassIn = 1;
inline constexpr std::uint16_t kClassAny = 255;
inline constexpr std::uint16_t kTopBit = 0x8000;  ///< QU in a question, cache flush in a record

inline constexpr std::uint16_t kFlagResponse = 0x8000;
inline constexpr std::uint16_t kFlagAuthoritative = 0x0400;
inline constexpr std::uint16_t kFlagTruncated = 0x0200;
inline constexpr std::uint16_t kFlagsRefused = 0x780F;  ///< opcode and rcode: packets with any are ignored

enum class Section : std::uint8_t { answer, authority, additional };

struct Header {
  std::uint16_t id = 0;
  std::uint16_t flags = 0;
  std::uint16_t questions = 0;
  std::uint16_t answers = 0;
  std::uint16_t authorities = 0;
  std::uint16_t additionals = 0;
};

struct Question {
  NameRef name;
  std::uint16_t type = 0;
  std::uint16_t rr_class = 0;  ///< without the top bit
  bool unicast = false;        ///< QU (RFC 6762, section 5.4)
};

/// The data of a record, in up to three pieces: PTR is a name; SRV 6 bytes and a name; NSEC a name and a
/// bitmap; all others only the first piece.
struct Rdata {
  Bytes prefix;
  NameRef name;
  Bytes suffix;
};

struct Record {
  Section section = Section::answer;
  NameRef name;
  std::uint16_t type = 0;
  std::uint16_t rr_class = 0;  ///< without the top bit
  bool cache_flush = false;    ///< RFC 6762, section 10.2
  std::uint32_t ttl_s = 0;
  Rdata data;
};

/// Compares the data of two records of one type byte by byte, with names uncompressed.
/// @return below 0, 0 or above 0, as memcmp; data that is a prefix of the other comes first
int compare(const Rdata& a, const Rdata& b, Letters letters) noexcept;

constexpr std::uint16_t load_be16(Bytes from, std::size_t at) noexcept {
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(from[at]) << 8 |
                                    std::to_integer<unsigned>(from[at + 1]));
}

constexpr std::uint32_t load_be32(Bytes from, std::size_t at) noexcept {
  return static_cast<std::uint32_t>(load_be16(from, at)) << 16 | load_be16(from, at + 2);
}

constexpr void store_be16(MutableBytes to, std::size_t at, std::uint32_t value) noexcept {
  to[at] = static_cast<std::byte>(value >> 8);
  to[at + 1] = static_cast<std::byte>(value);
}

}  // namespace otaru::mdns
