// Packets as text for tests, and text as packets.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <otaru/mdns/message_reader.hpp>
#include <otaru/mdns/message_writer.hpp>
#include <otaru/mdns/packet.hpp>
#include <otaru/mdns/txt.hpp>

namespace otaru::mdns::test {

using Packet = std::vector<std::byte>;

/// `MyAmeba._arduino._tcp.local` in wire form.
inline Packet wire(const std::string& dotted) {
  Packet name(300);
  name.resize(append_labels(name, 0, dotted) + 1);
  name.back() = std::byte{0};
  return name;
}

inline Packet bytes(const std::string& text) {
  Packet packet(text.size());
  std::transform(text.begin(), text.end(), packet.begin(), [](char c) { return static_cast<std::byte>(c); });
  return packet;
}

inline std::string dotted(NameRef name) {
  std::string text;
  LabelWalk walk(name);
  for (Bytes label = walk.next(); !label.empty(); label = walk.next()) {
    if (!text.empty()) text += '.';
    for (std::byte b : label) text += static_cast<char>(b);
  }
  return text;
}

inline std::string type_text(std::uint16_t type) {
  switch (type) {
    case kTypeA: return "A";
    case kTypePtr: return "PTR";
    case kTypeTxt: return "TXT";
    case kTypeAaaa: return "AAAA";
    case kTypeSrv: return "SRV";
    case kTypeNsec: return "NSEC";
    case kTypeAny: return "ANY";
    default: return "TYPE" + std::to_string(type);
  }
}

inline std::string hex(Bytes data) {
  std::string text;
  for (std::byte b : data) {
    text += "0123456789abcdef"[std::to_integer<unsigned>(b) >> 4];
    text += "0123456789abcdef"[std::to_integer<unsigned>(b) & 15];
  }
  return text;
}

inline std::string data_text(const Record& record) {
  const Rdata& data = record.data;
  switch (record.type) {
    case kTypePtr: return dotted(data.name);
    case kTypeSrv: return std::to_string(load_be16(data.prefix, 4)) + " " + dotted(data.name);
    case kTypeNsec: return dotted(data.name) + " " + hex(data.suffix);
    case kTypeA: {
      std::string text;
      for (std::byte b : data.prefix)
        text += (text.empty() ? "" : ".") + std::to_string(std::to_integer<unsigned>(b));
      return text;
    }
    case kTypeTxt: {
      std::string text;
      TxtWalk walk(data.prefix);
      for (std::string_view entry; walk.next(entry);) text += (text.empty() ? "" : ",") + std::string(entry);
      return text;
    }
    default: return hex(data.prefix);
  }
}

/// A packet as its reader sees it, one line for each question and record:
/// `? PTR _arduino._tcp.local QU` and `answer A MyAmeba.local 120 flush 192.0.2.1`.
struct Decoded {
  Header header;
  std::vector<std::string> questions;
  std::vector<std::string> answers;
  std::vector<std::string> authorities;
  std::vector<std::string> additionals;
  bool malformed = false;

  bool response() const { return (header.flags & kFlagResponse) != 0; }
  bool probe() const { return !response() && !authorities.empty(); }
};

inline Decoded decode(Bytes packet) {
  Decoded decoded;
  MessageReader reader(packet);
  decoded.header = reader.header();
  for (Question question; reader.next(question);)
    decoded.questions.push_back(type_text(question.type) + " " + dotted(question.name) +
                                (question.unicast ? " QU" : ""));
  for (Record record; reader.next(record);) {
    std::vector<std::string>& list = record.section == Section::answer      ? decoded.answers
                                     : record.section == Section::authority ? decoded.authorities
                                                                            : decoded.additionals;
    list.push_back(type_text(record.type) + " " + dotted(record.name) + " " + std::to_string(record.ttl_s) +
                   (record.cache_flush ? " flush " : " ") + data_text(record));
  }
  decoded.malformed = reader.malformed();
  return decoded;
}

/// Writes a packet from text.
class Draft {
 public:
  explicit Draft(std::uint16_t flags = 0, std::uint16_t id = 0) : writer_(buffer_, id, flags) {}
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  Draft& ask(std::uint16_t type, const std::string& name, bool unicast = false) {
    const Packet wire_name = wire(name);
    static_cast<void>(writer_.question(Bytes(wire_name), type, unicast ? kClassIn | kTopBit : kClassIn));
    return *this;
  }

  Draft& add(Section section, std::uint16_t type, const std::string& name, std::uint32_t ttl_s,
             const Packet& prefix, const std::string& target = {}, bool flush = true) {
    const Packet wire_name = wire(name);
    const Packet wire_target = wire(target);
    Rdata data{prefix, {}, {}};
    if (!target.empty()) data.name = NameRef(Bytes(wire_target));
    static_cast<void>(
        writer_.record(section, Bytes(wire_name), type, flush ? kClassIn | kTopBit : kClassIn, ttl_s, data));
    return *this;
  }

  Draft& ptr(Section section, const std::string& name, std::uint32_t ttl_s, const std::string& target) {
    return add(section, kTypePtr, name, ttl_s, {}, target, false);
  }
  Draft& srv(Section section, const std::string& name, std::uint32_t ttl_s, std::uint16_t port,
             const std::string& target) {
    Packet fixed(6);
    store_be16(fixed, 4, port);
    return add(section, kTypeSrv, name, ttl_s, fixed, target);
  }
  Draft& txt(Section section, const std::string& name, std::uint32_t ttl_s, Bytes data) {
    return add(section, kTypeTxt, name, ttl_s, Packet(data.begin(), data.end()));
  }
  Draft& a(Section section, const std::string& name, std::uint32_t ttl_s, Ipv4Address address) {
    Packet data(4);
    std::memcpy(data.data(), address.data(), 4);
    return add(section, kTypeA, name, ttl_s, data);
  }
  Draft& aaaa(Section section, const std::string& name, std::uint32_t ttl_s, Ipv6Address address) {
    Packet data(16);
    std::memcpy(data.data(), address.data(), 16);
    return add(section, kTypeAaaa, name, ttl_s, data);
  }

  Packet packet() {
    const Bytes done = writer_.finish();
    return Packet(done.begin(), done.end());
  }

 private:
  std::array<std::byte, 9000> buffer_{};
  MessageWriter writer_;
};

inline constexpr std::uint16_t kReply = kFlagResponse | kFlagAuthoritative;
inline constexpr Ipv6Address kLinkLocal = {0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
inline constexpr Ipv6Address kGlobal = {0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

}  // namespace otaru::mdns::test
