// Packets from anybody, to a responder and a querier, while time passes.
//
// The input is a row of events, each a byte that says what and a byte that says how long to wait before (in
// units that the first byte chooses): a packet, whose length is the next two bytes and whose bytes follow; or
// an interface that comes or goes; or new TXT data; or a goodbye. A packet that is cut off by the end of the
// input is given as far as it goes, so that a bare packet behind four bytes is an input too.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include <otaru/mdns/querier.hpp>
#include <otaru/mdns/responder.hpp>

namespace {

using namespace otaru;
using namespace otaru::mdns;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}

  bool ended() const { return rest_.empty(); }

  unsigned byte() {
    if (rest_.empty()) return 0;
    const unsigned value = rest_[0];
    rest_ = rest_.subspan(1);
    return value;
  }

  Bytes take(std::size_t count) {
    const auto taken = rest_.first(std::min(count, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return std::as_bytes(taken);
  }

 private:
  std::span<const std::uint8_t> rest_;
};

// Whatever we send, we can read ourselves.
void check(const Outgoing& out, std::size_t room, std::size_t& sent) {
  require(out.packet.size() <= room, "a packet is no longer than its buffer");
  require(++sent < 10'000, "poll() ends");
  require(out.multicast == (out.to == group(out.to.family)), "multicast goes to the group");
  if (out.packet.empty()) return;
  MessageReader reader(out.packet);
  const Header header = reader.header();
  std::size_t questions = 0;
  std::size_t records = 0;
  for (Question question; reader.next(question);) ++questions;
  for (Record record; reader.next(record);) ++records;
  require(!reader.malformed(), "a packet sent is sound");
  require(questions == header.questions, "its questions are counted");
  require(records == std::size_t{header.answers} + header.authorities + header.additionals,
          "its records are counted");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const Ipv4Address ours = {192, 0, 2, 1};
  const std::array<Ipv6Address, 1> ipv6 = {{{0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}};
  Txt<64> txt;
  require(txt.add("board", "x") == Status::ok, "there is room for TXT");
  Responder<2> responder({"MyAmeba", {}, "_arduino._tcp", 8020, txt.bytes()}, 1);
  const auto querier = std::make_unique<Querier<4, 2>>(Search{}, 2);
  std::uint32_t now_ms = 0xFFFFFFF0u;
  require(responder.interface_up(now_ms, 1, {ours, ipv6}), "there is room for an interface");
  require(querier->interface_up(now_ms, 1, true, true), "there is room for an interface");

  std::array<std::byte, kMaxPacket> buffer{};
  const auto settle = [&](std::size_t room) {
    std::size_t sent = 0;
    const MutableBytes given = MutableBytes(buffer).first(room);
    while (const auto out = responder.poll(now_ms, given)) check(*out, room, sent);
    while (const auto out = querier->poll(now_ms, given)) check(*out, room, sent);
    while (const auto event = querier->next_event(now_ms)) {
      require(++sent < 10'000, "next_event() ends");
      require(event->instance->name().size() <= kMaxLabel, "a name is a label");
      std::array<char, 64> host{};
      require(event->instance->host(host).size() <= host.size(), "a host fits where it is written");
    }
    require(!responder.instance_name().empty() && responder.instance_name().size() <= kMaxLabel,
            "the board has a name");
  };
  // As a port does: wait as long as is said, and no longer than until `end`.
  const auto pass = [&](std::uint32_t wait_ms) {
    const std::uint32_t end_ms = now_ms + wait_ms;
    for (std::size_t turns = 0;; ++turns) {
      require(turns < 100'000, "wait_ms() lets time pass");
      settle(buffer.size());
      const std::uint32_t next = std::min(responder.wait_ms(now_ms), querier->wait_ms(now_ms));
      if (next >= end_ms - now_ms) break;
      now_ms += next;
    }
    now_ms = end_ms;
    settle(buffer.size());
  };

  pass(2500);  // announced, so that packets meet a board that answers
  for (std::size_t events = 0; !input.ended() && events < 40; ++events) {
    const unsigned what = input.byte();
    const unsigned wait = input.byte();
    pass((what & 0x40u) != 0 ? wait * 2000u : wait);
    const InterfaceId interface = 1 + ((what >> 4) & 1u);
    switch (what & 0x0Fu) {
      case 11: settle(wait); break;  // into a small buffer
      case 12:
        responder.interface_down(interface);
        querier->interface_down(interface);
        break;
      case 13:
        static_cast<void>(responder.interface_up(now_ms, interface, {Ipv4Address{10, 0, 0, 1}, {}}));
        static_cast<void>(querier->interface_up(now_ms, interface, true, false));
        break;
      case 14: responder.update_txt(now_ms, txt.bytes()); break;
      case 15: responder.shutdown(); break;
      default: {
        const std::size_t length = input.byte() << 8 | input.byte();
        const Bytes given = input.take(length);
        const std::vector<std::byte> exact(given.begin(), given.end());  // so that a byte too far is seen
        const std::uint16_t port = (what & 1u) != 0 ? 40'000 : kPort;
        const Endpoint from = (what & 2u) != 0 ? endpoint(ipv6[0], port) : endpoint(ours, port);
        const Incoming incoming{exact, interface, from, (what & 4u) != 0};
        responder.receive(now_ms, incoming);
        querier->receive(now_ms, incoming);
        settle(buffer.size());
        break;
      }
    }
  }
  pass(1000);
  responder.shutdown();
  pass(10'000);
  require(responder.state() == ResponderBase::State::stopped, "a goodbye comes to an end");
  return 0;
}
