// A querier in virtual time, for tests.
#pragma once

#include <otaru/mdns/querier.hpp>

#include "mdns/board.hpp"

namespace otaru::mdns::test {

template <std::size_t kInstances = 4>
class Seeker {
 public:
  explicit Seeker(const Search& search = {}) : querier(search, 5) {
    EXPECT_TRUE(querier.interface_up(0, 1, true, false));
  }

  void run(std::uint32_t for_ms) {
    const std::uint32_t end_ms = now_ms + for_ms;
    for (int turns = 0;; ++turns) {
      ASSERT_LT(turns, 100'000) << "wait_ms() says 0 for ever";
      drain();
      const std::uint32_t wait = querier.wait_ms(now_ms);
      if (wait > end_ms - now_ms) break;
      now_ms += wait;
    }
    now_ms = end_ms;
    drain();
  }

  void drain() {
    while (const auto out = querier.poll(now_ms, buffer)) {
      sent.push_back(
          {now_ms, out->interface, out->to, out->multicast, Packet(out->packet.begin(), out->packet.end())});
      ASSERT_FALSE(decode(out->packet).malformed);
      ASSERT_LT(sent.size(), 10'000u);
    }
    while (const auto event = querier.next_event(now_ms)) {
      const char* const kinds[] = {"added ", "updated ", "removed "};
      events.push_back(kinds[static_cast<int>(event->kind)] + std::string(event->instance->name()));
      ASSERT_LT(events.size(), 10'000u);
    }
  }

  void hear(const Packet& packet, std::uint16_t port = kPort, InterfaceId interface = 1) {
    querier.receive(now_ms, {packet, interface, endpoint(kOurs, port), false});
    drain();
  }

  std::vector<std::uint32_t> times_of(const std::string& question) const {
    std::vector<std::uint32_t> times;
    for (const Sent& one : sent)
      for (const std::string& asked : one.decoded().questions)
        if (asked == question) times.push_back(one.at_ms);
    return times;
  }

  const Instance& only() const {
    const auto all = querier.instances();
    return *std::find_if(all.begin(), all.end(), [](const Instance& one) { return one.used(); });
  }

  std::uint32_t now_ms = 0;
  Querier<kInstances, 3> querier;
  std::array<std::byte, kMaxPacket> buffer{};
  std::vector<Sent> sent;
  std::vector<std::string> events;
};

inline const Packet kTxtData = bytes(
    "\x07"
    "board=x");

inline Packet announcement(const std::string& name = "MyAmeba", std::uint32_t ttl_s = 4500,
                           std::uint16_t port = 8020, Ipv4Address address = kOurs) {
  const std::string full = name + "." + kType;
  return Draft(kReply)
      .ptr(Section::answer, kType, ttl_s, full)
      .a(Section::additional, name + ".local", 120, address)  // before the SRV that names its host
      .txt(Section::additional, full, 4500, kTxtData)
      .srv(Section::additional, full, 120, port, name + ".local")
      .packet();
}

}  // namespace otaru::mdns::test
