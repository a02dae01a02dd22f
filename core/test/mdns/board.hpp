// A board's responder in virtual time, for tests.
#pragma once

#include <gmock/gmock.h>

#include <otaru/mdns/responder.hpp>

#include "mdns/wire.hpp"

namespace otaru::mdns::test {

struct Sent {
  std::uint32_t at_ms;
  InterfaceId interface;
  Endpoint to;
  bool multicast;
  Packet packet;

  Decoded decoded() const { return decode(packet); }
};

inline Txt<> board_txt() {
  Txt<> txt;
  EXPECT_EQ(txt.add("board", "ameba_rtl8721d"), Status::ok);
  EXPECT_EQ(txt.add("auth_upload", "no"), Status::ok);
  return txt;
}

inline const std::string kType = "_arduino._tcp.local";
inline const std::string kInstance = "MyAmeba._arduino._tcp.local";
inline const std::string kHost = "MyAmeba.local";
inline constexpr Ipv4Address kOurs = {192, 0, 2, 1};
inline constexpr Ipv4Address kTheirs = {192, 0, 2, 9};
inline const Endpoint kAsker = endpoint(kTheirs, kPort);

/// Drives one responder; keeps all that it sends.
class Board {
 public:
  explicit Board(std::uint32_t start_ms = 0, std::uint32_t seed = 7, std::string_view name = "MyAmeba")
      : now_ms(start_ms), txt(board_txt()), responder(service(name), seed) {}

  Service service(std::string_view name) const { return {name, {}, "_arduino._tcp", 8020, txt.bytes()}; }

  void up(InterfaceId id = 1, Ipv4Address address = kOurs, std::span<const Ipv6Address> ipv6 = {}) {
    EXPECT_TRUE(responder.interface_up(now_ms, id, {address, ipv6}));
  }

  /// Up, probed, announced twice, and quiet for long enough that no rate limit holds.
  void settle() {
    up();
    run(5000);
    EXPECT_EQ(responder.state(), ResponderBase::State::announced);
    sent.clear();
  }

  /// Lets time pass, polling exactly when the responder wants it.
  void run(std::uint32_t for_ms) {
    const std::uint32_t end_ms = now_ms + for_ms;
    for (int turns = 0;; ++turns) {
      ASSERT_LT(turns, 100'000) << "wait_ms() says 0 for ever";
      drain();
      const std::uint32_t wait = responder.wait_ms(now_ms);
      if (wait > end_ms - now_ms) break;
      now_ms += wait;
    }
    now_ms = end_ms;
    drain();
  }

  void drain() {
    while (const auto out = responder.poll(now_ms, buffer)) {
      sent.push_back(
          {now_ms, out->interface, out->to, out->multicast, Packet(out->packet.begin(), out->packet.end())});
      ASSERT_FALSE(decode(out->packet).malformed);
      ASSERT_LT(sent.size(), 10'000u) << "poll() never ends";
    }
  }

  void hear(const Packet& packet, Endpoint from = kAsker, InterfaceId interface = 1, bool unicast = false) {
    responder.receive(now_ms, {packet, interface, from, unicast});
  }

  /// The packets sent after hearing `packet`, within `for_ms`.
  std::vector<Sent> replies(const Packet& packet, Endpoint from = kAsker, std::uint32_t for_ms = 600) {
    sent.clear();
    hear(packet, from);
    run(for_ms);
    return sent;
  }

  std::vector<Sent> probes() const {
    std::vector<Sent> found;
    std::copy_if(sent.begin(), sent.end(), std::back_inserter(found),
                 [](const Sent& one) { return one.decoded().probe(); });
    return found;
  }
  std::vector<Sent> responses() const {
    std::vector<Sent> found;
    std::copy_if(sent.begin(), sent.end(), std::back_inserter(found),
                 [](const Sent& one) { return one.decoded().response(); });
    return found;
  }

  std::uint32_t now_ms;
  Txt<> txt;
  Responder<4> responder;
  std::array<std::byte, kMaxPacket> buffer{};
  std::vector<Sent> sent;
};

inline Packet query(std::uint16_t type, const std::string& name, bool unicast = false) {
  return Draft().ask(type, name, unicast).packet();
}

}  // namespace otaru::mdns::test
