// What the querier learns from answers.
#include <algorithm>

#include <otaru/mdns/querier.hpp>

#include "timing.hpp"

namespace otaru::mdns {

namespace {

constexpr std::uint32_t kLongestTtl_s = 24 * 60 * 60;  // far below the clock's wrap
constexpr std::uint32_t kGoodbye_ms = 1000;            // RFC 6762, section 10.1
constexpr std::uint32_t kFlushAge_ms = 1000;           // section 10.2

Lifetime lifetime(std::uint32_t now_ms, std::uint32_t ttl_s) {
  return {now_ms, ttl_s == 0 ? kGoodbye_ms : std::min(ttl_s, kLongestTtl_s) * 1000, 0};
}

// A goodbye makes a record die in a second; it must not make an unknown or already dying one live longer.
void let_die(std::uint32_t now_ms, Lifetime& life) {
  if (life.left_ms(now_ms) > kGoodbye_ms) life = lifetime(now_ms, 0);
}

}  // namespace

// Most answers bring everything at once, or nearly so.
void QuerierBase::ask_soon(std::uint32_t now_ms, Instance& instance) noexcept {
  instance.ask_at_ms_ = now_ms + random_.between(kSharedDelayLow_ms, kSharedDelayHigh_ms);
  instance.ask_interval_ms_ = kAskFirst_ms;
}

Instance* QuerierBase::find(NameRef name, InterfaceId interface) noexcept {
  LabelWalk walk(name);
  const Bytes label = walk.next();
  if (label.empty() || !same_name(walk.rest(), type_name())) return nullptr;
  std::array<std::byte, kMaxLabel + 2> alone{};  // the label as a name, to compare letters in either case
  alone[0] = static_cast<std::byte>(label.size());
  std::copy(label.begin(), label.end(), alone.begin() + 1);
  for (Instance& instance : instances_) {
    if (!instance.used() || instance.gone_ || instance.interface_ != interface) continue;
    if (same_name(NameRef(alone), NameRef(instance.label_))) return &instance;
  }
  return nullptr;
}

void QuerierBase::take_ptr(std::uint32_t now_ms, const Record& record, InterfaceId interface) noexcept {
  if (!same_name(record.name, type_name())) return;
  LabelWalk walk(record.data.name);
  const Bytes label = walk.next();
  if (label.empty() || !same_name(walk.rest(), type_name())) return;
  Instance* instance = find(record.data.name, interface);
  if (record.ttl_s == 0) {
    if (instance != nullptr) let_die(now_ms, instance->ptr_);
    return;
  }
  if (instance == nullptr) {
    const auto free = std::find_if(instances_.begin(), instances_.end(),
                                   [](const Instance& entry) { return !entry.used(); });
    if (free == instances_.end()) {
      ++overflows_;
      return;
    }
    instance = &*free;
    instance->forget();
    instance->interface_ = interface;
    ask_soon(now_ms, *instance);
    instance->label_[0] = static_cast<std::byte>(label.size());
    std::copy(label.begin(), label.end(), instance->label_.begin() + 1);
  }
  instance->ptr_ = lifetime(now_ms, record.ttl_s);
}

void QuerierBase::take_srv(std::uint32_t now_ms, const Record& record, Instance& instance) noexcept {
  if (record.ttl_s == 0) {
    let_die(now_ms, instance.srv_);
    return;
  }
  const std::uint16_t port = load_be16(record.data.prefix, 4);
  const bool same_host =
      instance.srv_.known() && same_name(record.data.name, NameRef(Bytes(instance.target_)));
  if (!same_host) {
    if (copy_name(record.data.name, instance.target_) == 0) return;
    instance.address_count_ = 0;
    ask_soon(now_ms, instance);
  }
  instance.changed_ |= !same_host || port != instance.port_;
  instance.port_ = port;
  instance.srv_ = lifetime(now_ms, record.ttl_s);
}

void QuerierBase::take_txt(std::uint32_t now_ms, const Record& record, Instance& instance) noexcept {
  if (record.ttl_s == 0) {
    let_die(now_ms, instance.txt_life_);
    return;
  }
  Bytes txt = record.data.prefix;
  std::size_t whole = 0;  // of the strings that fit and are not broken
  while (whole < txt.size()) {
    const std::size_t next = whole + 1 + std::to_integer<std::size_t>(txt[whole]);
    if (next > txt.size() || next > Instance::kMaxTxt) break;
    whole = next;
  }
  txt = txt.first(whole);
  if (!instance.txt_life_.known() || !equal(txt, instance.txt())) {
    std::copy(txt.begin(), txt.end(), instance.txt_.begin());
    instance.txt_length_ = static_cast<std::uint16_t>(txt.size());
    instance.changed_ = true;
  }
  instance.txt_life_ = lifetime(now_ms, record.ttl_s);
}

void QuerierBase::drop_address(Instance& instance, std::size_t index) noexcept {
  const auto begin = instance.addresses_.begin();
  std::copy(begin + static_cast<std::ptrdiff_t>(index) + 1, begin + instance.address_count_,
            begin + static_cast<std::ptrdiff_t>(index));
  --instance.address_count_;
  instance.changed_ = true;
}

void QuerierBase::take_address(std::uint32_t now_ms, const Record& record, Instance& instance) noexcept {
  HostAddress heard;
  heard.address.family = record.type == kTypeA ? Family::ipv4 : Family::ipv6;
  for (std::size_t i = 0; i < record.data.prefix.size(); ++i)
    heard.address.address[i] = std::to_integer<std::uint8_t>(record.data.prefix[i]);
  heard.life = lifetime(now_ms, record.ttl_s);

  HostAddress* known = nullptr;
  std::size_t place = 0;  // behind all of its family, IPv4 first
  for (std::size_t i = 0; i < instance.address_count_; ++i) {
    HostAddress& other = instance.addresses_[i];
    if (other.address.family <= heard.address.family) place = i + 1;
    if (other.address == heard.address)
      known = &other;
    else if (record.cache_flush && record.ttl_s > 0 && other.address.family == heard.address.family &&
             now_ms - other.life.received_ms > kFlushAge_ms)
      let_die(now_ms, other.life);
  }
  if (record.ttl_s == 0) {
    if (known != nullptr) let_die(now_ms, known->life);
  } else if (known != nullptr) {
    known->life = heard.life;
  } else if (instance.address_count_ < Instance::kMaxAddresses) {
    const auto begin = instance.addresses_.begin();
    std::copy_backward(begin + static_cast<std::ptrdiff_t>(place), begin + instance.address_count_,
                       begin + instance.address_count_ + 1);
    instance.addresses_[place] = heard;
    ++instance.address_count_;
    instance.changed_ = true;
  }
}

void QuerierBase::receive(std::uint32_t now_ms, const Incoming& incoming) noexcept {
  const MessageReader message(incoming.packet);
  if (message.malformed() || incoming.from.port != kPort) return;
  if ((message.header().flags & kFlagResponse) == 0 || (message.header().flags & kFlagsRefused) != 0) return;
  const bool known_interface =
      std::any_of(interfaces_.begin(), interfaces_.end(),
                  [&](const QuerierInterface& on) { return on.up && on.id == incoming.interface; });
  if (!known_interface) return;
  expire(now_ms);

  // Records come in any order: first who there is, then where, then how to reach it.
  enum class Pass : std::uint8_t { instances, services, addresses };
  for (const Pass pass : {Pass::instances, Pass::services, Pass::addresses}) {
    MessageReader reader = message;
    for (Record record; reader.next(record);) {
      if (record.section == Section::authority || record.rr_class != kClassIn) continue;
      if (pass == Pass::instances) {
        if (record.type == kTypePtr) take_ptr(now_ms, record, incoming.interface);
      } else if (pass == Pass::services) {
        if (record.type != kTypeSrv && record.type != kTypeTxt) continue;
        Instance* instance = find(record.name, incoming.interface);
        if (instance == nullptr) continue;
        record.type == kTypeSrv ? take_srv(now_ms, record, *instance) : take_txt(now_ms, record, *instance);
      } else if (record.type == kTypeA || record.type == kTypeAaaa) {
        for (Instance& instance : instances_)
          if (instance.used() && instance.srv_.known() && instance.interface_ == incoming.interface &&
              same_name(record.name, NameRef(Bytes(instance.target_))))
            take_address(now_ms, record, instance);
      }
    }
  }
}

}  // namespace otaru::mdns
