// What the querier asks, and when.
#include <algorithm>

#include <otaru/mdns/querier.hpp>

#include "refresh.hpp"
#include "timing.hpp"

namespace otaru::mdns {

namespace {

constexpr std::uint8_t kWantsSrv = 1;
constexpr std::uint8_t kWantsTxt = 2;
constexpr std::uint8_t kWantsAddress = 4;

constexpr std::uint8_t bit_of(Family family) {
  return static_cast<std::uint8_t>(1u << static_cast<unsigned>(family));
}

std::uint32_t longer(std::uint32_t interval_ms, std::uint32_t limit_ms) {
  return interval_ms < limit_ms / 2 ? interval_ms * 2 : std::max(limit_ms, kAskFirst_ms);
}

}  // namespace

QuerierBase::FullName QuerierBase::instance_name(const Instance& instance) const noexcept {
  FullName name{};
  const std::size_t label = 1 + std::to_integer<std::size_t>(instance.label_[0]);
  std::copy_n(instance.label_.begin(), label, name.begin());
  std::copy_n(type_.begin(), type_length_, name.begin() + static_cast<std::ptrdiff_t>(label));
  return name;
}

std::uint8_t QuerierBase::wanted(std::uint32_t now_ms, const Instance& instance) const noexcept {
  const auto missing = [now_ms](const Lifetime& life) {
    return !life.known() || wants_refresh(life, now_ms);
  };
  unsigned wanted = 0;
  if (missing(instance.srv_)) wanted |= kWantsSrv;
  if (missing(instance.txt_life_)) wanted |= kWantsTxt;
  if (instance.srv_.known() && instance.address_count_ == 0) wanted |= kWantsAddress;
  for (const HostAddress& address : instance.addresses())
    if (wants_refresh(address.life, now_ms)) wanted |= kWantsAddress;
  return static_cast<std::uint8_t>(wanted);
}

void QuerierBase::prepare(std::uint32_t now_ms, QuerierInterface& on) noexcept {
  if (has_come(on.due_ms, now_ms)) {
    on.outbox = on.families;
    on.due_ms = now_ms + on.interval_ms;
    on.interval_ms = longer(on.interval_ms, search_.max_interval_ms);
  }
  for (Instance& instance : instances_) {
    if (!instance.used() || instance.gone_ || instance.interface_ != on.id || instance.outbox_ != 0) continue;
    const std::uint8_t wants = wanted(now_ms, instance);
    if (wants == 0) {
      instance.ask_at_ms_ = now_ms;
      instance.ask_interval_ms_ = kAskFirst_ms;
    } else if (has_come(instance.ask_at_ms_, now_ms)) {
      instance.wants_ = wants;
      instance.outbox_ = on.families;
      instance.ask_at_ms_ = now_ms + instance.ask_interval_ms_;
      instance.ask_interval_ms_ = longer(instance.ask_interval_ms_, search_.max_interval_ms);
      const auto count = [now_ms](Lifetime& life) {
        if (wants_refresh(life, now_ms)) ++life.refreshes;
      };
      count(instance.srv_);
      count(instance.txt_life_);
      for (std::size_t i = 0; i < instance.address_count_; ++i) count(instance.addresses_[i].life);
    }
  }
}

std::optional<Outgoing> QuerierBase::poll(std::uint32_t now_ms, MutableBytes buffer) noexcept {
  expire(now_ms);
  for (QuerierInterface& on : interfaces_) {
    if (!on.up) continue;
    prepare(now_ms, on);
    for (const Family family : {Family::ipv4, Family::ipv6}) {
      const Bytes packet = build(now_ms, buffer, on, family);
      if (!packet.empty()) return Outgoing{packet, on.id, group(family), true};
    }
  }
  return {};
}

Bytes QuerierBase::build(std::uint32_t now_ms, MutableBytes buffer, QuerierInterface& on,
                         Family family) noexcept {
  MessageWriter writer(buffer, 0, 0);
  if (on.known_more) {  // the rest of a list comes before anything else, from the same family
    if (on.known_family != family) return {};
    add_known(now_ms, writer, on);
    return writer.empty() ? Bytes{} : writer.finish();
  }
  const std::uint8_t bit = bit_of(family);
  const bool asks = (on.outbox & bit) != 0;
  if (asks) {
    const bool unicast = search_.way == Search::Way::unicast && !on.started;
    static_cast<void>(writer.question(type_name(), kTypePtr, unicast ? kClassIn | kTopBit : kClassIn));
    on.outbox = on.outbox & static_cast<std::uint8_t>(~bit);
    if (on.outbox == 0) on.started = true;
  }
  for (Instance& instance : instances_) {
    if (!instance.used() || instance.interface_ != on.id || (instance.outbox_ & bit) == 0) continue;
    const bool alone = writer.empty();
    if (!ask_about(writer, instance) && !alone) break;  // this one and those after it in the next packet
    instance.outbox_ = instance.outbox_ & static_cast<std::uint8_t>(~bit);
  }
  if (asks && search_.way != Search::Way::legacy) {
    on.known_from = 0;
    on.known_family = family;
    add_known(now_ms, writer, on);
  }
  return writer.empty() ? Bytes{} : writer.finish();
}

bool QuerierBase::ask_about(MessageWriter& writer, const Instance& instance) const noexcept {
  const FullName name = instance_name(instance);
  const NameRef host{Bytes(instance.target_)};
  bool fits = true;
  if ((instance.wants_ & kWantsSrv) != 0) fits = writer.question(NameRef(name), kTypeSrv, kClassIn);
  if ((instance.wants_ & kWantsTxt) != 0) fits &= writer.question(NameRef(name), kTypeTxt, kClassIn);
  if ((instance.wants_ & kWantsAddress) != 0 && instance.srv_.known())
    for (const Type type : {kTypeA, kTypeAaaa}) fits &= writer.question(host, type, kClassIn);
  return fits;
}

void QuerierBase::add_known(std::uint32_t now_ms, MessageWriter& writer, QuerierInterface& on) noexcept {
  const bool first = !on.known_more;
  bool any = false;
  on.known_more = false;
  for (; on.known_from < instances_.size(); ++on.known_from) {
    const Instance& instance = instances_[on.known_from];
    if (!instance.used() || instance.gone_ || instance.interface_ != on.id) continue;
    const std::uint32_t left_ms = instance.ptr_.left_ms(now_ms);
    if (left_ms <= instance.ptr_.ttl_ms / 2 || instance.ptr_.ttl_ms <= 1000) continue;  // section 7.1
    // An answer that we lack records of is asked for again with all that comes with it.
    if (!instance.complete()) continue;
    const FullName name = instance_name(instance);
    if (!writer.record(Section::answer, type_name(), kTypePtr, kClassIn, left_ms / 1000,
                       Rdata{{}, NameRef(name), {}})) {
      // The list goes on in another packet (section 7.2), unless nothing fits in any.
      on.known_more = first || any;
      if (on.known_more) writer.add_flags(kFlagTruncated);
      return;
    }
    any = true;
  }
}

}  // namespace otaru::mdns
