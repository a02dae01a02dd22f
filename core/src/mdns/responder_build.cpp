// The packets that the responder sends.
#include <algorithm>

#include <otaru/mdns/responder.hpp>

#include "record_set.hpp"
#include "timing.hpp"

namespace otaru::mdns {

namespace {

// What an asker will want next, so that one reply is enough (RFC 6763, section 12; RFC 6762, section 6.1).
RecordSet additionals_of(RecordSet answers, RecordSet present) {
  RecordSet more = 0;
  if ((answers & bit(RecordId::service_ptr)) != 0) more |= kOfInstance | kHostAll;
  if ((answers & (bit(RecordId::srv) | kHostAll)) != 0) more |= kHostAll;
  return without(more & present, answers);
}

}  // namespace

void ResponderBase::add_record(MessageWriter& writer, Section section, RecordId id,
                               const ResponderInterface& on, std::uint16_t flush_bit,
                               std::uint32_t ttl_limit_s) const noexcept {
  Own own;
  own_record(id, on, own);
  const auto class_bits = static_cast<std::uint16_t>(kClassIn | (own.unique ? flush_bit : 0u));
  static_cast<void>(
      writer.record(section, own.name, own.type, class_bits, std::min(own.ttl_s, ttl_limit_s), own.data));
}

Bytes ResponderBase::build_probe(MutableBytes buffer, const ResponderInterface& on) noexcept {
  // Only the first asks for unicast: where boards share a computer's port 5353, a unicast reply may reach
  // another of them.
  const std::uint16_t class_bits = on.step == 0 ? kClassIn | kTopBit : kClassIn;
  MessageWriter writer(buffer, 0, 0);
  for (const NameId name : {NameId::instance, NameId::host})
    static_cast<void>(writer.question(wire_name(name), kTypeAny, class_bits));
  for (std::size_t i = 0; i < kRecordCount; ++i) {
    const RecordId id = static_cast<RecordId>(i);
    if ((bit(id) & kProbed & present_on(on)) != 0)
      add_record(writer, Section::authority, id, on, 0, ttl_of(id));
  }
  return writer.finish();
}

Bytes ResponderBase::build_answer(std::uint32_t now_ms, MutableBytes buffer, ResponderInterface& on,
                                  Family family, RecordSet answers, const Reply* reply,
                                  bool goodbye) noexcept {
  const bool legacy = reply != nullptr && reply->legacy;
  const RecordSet present = present_on(on);
  answers &= present;
  MessageWriter writer(buffer, legacy ? reply->id : std::uint16_t{0}, kFlagResponse | kFlagAuthoritative);
  if (legacy) {
    writer.write_srv_in_full();
    for (std::size_t i = 0; i < reply->asked_count; ++i)
      static_cast<void>(writer.question(wire_name(reply->asked[i].name), reply->asked[i].type, kClassIn));
  }
  const std::uint16_t flush_bit = legacy ? 0 : kTopBit;
  const std::uint32_t ttl_limit_s = goodbye ? 0 : legacy ? kLegacyTtl_s : UINT32_MAX;
  const RecordSet additionals = goodbye ? RecordSet{0} : additionals_of(answers, present);
  for (const Section section : {Section::answer, Section::additional}) {
    const RecordSet records = section == Section::answer ? answers : additionals;
    for (std::size_t i = 0; i < kRecordCount; ++i) {
      const RecordId id = static_cast<RecordId>(i);
      if ((records & bit(id)) != 0) add_record(writer, section, id, on, flush_bit, ttl_limit_s);
    }
  }
  if (reply == nullptr) {
    ResponderLink& link = on.links[static_cast<std::size_t>(family)];
    const RecordSet sent = answers | additionals;
    link.pending = without(link.pending, sent);
    link.defending &= link.pending;
    link.multicast_lately = goodbye ? without(link.multicast_lately, sent) : link.multicast_lately | sent;
    for (std::size_t i = 0; i < kRecordCount; ++i)
      if ((sent & bit(static_cast<RecordId>(i))) != 0) link.multicast_at_ms[i] = now_ms;
  }
  return writer.finish();
}

}  // namespace otaru::mdns
