// When the responder sends what.
#include <algorithm>
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

Outgoing to_group(Bytes packet, const ResponderInterface& on, Family family) {
  return Outgoing{packet, on.id, group(family), true};
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
  ResponderInterface* on = find(id);
  const bool known = on != nullptr;
  for (ResponderInterface& free : interfaces_)
    if (on == nullptr && free.phase == Phase::absent) on = &free;
  if (on == nullptr) return false;

  std::array<Ipv6Address, kMaxIpv6> ipv6{};
  const std::size_t count = std::min(addresses.ipv6.size(), kMaxIpv6);
  for (std::size_t i = 0; i < count; ++i) ipv6[i] = addresses.ipv6[i];
  if (count == 2 && ipv6[1] < ipv6[0]) std::swap(ipv6[0], ipv6[1]);  // the order of the tie-break
  const Ipv4Address ipv4 = addresses.ipv4.value_or(Ipv4Address{});
  const bool has_ipv4 = addresses.ipv4.has_value();
  if (known && on->has_ipv4 == has_ipv4 && on->ipv4 == ipv4 && on->ipv6_count == count && on->ipv6 == ipv6)
    return true;

  if (!known) *on = {};
  on->id = id;
  on->ipv4 = ipv4;
  on->has_ipv4 = has_ipv4;
  on->ipv6 = ipv6;
  on->ipv6_count = static_cast<std::uint8_t>(count);
  for (ResponderLink& link : on->links) {
    link.pending &= present_on(*on);
    link.multicast_lately = without(link.multicast_lately, kHostAll);  // their data is new
  }
  if (on->phase == Phase::announcing || on->phase == Phase::established)
    announce_again(now_ms, *on);  // the name is ours already
  else
    start_probing(now_ms + random_.between(0, kProbeStart_ms), *on);
  return true;
}

void ResponderBase::interface_down(InterfaceId id) noexcept {
  if (ResponderInterface* on = find(id)) on->phase = Phase::absent;
  for (Reply& reply : replies_)
    if (reply.interface == id) reply.answers = 0;
}

void ResponderBase::start_probing(std::uint32_t due_ms, ResponderInterface& on) noexcept {
  on.phase = Phase::probing;
  on.step = 0;
  on.outbox = 0;
  on.due_ms = due_ms;
  for (ResponderLink& link : on.links) link.pending = link.defending = 0;
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
    for (ResponderInterface& other : interfaces_)
      if (other.phase == Phase::announcing || other.phase == Phase::established)
        other.goodbye = families_on(other);
  } else {
    // Somebody uses our name though nobody answered when we asked: ask again (section 9).
    start_probing(now_ms + random_.between(0, kProbeStart_ms), on);
  }
}

void ResponderBase::rename(std::uint32_t now_ms) noexcept {
  rename_pending_ = false;
  number_ = number_ == 0xFFFF ? 2 : static_cast<std::uint16_t>(number_ + 1);
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
  on.step = 0;
  on.outbox = 0;
  on.due_ms = now_ms;
  for (const ResponderLink& link : on.links) {
    for (std::size_t i = 0; i < kRecordCount; ++i) {
      const std::uint32_t allowed_ms = link.multicast_at_ms[i] + kRateLimit_ms;
      if ((link.multicast_lately & bit(static_cast<RecordId>(i))) != 0 && !has_come(allowed_ms, on.due_ms))
        on.due_ms = allowed_ms;
    }
  }
}

void ResponderBase::update_txt(std::uint32_t now_ms, Bytes txt) noexcept {
  service_.txt = txt;
  for (ResponderInterface& on : interfaces_)
    if (on.phase == Phase::announcing || on.phase == Phase::established) announce_again(now_ms, on);
}

void ResponderBase::shutdown() noexcept {
  if (stopping_) return;
  stopping_ = true;
  for (ResponderInterface& on : interfaces_)
    if (on.phase == Phase::announcing || on.phase == Phase::established) on.goodbye = families_on(on);
}

