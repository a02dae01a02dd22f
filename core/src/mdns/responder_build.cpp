// The packets that the responder sends.
#include <algorithm>

#include <otaru/mdns/responder.hpp>

#include "record_set.hpp"
#include "timing.hpp"

namespace otaru::mdns {

namespace {

const Endpoint& group_of(Family family) {
  static constexpr std::array<Endpoint, 2> kGroups = {group(Family::ipv4), group(Family::ipv6)};
  return kGroups[static_cast<std::size_t>(family)];
}

// Not inlined: three senders share these 60 bytes of code.
[[gnu::noinline]] bool give(Outgoing& out, MessageWriter& writer, InterfaceId interface, const Endpoint& to,
                            bool multicast) {
  out.packet = writer.finish();
  out.interface = interface;
  out.to = to;
  out.multicast = multicast;
  return true;
}

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

// Answers, and what an asker will want next. Gives all records that were added.
RecordSet ResponderBase::add_answers(MessageWriter& writer, RecordSet answers, const ResponderInterface& on,
                                     std::uint16_t flush_bit, std::uint32_t ttl_limit_s) const noexcept {
  answers &= on.own.present;
  const RecordSet more = ttl_limit_s == 0 ? 0 : additionals_of(answers, on.own.present);
  add_records(writer, Section::answer, answers, on, flush_bit, ttl_limit_s);
  add_records(writer, Section::additional, more, on, flush_bit, ttl_limit_s);
  return answers | more;
}

bool ResponderBase::send_probe(const Turn& turn, const ResponderInterface& on, Family family) const noexcept {
  // Only the first asks for unicast: where boards share a computer's port 5353, a unicast reply may reach
  // another of them.
  const std::uint16_t class_bits = on.step == 0 ? kClassIn | kTopBit : kClassIn;
  MessageWriter writer(turn.buffer, 0, 0);
  for (const NameId name : {NameId::instance, NameId::host})
    static_cast<void>(writer.question(wire_name(name), kTypeAny, class_bits));
  add_records(writer, Section::authority, kProbed & on.own.present, on, 0, UINT32_MAX);
  return give(turn.out, writer, on.id, group_of(family), true);
}

bool ResponderBase::send_to_group(const Turn& turn, ResponderInterface& on, Family family, RecordSet answers,
                                  bool goodbye) const noexcept {
  MessageWriter writer(turn.buffer, 0, kFlagResponse | kFlagAuthoritative);
  RecordSet sent = add_answers(writer, answers, on, kTopBit, goodbye ? 0 : UINT32_MAX);
  ResponderLink& link = on.links[static_cast<std::size_t>(family)];
  link.pending = without(link.pending, sent);
  link.defending &= link.pending;
  link.multicast_lately = goodbye ? 0 : link.multicast_lately | sent;
  for (; sent != 0; sent &= sent - 1)
    link.multicast_at_ms[static_cast<std::size_t>(first_of(sent))] = turn.now_ms;
  return give(turn.out, writer, on.id, group_of(family), true);
}

bool ResponderBase::send_reply(const Turn& turn, const ResponderInterface& on, const Reply& reply,
                               RecordSet answers) const noexcept {
  MessageWriter writer(turn.buffer, reply.legacy ? reply.id : std::uint16_t{0},
                       kFlagResponse | kFlagAuthoritative);
  if (reply.legacy) {  // as plain DNS answers (section 6.7)
    writer.write_srv_in_full();
    for (std::size_t i = 0; i < reply.asked_count; ++i)
      static_cast<void>(writer.question(wire_name(reply.asked[i].name), reply.asked[i].type, kClassIn));
  }
  static_cast<void>(add_answers(writer, answers, on, reply.legacy ? std::uint16_t{0} : kTopBit,
                                reply.legacy ? kLegacyTtl_s : UINT32_MAX));
  return give(turn.out, writer, on.id, reply.to, false);
}

}  // namespace otaru::mdns
