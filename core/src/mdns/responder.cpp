// When the responder sends what.
#include <algorithm>
#include <type_traits>
#include <utility>

#include <otaru/mdns/responder.hpp>

#include "record_set.hpp"
#include "timing.hpp"

namespace otaru::mdns {

namespace {

constexpr std::uint8_t kProbes = 3;  // RFC 6762, section 8.1
constexpr std::uint32_t kProbeStart_ms = 250;
constexpr std::uint32_t kProbeInterval_ms = 250;
constexpr std::uint8_t kAnnouncements = 2;  // section 8.3
constexpr std::uint32_t kAnnounceInterval_ms = 1000;
constexpr std::uint8_t kConflictsAtOnce = 15;  // section 8.1
constexpr std::uint32_t kConflictWait_ms = 5000;

constexpr std::size_t index_of(Family family) {
  return static_cast<std::size_t>(family);
}

// Takes one family out of a set of them.
Family take_family(std::uint8_t& families) {
  const Family family = (families & 1u) != 0 ? Family::ipv4 : Family::ipv6;
  families &= static_cast<std::uint8_t>(families - 1u);
  return family;
}

bool has_the_name(const ResponderInterface& on) {
  return on.phase >= ResponderInterface::Phase::announcing;
}

// When a record may be multicast again.
std::uint32_t allowed_at(const ResponderLink& link, RecordId id, std::uint32_t now_ms) {
  if ((link.multicast_lately & bit(id)) == 0) return now_ms;
  return link.multicast_at_ms[static_cast<std::size_t>(id)] +
         ((link.defending & bit(id)) != 0 ? kDefenceLimit_ms : kRateLimit_ms);
}

bool same(const ResponderInterface::Own& a, const ResponderInterface::Own& b) {
  static_assert(std::has_unique_object_representations_v<ResponderInterface::Own>);
  return equal(std::as_bytes(std::span(&a, 1)), std::as_bytes(std::span(&b, 1)));
}

}  // namespace

ResponderBase::ResponderBase(const Service& service, std::uint32_t seed,
                             std::span<ResponderInterface> interfaces) noexcept
    : service_(service), interfaces_(interfaces), random_(seed) {
  build_names();
}

ResponderInterface* ResponderBase::find(InterfaceId id) noexcept {
  for (ResponderInterface& on : interfaces_)
    if (on.phase != Phase::absent && on.id == id) return &on;
  return nullptr;
}

bool ResponderBase::interface_up(std::uint32_t now_ms, InterfaceId id, const Addresses& addresses) noexcept {
  if (!addresses.ipv4 && addresses.ipv6.empty()) {
    interface_down(id);
    return true;
  }
  if (stopping_) return true;
  ResponderInterface::Own own;
  own.present = kAlways;
  if (addresses.ipv4) {
    own.ipv4 = *addresses.ipv4;
    own.present |= bit(RecordId::a);
  }
  const std::size_t count = std::min(addresses.ipv6.size(), kMaxIpv6);
  // In ascending order, as the tie-break needs them.
  const bool swapped = count == 2 && addresses.ipv6[1] < addresses.ipv6[0];
  for (std::size_t i = 0; i < count; ++i) {
    own.ipv6[i] = addresses.ipv6[swapped ? 1 - i : i];
    own.present |= bit(RecordId::aaaa_0) << i;
  }
  if (!addresses.ipv4 || count == 0) own.present |= bit(RecordId::nsec_host);

  ResponderInterface* on = find(id);
  for (ResponderInterface& free : interfaces_) {
    if (on != nullptr) break;
    if (free.phase != Phase::absent) continue;
    on = &free;
    free = {};
    free.id = id;
  }
  if (on == nullptr) return false;
  if (same(on->own, own)) return true;
  on->own = own;
  for (ResponderLink& link : on->links) {
    link.pending &= on->own.present;
    link.multicast_lately &= ~kHostAll;  // their data is new
  }
  if (has_the_name(*on))
    announce_again(now_ms, *on);
  else
    probe_soon(now_ms, *on);
  return true;
}

void ResponderBase::interface_down(InterfaceId id) noexcept {
  if (ResponderInterface* on = find(id)) on->phase = Phase::absent;
  for (Reply& reply : replies_)
    if (reply.interface == id) reply.answers = 0;
}

void ResponderBase::start_probing(std::uint32_t due_ms, ResponderInterface& on) noexcept {
  on.phase = Phase::probing;
  on.step = on.outbox = 0;
  on.due_ms = due_ms;
  for (ResponderLink& link : on.links) link.pending = link.defending = 0;
}

void ResponderBase::probe_soon(std::uint32_t now_ms, ResponderInterface& on) noexcept {
  start_probing(now_ms + random_.between(0, kProbeStart_ms), on);
}

void ResponderBase::conflict(std::uint32_t now_ms, ResponderInterface& on) noexcept {
  if (conflicts_ == 0 || (conflicts_ < kConflictsAtOnce && has_come(first_conflict_ms_ + 10'000, now_ms))) {
    conflicts_ = 0;
    first_conflict_ms_ = now_ms;
  }
  if (conflicts_ < kConflictsAtOnce) ++conflicts_;
  if (on.phase == Phase::probing) {
    rename_pending_ = true;
    // Where the name was won it is given back first, or it would haunt the others' caches.
    say_goodbye();
  } else {
    // Somebody uses our name though nobody answered when we asked: ask again (section 9).
    probe_soon(now_ms, on);
  }
}

void ResponderBase::rename(std::uint32_t now_ms) noexcept {
  rename_pending_ = false;
  ++number_;
  build_names();
  for (Reply& reply : replies_) reply.answers = 0;
  const std::uint32_t wait =
      conflicts_ >= kConflictsAtOnce ? kConflictWait_ms : random_.between(0, kProbeStart_ms);
  for (ResponderInterface& on : interfaces_) {
    if (on.phase == Phase::absent) continue;
    for (ResponderLink& link : on.links) link.multicast_lately = 0;
    start_probing(now_ms + wait, on);
  }
}

void ResponderBase::announce_again(std::uint32_t now_ms, ResponderInterface& on) noexcept {
  on.phase = Phase::announcing;
  on.step = on.outbox = 0;
  on.due_ms = now_ms;
  for (const ResponderLink& link : on.links) {
    for (RecordSet rest = link.multicast_lately; rest != 0; rest &= rest - 1) {
      const std::uint32_t allowed_ms = allowed_at(link, first_of(rest), now_ms);
      if (!has_come(allowed_ms, on.due_ms)) on.due_ms = allowed_ms;
    }
  }
}

void ResponderBase::update_txt(std::uint32_t now_ms, Bytes txt) noexcept {
  service_.txt = txt;
  for (ResponderInterface& on : interfaces_)
    if (has_the_name(on)) announce_again(now_ms, on);
}

void ResponderBase::say_goodbye() noexcept {
  for (ResponderInterface& on : interfaces_)
    if (has_the_name(on)) on.goodbye = families_on(on);
}

void ResponderBase::shutdown() noexcept {
  if (!stopping_) say_goodbye();
  stopping_ = true;
}

ResponderBase::State ResponderBase::state() const noexcept {
  if (stopping_) return stopped_ ? State::stopped : State::stopping;
  State state = State::idle;
  for (const ResponderInterface& on : interfaces_) {
    if (on.phase == Phase::probing && state == State::idle) state = State::probing;
    if (has_the_name(on) && (on.phase == Phase::established || on.step > 0)) state = State::announced;
  }
  return rename_pending_ ? State::probing : state;
}

void ResponderBase::schedule(ResponderLink& link, RecordSet records, std::uint32_t due_ms) noexcept {
  if (link.pending == 0 || !has_come(link.due_ms, due_ms)) link.due_ms = due_ms;
  link.pending |= records;
}

void ResponderBase::forget_old_times(std::uint32_t now_ms) noexcept {
  constexpr std::uint32_t kOld_ms = 30 * 60 * 1000;  // above every quarter of a TTL, far below the wrap
  for (ResponderInterface& on : interfaces_)
    for (ResponderLink& link : on.links)
      for (RecordSet rest = link.multicast_lately; rest != 0; rest &= rest - 1)
        if (now_ms - link.multicast_at_ms[static_cast<std::size_t>(first_of(rest))] > kOld_ms)
          link.multicast_lately &= ~bit(first_of(rest));
}

std::optional<Outgoing> ResponderBase::poll(std::uint32_t now_ms, MutableBytes buffer) noexcept {
  std::optional<Outgoing> out{std::in_place};
  if (!poll_any({now_ms, buffer, *out})) out.reset();
  return out;
}

bool ResponderBase::poll_any(const Turn& turn) noexcept {
  if (stopped_) return false;
  forget_old_times(turn.now_ms);
  if (poll_goodbyes(turn)) return true;
  stopped_ = stopping_;
  if (stopped_) return false;
  if (rename_pending_) rename(turn.now_ms);
  for (Reply& reply : replies_)
    if (reply.answers != 0 && has_come(reply.due_ms, turn.now_ms) && poll_reply(turn, reply)) return true;
  for (ResponderInterface& on : interfaces_) {
    if (on.phase == Phase::absent) continue;
    if (poll_step(turn, on)) return true;
    for (const Family family : {Family::ipv4, Family::ipv6})
      if (poll_link(turn, on, family)) return true;
  }
  return false;
}

bool ResponderBase::poll_goodbyes(const Turn& turn) noexcept {
  for (ResponderInterface& on : interfaces_)
    if (on.phase != Phase::absent && on.goodbye != 0)
      return send_to_group(turn, on, take_family(on.goodbye), kWithdrawn, true);
  return false;
}

bool ResponderBase::poll_reply(const Turn& turn, Reply& reply) noexcept {
  const RecordSet answers = reply.answers;
  reply.answers = 0;
  ResponderInterface* on = find(reply.interface);
  if (on == nullptr || !has_the_name(*on)) return false;
  if (reply.unicast) return send_reply(turn, *on, reply, answers);
  schedule(on->links[index_of(reply.to.family)], answers, turn.now_ms);
  return false;
}

bool ResponderBase::poll_step(const Turn& turn, ResponderInterface& on) noexcept {
  if (on.outbox == 0) {
    if (on.phase == Phase::established || !has_come(on.due_ms, turn.now_ms)) return false;
    if (on.phase == Phase::probing && on.step == kProbes) {
      on.phase = Phase::announcing;  // nobody objected
      on.step = 0;
      conflicts_ = 0;
    }
    on.outbox = families_on(on);
  }
  const bool probing = on.phase == Phase::probing;
  const Family family = take_family(on.outbox);
  const bool sent =
      probing ? send_probe(turn, on, family) : send_to_group(turn, on, family, kAnnounced, false);
  if (on.outbox == 0) {
    ++on.step;
    on.due_ms = turn.now_ms + (probing ? kProbeInterval_ms : kAnnounceInterval_ms);
    if (!probing && on.step == kAnnouncements) on.phase = Phase::established;
  }
  return sent;
}

bool ResponderBase::poll_link(const Turn& turn, ResponderInterface& on, Family family) noexcept {
  ResponderLink& link = on.links[index_of(family)];
  if (link.pending == 0 || !has_come(link.due_ms, turn.now_ms)) return false;
  // A record is multicast once a second at most (section 6), but nobody's question is forgotten for that.
  RecordSet ready = 0;
  link.due_ms = turn.now_ms + kRateLimit_ms;
  for (RecordSet rest = link.pending; rest != 0; rest &= rest - 1) {
    const std::uint32_t allowed_ms = allowed_at(link, first_of(rest), turn.now_ms);
    if (has_come(allowed_ms, turn.now_ms))
      ready |= bit(first_of(rest));
    else if (!has_come(link.due_ms, allowed_ms))
      link.due_ms = allowed_ms;
  }
  return ready != 0 && send_to_group(turn, on, family, ready, false);
}

std::uint32_t ResponderBase::wait_ms(std::uint32_t now_ms) const noexcept {
  std::uint32_t wait = kLongestWait_ms;
  if (stopped_) return wait;
  if (stopping_ || rename_pending_) return 0;
  const auto until = [&](std::uint32_t due_ms) {
    wait = std::min(wait, has_come(due_ms, now_ms) ? 0 : due_ms - now_ms);
  };
  for (const Reply& reply : replies_)
    if (reply.answers != 0) until(reply.due_ms);
  for (const ResponderInterface& on : interfaces_) {
    if (on.phase == Phase::absent) continue;
    if (on.outbox != 0) return 0;
    if (on.phase != Phase::established) until(on.due_ms);
    for (const ResponderLink& link : on.links)
      if (link.pending != 0) until(link.due_ms);
  }
  return wait;
}

}  // namespace otaru::mdns