ResponderBase::State ResponderBase::state() const noexcept {
  if (stopping_) return stopped_ ? State::stopped : State::stopping;
  State state = State::idle;
  for (const ResponderInterface& on : interfaces_) {
    if (on.phase == Phase::probing && state == State::idle) state = State::probing;
    if (on.phase == Phase::established || (on.phase == Phase::announcing && on.step > 0))
      state = State::announced;
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
      for (std::size_t i = 0; i < kRecordCount; ++i)
        if (now_ms - link.multicast_at_ms[i] > kOld_ms)
          link.multicast_lately = without(link.multicast_lately, bit(static_cast<RecordId>(i)));
}

std::optional<Outgoing> ResponderBase::poll(std::uint32_t now_ms, MutableBytes buffer) noexcept {
  if (stopped_) return {};
  forget_old_times(now_ms);
  for (ResponderInterface& on : interfaces_) {
    if (on.phase == Phase::absent || on.goodbye == 0) continue;
    const Family family = take_family(on.goodbye);
    return to_group(build_answer(now_ms, buffer, on, family, kWithdrawn, nullptr, true), on, family);
  }
  if (stopping_) {
    stopped_ = true;
    return {};
  }
  if (rename_pending_) rename(now_ms);
  for (Reply& reply : replies_)
    if (reply.answers != 0 && has_come(reply.due_ms, now_ms))
      if (const auto outgoing = poll_reply(now_ms, buffer, reply)) return outgoing;
  for (ResponderInterface& on : interfaces_)
    if (on.phase != Phase::absent)
      if (const auto outgoing = poll_interface(now_ms, buffer, on)) return outgoing;
  return {};
}

std::optional<Outgoing> ResponderBase::poll_reply(std::uint32_t now_ms, MutableBytes buffer,
                                                  Reply& reply) noexcept {
  const RecordSet answers = std::exchange(reply.answers, RecordSet{0});
  ResponderInterface* on = find(reply.interface);
  if (on == nullptr || on->phase == Phase::probing) return {};
  if (!reply.unicast) {
    schedule(on->links[index_of(reply.to.family)], answers, now_ms);
    return {};
  }
  const Bytes packet = build_answer(now_ms, buffer, *on, reply.to.family, answers, &reply, false);
  return Outgoing{packet, on->id, reply.to, false};
}

std::optional<Outgoing> ResponderBase::poll_interface(std::uint32_t now_ms, MutableBytes buffer,
                                                      ResponderInterface& on) noexcept {
  if (on.phase != Phase::established && on.outbox == 0 && has_come(on.due_ms, now_ms)) {
    if (on.phase == Phase::probing && on.step == kProbes) {
      on.phase = Phase::announcing;  // nobody objected
      on.step = 0;
      conflicts_ = 0;
    }
    on.outbox = families_on(on);
  }
  if (on.outbox != 0) {
    const bool probing = on.phase == Phase::probing;
    const Family family = take_family(on.outbox);
    const Bytes packet =
        probing ? build_probe(buffer, on)
                : build_answer(now_ms, buffer, on, family, kAnnounced & present_on(on), nullptr, false);
    if (on.outbox == 0) {
      ++on.step;
      on.due_ms = now_ms + (probing ? kProbeInterval_ms : kAnnounceInterval_ms);
      if (!probing && on.step == kAnnouncements) on.phase = Phase::established;
    }
    return to_group(packet, on, family);
  }

  for (const Family family : {Family::ipv4, Family::ipv6}) {
    ResponderLink& link = on.links[index_of(family)];
    if (link.pending == 0 || !has_come(link.due_ms, now_ms)) continue;
    // A record is multicast once a second at most (section 6), but nobody's question is forgotten for that.
    RecordSet ready = 0;
    std::uint32_t next_ms = now_ms + kRateLimit_ms;
    for (std::size_t i = 0; i < kRecordCount; ++i) {
      const RecordSet one = link.pending & bit(static_cast<RecordId>(i));
      if (one == 0) continue;
      const std::uint32_t allowed_ms =
          link.multicast_at_ms[i] + ((link.defending & one) != 0 ? kDefenceLimit_ms : kRateLimit_ms);
      if ((link.multicast_lately & one) == 0 || has_come(allowed_ms, now_ms))
        ready |= one;
      else if (!has_come(next_ms, allowed_ms))
        next_ms = allowed_ms;
    }
    link.due_ms = next_ms;
    if (ready != 0)
      return to_group(build_answer(now_ms, buffer, on, family, ready, nullptr, false), on, family);
  }
  return {};
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
