// The responder's names and records, and how a stranger's record compares with them.
#include <algorithm>

#include <otaru/mdns/responder.hpp>

#include "record_set.hpp"

namespace otaru::mdns {

namespace {

// Host-related records live for 2 minutes, others for 75 (RFC 6762, section 10).
constexpr std::uint32_t kHostTtl_s = 120;
constexpr std::uint32_t kOtherTtl_s = 4500;

struct Shape {
  NameId name;
  NameId target;  // the name in its data
  std::uint8_t type;
  std::uint16_t ttl_s;
};

// In the order of RecordId.
constexpr std::array<Shape, kRecordCount> kShapes = {{
    {NameId::services, NameId::service, kTypePtr, kOtherTtl_s},
    {NameId::service, NameId::instance, kTypePtr, kOtherTtl_s},
    {NameId::instance, NameId::none, kTypeTxt, kOtherTtl_s},
    {NameId::instance, NameId::host, kTypeSrv, kHostTtl_s},
    {NameId::host, NameId::none, kTypeA, kHostTtl_s},
    {NameId::host, NameId::none, kTypeAaaa, kHostTtl_s},
    {NameId::host, NameId::none, kTypeAaaa, kHostTtl_s},
    {NameId::host, NameId::host, kTypeNsec, kHostTtl_s},
    {NameId::instance, NameId::instance, kTypeNsec, kHostTtl_s},
}};

template <std::size_t kSize>
constexpr std::array<std::byte, kSize - 1> wire_text(const char (&text)[kSize]) {
  std::array<std::byte, kSize - 1> bytes{};
  for (std::size_t i = 0; i < kSize - 1; ++i) bytes[i] = static_cast<std::byte>(text[i]);
  return bytes;
}

constexpr auto kServices = wire_text("\x09_services\x07_dns-sd\x04_udp\x05local\0");
constexpr auto kEmptyTxt = wire_text("\0");
// Windows of NSEC bitmaps (RFC 4034, section 4.1.2): window 0, length, a bit for each type from the left.
constexpr auto kHasA = wire_text("\x00\x01\x40");
constexpr auto kHasAaaa = wire_text("\x00\x04\x00\x00\x00\x08");
constexpr auto kHasTxtAndSrv = wire_text("\x00\x05\x00\x00\x80\x00\x40");

void end_name(MutableBytes to, std::size_t at) {
  to[append_label(to, at, "local")] = std::byte{0};
}

Bytes first_label(Bytes wire) {
  return wire.subspan(1, std::to_integer<std::size_t>(wire[0]));
}

std::string_view text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

std::uint32_t ttl_of(RecordId id) noexcept {
  return kShapes[static_cast<std::size_t>(id)].ttl_s;
}

RecordSet answers_to(NameId name, std::uint16_t type, RecordSet present) noexcept {
  RecordSet answers = 0;
  for (std::size_t i = 0; i < kRecordCount; ++i) {
    const RecordSet one = bit(static_cast<RecordId>(i)) & present;
    if (kShapes[i].name == name && (type == kShapes[i].type || (type == kTypeAny && (one & kNsec) == 0)))
      answers |= one;
  }
  if (answers == 0 && name == NameId::instance) answers = bit(RecordId::nsec_instance);
  if (answers == 0 && name == NameId::host) answers = bit(RecordId::nsec_host);
  return answers;
}

void ResponderBase::build_names() noexcept {
  std::array<char, 6> suffix{};  // `-65535`
  std::size_t digits = suffix.size();
  for (std::uint16_t rest = number_; number_ > 1 && rest > 0 && digits > 1; rest = rest / 10)
    suffix[--digits] = static_cast<char>('0' + rest % 10);
  if (number_ > 1) suffix[--digits] = '-';
  const std::string_view tail(suffix.data() + digits, suffix.size() - digits);

  const auto put_label = [tail](MutableBytes to, std::string_view base) {
    std::size_t size = append_label(to, 0, cut_utf8(base, kMaxLabel - tail.size()));
    for (char letter : tail) to[size++] = static_cast<std::byte>(letter);
    to[0] = static_cast<std::byte>(size - 1);
    return size;
  };
  const std::string_view instance = service_.instance.empty() ? "otaru" : service_.instance;
  constexpr std::size_t kLocal = 6;  // its label, which must fit whatever the type
  std::size_t size = put_label(instance_, instance);
  size = append_labels(MutableBytes(instance_).first(instance_.size() - kLocal), size, service_.type);
  end_name(instance_, size);
  size = put_label(host_, service_.host.empty() ? instance : service_.host);
  end_name(host_, size);
}

WireName ResponderBase::wire_name(NameId id) const noexcept {
  switch (id) {
    case NameId::services: return kServices;
    case NameId::service: return Bytes(instance_).subspan(1 + first_label(instance_).size());
    case NameId::instance: return instance_;
    case NameId::host: return host_;
    case NameId::none: break;
  }
  return {};
}

NameId ResponderBase::name_id(const NameRef& name) const noexcept {
  for (NameId id : {NameId::services, NameId::service, NameId::instance, NameId::host})
    if (same_name(name, wire_name(id))) return id;
  return NameId::none;
}

std::string_view ResponderBase::instance_name() const noexcept {
  return text(first_label(instance_));
}

std::string_view ResponderBase::host_label() const noexcept {
  return text(first_label(host_));
}

void ResponderBase::own_record(RecordId id, const ResponderInterface& on, Own& own) const noexcept {
  const Shape& shape = kShapes[static_cast<std::size_t>(id)];
  own.name = wire_name(shape.name);
  own.type = shape.type;
  own.data.name = NameRef(wire_name(shape.target));
  switch (id) {
    case RecordId::services_ptr:
    case RecordId::service_ptr: break;
    case RecordId::txt: own.data.prefix = service_.txt.empty() ? Bytes(kEmptyTxt) : service_.txt; break;
    case RecordId::srv:  // priority and weight 0
      store_be16(own.scratch, 4, service_.port);
      own.data.prefix = own.scratch;
      break;
    case RecordId::a: own.data.prefix = std::as_bytes(std::span(on.own.ipv4)); break;
    case RecordId::aaaa_0: own.data.prefix = std::as_bytes(std::span(on.own.ipv6[0])); break;
    case RecordId::aaaa_1: own.data.prefix = std::as_bytes(std::span(on.own.ipv6[1])); break;
    case RecordId::nsec_host:
      own.data.suffix = (on.own.present & bit(RecordId::a)) != 0 ? Bytes(kHasA) : Bytes(kHasAaaa);
      break;
    case RecordId::nsec_instance: own.data.suffix = kHasTxtAndSrv; break;
  }
}

ResponderBase::Match ResponderBase::match(const Record& record, const ResponderInterface& on) const noexcept {
  Match found;
  if (record.rr_class != kClassIn) return found;
  found.name = name_id(record.name);
  if (found.name == NameId::none) return found;
  for (std::size_t i = 0; i < kRecordCount; ++i) {
    const RecordId id = static_cast<RecordId>(i);
    if (kShapes[i].name != found.name || kShapes[i].type != record.type) continue;
    for (const ResponderInterface& other : interfaces_) {
      if (other.phase == Phase::absent || (bit(id) & other.own.present) == 0) continue;
      Own own;
      own_record(id, other, own);
      if (compare(own.data, record.data, Letters::either) != 0) continue;
      found.ours = true;
      if (&other == &on) found.same = bit(id);
    }
  }
  return found;
}

bool ResponderBase::loses_tie(const MessageReader& at_records, NameId name,
                              const ResponderInterface& on) const noexcept {
  // Two ordered lists differ first at the smallest record that only one of them has. So they win if all that
  // only they have comes after what only we have; or, if we have nothing of the kind, after all of ours.
  const RecordSet ours = answers_to(name, kTypeAny, on.own.present);
  RecordSet only_ours = ours;
  MessageReader reader = at_records;
  for (Record record; reader.next(record);)
    if (record.section == Section::authority) only_ours = without(only_ours, match(record, on).same);
  Own own;
  own_record(only_ours != 0 ? first_of(only_ours) : last_of(ours), on, own);

  bool loses = false;
  reader = at_records;
  for (Record record; reader.next(record);) {
    if (record.section != Section::authority) continue;
    const Match found = match(record, on);
    if (found.name != name || found.ours) continue;  // what another interface of ours has is no rival
    const int order = record.type != own.type ? int{record.type} - int{own.type}
                                              : compare(record.data, own.data, Letters::exact);
    if (order <= 0) return false;
    loses = true;
  }
  return loses;
}

}  // namespace otaru::mdns
