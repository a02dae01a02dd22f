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
    const RecordSet answers = answers_to(name, question.type, present_on(on));
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
      const NameId name = name_id(record.name);
      if (name == NameId::instance) proposed |= kOfInstance;
      if (name == NameId::host) proposed |= kHostAll;
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
    for (std::size_t i = 0; i < kRecordCount; ++i) {
      const RecordId id = static_cast<RecordId>(i);
      const std::uint32_t quarter_ms = ttl_of(id) * 250;
      if ((reply.answers & bit(id)) != 0 &&
          ((proposed & bit(id)) != 0 || (link.multicast_lately & bit(id)) == 0 ||
           now_ms - link.multicast_at_ms[i] > quarter_ms)) {
        multicast |= bit(id);
        reply.answers = without(reply.answers, bit(id));
      }
    }
  }
  reply.id = header.id;
  reply.interface = on.id;
  reply.to = incoming.from;
  reply.more_known = more;
  const std::uint32_t more_due_ms = now_ms + random_.between(kMoreKnownLow_ms, kMoreKnownHigh_ms);
  reply.due_ms = more ? more_due_ms : now_ms;
  reply.unicast = true;
  if (reply.answers != 0) add_reply(reply);
  if (multicast == 0) return;
  if ((multicast & proposed) != 0) {
    link.defending |= multicast & proposed;
    schedule(link, multicast, now_ms);
    return;
  }
  reply.answers = multicast;
  reply.unicast = false;
  if (more && add_reply(reply)) return;
  const bool alone = header.questions == 1 && (multicast & kPointers) == 0;
  schedule(link, multicast,
           alone ? now_ms : now_ms + random_.between(kSharedDelayLow_ms, kSharedDelayHigh_ms));
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
    if (more) reply.due_ms = now_ms + random_.between(kMoreKnownLow_ms, kMoreKnownHigh_ms);
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
        schedule(link, found.same, now_ms + random_.between(kSharedDelayLow_ms, kSharedDelayHigh_ms));
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
