// What the querier asks and when, and what it tells.
#include <algorithm>

#include <otaru/mdns/querier.hpp>

#include "refresh.hpp"
#include "timing.hpp"

namespace otaru::mdns {

QuerierBase::QuerierBase(const Search& search, std::uint32_t seed, std::span<Instance> instances,
                         std::span<QuerierInterface> interfaces) noexcept
    : search_(search), instances_(instances), interfaces_(interfaces), random_(seed) {
  type_length_ = append_labels(MutableBytes(type_).first(type_.size() - 6), 0, search.type);
  type_length_ = append_labels(type_, type_length_, "local");
  type_[type_length_++] = std::byte{0};
}

bool QuerierBase::interface_up(std::uint32_t now_ms, InterfaceId id, bool ipv4, bool ipv6) noexcept {
  const auto families = static_cast<std::uint8_t>((ipv4 ? 1u : 0u) | (ipv6 ? 2u : 0u));
  QuerierInterface* on = nullptr;
  for (QuerierInterface& other : interfaces_)
    if (other.up && other.id == id) on = &other;
  if (on != nullptr && on->families == families) return true;
  for (QuerierInterface& other : interfaces_)
    if (on == nullptr && !other.up) on = &other;
  if (on == nullptr) return false;
  *on = {};
  on->id = id;
  on->up = true;
  on->families = families;
  on->interval_ms = kAskFirst_ms;
  on->due_ms = now_ms + random_.between(kSharedDelayLow_ms, kSharedDelayHigh_ms);
  return true;
}

void QuerierBase::interface_down(InterfaceId id) noexcept {
  for (QuerierInterface& on : interfaces_)
    if (on.id == id) on.up = false;
  for (Instance& instance : instances_) {
    if (instance.used() && instance.interface_ == id) instance.gone_ = true;
  }
}

void QuerierBase::ask_now(std::uint32_t now_ms) noexcept {
  for (QuerierInterface& on : interfaces_) {
    on.interval_ms = kAskFirst_ms;
    on.due_ms = now_ms;
  }
}

void QuerierBase::expire(std::uint32_t now_ms) noexcept {
  for (Instance& instance : instances_)
    if (instance.used() && !instance.gone_) expire_in(now_ms, instance);
}

void QuerierBase::expire_in(std::uint32_t now_ms, Instance& instance) noexcept {
  if (instance.ptr_.expired(now_ms)) {
    instance.gone_ = true;  // its last values stay until the caller was told
    return;
  }
  bool lost = instance.srv_.expired(now_ms) || instance.txt_life_.expired(now_ms);
  std::size_t good = 0;
  for (std::size_t i = 0; i < instance.address_count_; ++i)
    if (!instance.addresses_[i].life.expired(now_ms)) ++good;
  lost |= good == 0 && instance.address_count_ > 0;
  if (lost && instance.told_) {
    // Unreachable now: removed for the caller, who hears of it again if it comes back.
    instance.gone_ = true;
    return;
  }
  if (instance.srv_.expired(now_ms)) instance.srv_ = {};
  if (instance.txt_life_.expired(now_ms)) instance.txt_life_ = {};
  for (std::size_t i = instance.address_count_; i > 0; --i)
    if (instance.addresses_[i - 1].life.expired(now_ms)) drop_address(instance, i - 1);
}

std::optional<Event> QuerierBase::next_event(std::uint32_t now_ms) noexcept {
  if (leaving_ != nullptr) leaving_->forget();
  leaving_ = nullptr;
  expire(now_ms);
  // Those that went come first: the same one may be back already, in another entry.
  for (Instance& instance : instances_) {
    if (!instance.gone_) continue;
    if (instance.told_) {
      leaving_ = &instance;
      return Event{Event::Kind::removed, &instance};
    }
    instance.forget();
  }
  for (Instance& instance : instances_) {
    if (!instance.complete() || !instance.changed_) continue;
    const Event::Kind kind = instance.told_ ? Event::Kind::updated : Event::Kind::added;
    instance.told_ = true;
    instance.changed_ = false;
    return Event{kind, &instance};
  }
  return {};
}

std::uint32_t QuerierBase::wait_ms(std::uint32_t now_ms) const noexcept {
  std::uint32_t wait = kLongestWait_ms;
  const auto until = [&](std::uint32_t due_ms) {
    wait = std::min(wait, has_come(due_ms, now_ms) ? 0 : due_ms - now_ms);
  };
  for (const QuerierInterface& on : interfaces_) {
    if (!on.up) continue;
    if (on.outbox != 0 || on.known_more) return 0;
    until(on.due_ms);
  }
  for (const Instance& instance : instances_) {
    if (!instance.used() || &instance == leaving_) continue;
    if (instance.gone_ || instance.outbox_ != 0) return 0;
    if (instance.complete() && instance.changed_) return 0;
    const auto watch = [&](const Lifetime& life) {
      if (!life.known()) return;
      wait = std::min(wait, life.left_ms(now_ms));
      if (&life == &instance.ptr_ || !has_refresh(life)) return;
      const std::uint32_t at_ms = refresh_at(life);  // or later, if something else is being asked for
      until(has_come(at_ms, instance.ask_at_ms_) ? instance.ask_at_ms_ : at_ms);
    };
    watch(instance.ptr_);
    watch(instance.srv_);
    watch(instance.txt_life_);
    for (const HostAddress& address : instance.addresses()) watch(address.life);
    if (wanted(now_ms, instance) != 0) until(instance.ask_at_ms_);
  }
  return wait;
}

}  // namespace otaru::mdns
