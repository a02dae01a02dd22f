// Sets of the responder's records, and what belongs together.
#pragma once

#include <bit>

#include <otaru/mdns/responder.hpp>

namespace otaru::mdns {

constexpr RecordSet bit(RecordId id) noexcept {
  return 1u << static_cast<unsigned>(id);
}

constexpr RecordSet set_of(auto... ids) noexcept {
  return (bit(ids) | ...);
}

/// `from` without `gone`, as a RecordSet again.
constexpr RecordSet without(RecordSet from, RecordSet gone) noexcept {
  return from & ~gone;
}

/// The record with the lowest number in a set that has any.
constexpr RecordId first_of(RecordSet records) noexcept {
  return static_cast<RecordId>(std::countr_zero(records));
}

/// The record with the highest number in a set that has any.
constexpr RecordId last_of(RecordSet records) noexcept {
  return static_cast<RecordId>(std::bit_width(records) - 1);
}

inline constexpr RecordSet kPointers = set_of(RecordId::services_ptr, RecordId::service_ptr);
inline constexpr RecordSet kAddresses = set_of(RecordId::a, RecordId::aaaa_0, RecordId::aaaa_1);
inline constexpr RecordSet kHostAll = kAddresses | bit(RecordId::nsec_host);
inline constexpr RecordSet kOfInstance = set_of(RecordId::txt, RecordId::srv);
inline constexpr RecordSet kEvery = (1u << kRecordCount) - 1;
inline constexpr RecordSet kUnique = without(kEvery, kPointers);  ///< only one board can have them

inline constexpr RecordSet kNsec = set_of(RecordId::nsec_host, RecordId::nsec_instance);

/// What a probe proposes (RFC 6762, section 8.2): NSEC is not data.
inline constexpr RecordSet kProbed = kOfInstance | kAddresses;
/// What an announcement says.
inline constexpr RecordSet kAnnounced = kPointers | kProbed;
/// What a goodbye takes back: the type stays, since other boards offer it with the very same record.
inline constexpr RecordSet kWithdrawn = without(kAnnounced, bit(RecordId::services_ptr));

/// The records that exist whatever the addresses.
inline constexpr RecordSet kAlways = kPointers | kOfInstance | bit(RecordId::nsec_instance);

/// The families spoken on an interface: bit 0 IPv4, bit 1 IPv6.
constexpr std::uint8_t families_on(const ResponderInterface& on) noexcept {
  return static_cast<std::uint8_t>((on.own.present & set_of(RecordId::a, RecordId::aaaa_0)) >>
                                   static_cast<unsigned>(RecordId::a));
}

std::uint32_t ttl_of(RecordId id) noexcept;
/// The records that answer a question about one of our names; NSEC if there is
/// none of that type.
RecordSet answers_to(NameId name, std::uint16_t type, RecordSet present) noexcept;

}  // namespace otaru::mdns
