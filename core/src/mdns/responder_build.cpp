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

void ResponderBase::add_records(MessageWriter& writer, Section section, RecordSet records,
                                const ResponderInterface& on, std::uint16_t flush_bit,
                                std::uint32_t ttl_limit_s) const noexcept {
  for (; records != 0; records &= records - 1) {
    const RecordId id = first_of(records);
    Own own;
    own_record(id, on, own);
    const auto class_bits =
        static_cast<std::uint16_t>(kClassIn | ((bit(id) & kUnique) != 0 ? flush_bit : 0u));
    static_cast<void>(
        writer.record(section, own.name, own.type, class_bits, std::min(ttl_of(id), ttl_limit_s), own.data));
  }
}

Bytes ResponderBase::build_probe(MutableBytes buffer, const ResponderInterface& on) noexcept {
  // Only the first asks for unicast: where boards share a computer's port 5353, a unicast reply may reach
  // another of them.
  const std::uint16_t class_bits = on.step == 0 ? kClassIn | kTopBit : kClassIn;
  MessageWriter writer(buffer, 0, 0);
  for (const NameId name : {NameId::instance, NameId::host})
    static_cast<void>(writer.question(wire_name(name), kTypeAny, class_bits));
  add_records(writer, Section::authority, kProbed & present_on(on), on, 0, UINT32_MAX);
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
  add_records(writer, Section::answer, answers, on, flush_bit, ttl_limit_s);
  add_records(writer, Section::additional, additionals, on, flush_bit, ttl_limit_s);
  if (reply == nullptr) {
    ResponderLink& link = on.links[static_cast<std::size_t>(family)];
    RecordSet sent = answers | additionals;
    link.pending = without(link.pending, sent);
    link.defending &= link.pending;
    link.multicast_lately = goodbye ? without(link.multicast_lately, sent) : link.multicast_lately | sent;
    for (; sent != 0; sent &= sent - 1)
      link.multicast_at_ms[static_cast<std::size_t>(first_of(sent))] = now_ms;
  }
  return writer.finish();
}

}  // namespace otaru::mdns
