// What the responder makes of the packets that it hears.
#include <algorithm>

#include <otaru/mdns/responder.hpp>

#include "record_set.hpp"
#include "timing.hpp"

namespace otaru::mdns {

void ResponderBase::receive(std::uint32_t now_ms, const Incoming& incoming) noexcept {
  ResponderInterface* on = find(incoming.interface);
  MessageReader reader(incoming.packet);
  if (on == nullptr || stopping_ || rename_pending_ || reader.malformed()) return;
  if ((reader.header().flags & kFlagsRefused) != 0) return;  // section 18.3 and 18.11
  if ((reader.header().flags & kFlagResponse) == 0)
    receive_query(now_ms, incoming, reader, *on);
  else if (incoming.from.port == kPort)  // others are not mDNS (section 6)
    receive_response(now_ms, incoming, reader, *on);
}

void ResponderBase::receive_query(std::uint32_t now_ms, const Incoming& incoming, MessageReader& reader,
                                  ResponderInterface& on) noexcept {
  const Header header = reader.header();
  Reply reply;
  reply.legacy = incoming.from.port != kPort;
  RecordSet multicast = 0;
  for (Question question; reader.next(question);) {
    const NameId name = name_id(question.name);
    if (name == NameId::none || (question.rr_class != kClassIn && question.rr_class != kClassAny)) continue;
    const RecordSet answers = answers_to(name, question.type, on.own.present);
    if (reply.legacy || question.unicast || incoming.unicast)
      reply.answers |= answers;
    else
      multicast |= answers;
    if (answers != 0 && reply.asked_count < reply.asked.size())
      reply.asked[reply.asked_count++] = {name, question.type};
  }
  if (reader.malformed()) return;

  const MessageReader at_records = reader;
  RecordSet known = 0;
  RecordSet proposed = 0;
  for (Record record; reader.next(record);) {
    if (record.section == Section::answer) {
      const RecordSet same = match(record, on).same;
      if (same != 0 && record.ttl_s >= ttl_of(first_of(same)) / 2) known |= same;  // section 7.1
    } else if (record.section == Section::authority) {
      proposed |= answers_to(name_id(record.name), kTypeAny, kUnique);
    }
  }
  if (on.phase == Phase::probing) {
    // Nothing is ours yet, except the right to go on asking.
    if (proposed != 0 &&
        (loses_tie(at_records, NameId::instance, on) || loses_tie(at_records, NameId::host, on)))
      start_probing(now_ms + kTieLost_ms, on);
    return;
  }
  const bool more = (header.flags & kFlagTruncated) != 0 && !reply.legacy;
  if (header.questions == 0) receive_known_answers(now_ms, incoming, known, more);
  multicast = without(multicast, known);
  reply.answers = without(reply.answers, known);

  ResponderLink& link = on.links[static_cast<std::size_t>(incoming.from.family)];
  if (!reply.legacy) {
    // Those who keep caches get a record by multicast if it is long since the last time (section 5.4), and
    // everybody hears the defence of a name.
    for (RecordSet rest = reply.answers; rest != 0; rest &= rest - 1) {
      const RecordId id = first_of(rest);
      const std::uint32_t age_ms = now_ms - link.multicast_at_ms[static_cast<std::size_t>(id)];
      if ((bit(id) & link.multicast_lately & ~proposed) != 0 && age_ms <= ttl_of(id) * 250) continue;
      multicast |= bit(id);
      reply.answers = without(reply.answers, bit(id));
    }
  }
  reply.id = header.id;
  reply.interface = on.id;
  reply.to = incoming.from;
  reply.more_known = more;
  reply.due_ms = more ? more_known_at(now_ms) : now_ms;
  reply.unicast = true;
  if (reply.answers != 0) add_reply(reply);
  reply.answers = multicast;
  reply.unicast = false;
  const bool defends = (multicast & proposed) != 0;
  if (multicast == 0 || (more && !defends && add_reply(reply))) return;
  link.defending |= multicast & proposed;
  const bool at_once = defends || (header.questions == 1 && (multicast & kPointers) == 0);
  schedule(link, multicast, at_once ? now_ms : shared_at(now_ms));
}

std::uint32_t ResponderBase::more_known_at(std::uint32_t now_ms) noexcept {
  return now_ms + random_.between(kMoreKnownLow_ms, kMoreKnownHigh_ms);
}

std::uint32_t ResponderBase::shared_at(std::uint32_t now_ms) noexcept {
  return now_ms + random_.between(kSharedDelayLow_ms, kSharedDelayHigh_ms);
}

bool ResponderBase::add_reply(const Reply& reply) noexcept {
  for (Reply& free : replies_) {
    if (free.answers != 0) continue;
    free = reply;
    return true;
  }
  return false;
}

void ResponderBase::receive_known_answers(std::uint32_t now_ms, const Incoming& incoming, RecordSet known,
                                          bool more) noexcept {
  for (Reply& reply : replies_) {
    if (!reply.more_known || reply.interface != incoming.interface || reply.to != incoming.from) continue;
    reply.answers = without(reply.answers, known);
    if (more) reply.due_ms = more_known_at(now_ms);
  }
}

void ResponderBase::receive_response(std::uint32_t now_ms, const Incoming& incoming, MessageReader& reader,
                                     ResponderInterface& on) noexcept {
  ResponderLink& link = on.links[static_cast<std::size_t>(incoming.from.family)];
  for (Record record; reader.next(record);) {
    if (record.section == Section::authority) continue;
    const Match found = match(record, on);
    if (found.same != 0) {
      if (on.phase == Phase::probing) continue;
      const std::uint32_t ttl_s = ttl_of(first_of(found.same));
      if (record.ttl_s < ttl_s / 2)  // somebody lets our record die: correct it (section 6.6)
        schedule(link, found.same, shared_at(now_ms));
      else if (record.ttl_s >= ttl_s)  // said already (section 7.4)
        link.pending = without(link.pending, without(found.same, link.defending));
      continue;
    }
    const bool our_name = found.name == NameId::instance || found.name == NameId::host;
    if (!our_name || found.ours || record.ttl_s == 0 || record.type == kTypeNsec) continue;
    conflict(now_ms, on);
    return;
  }
}

}  // namespace otaru::mdns
