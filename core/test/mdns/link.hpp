// A network in virtual time: carries packets between responders and queriers, and loses some.
#pragma once

#include <memory>
#include <random>

#include <otaru/mdns/querier.hpp>

#include "mdns/board.hpp"

namespace otaru::mdns::test {

/// Everything that is sent reaches everybody a millisecond later, the sender too, except what is lost.
class Link {
 public:
  explicit Link(double loss = 0, std::uint32_t seed = 1) : loss_(loss), random_(seed) {}

  Responder<4>& add_board(Ipv4Address address, std::uint32_t seed, std::string_view name = "MyAmeba",
                          Bytes txt = {}) {
    auto board = std::make_unique<Responder<4>>(Service{name, {}, "_arduino._tcp", 8020, txt}, seed);
    EXPECT_TRUE(board->interface_up(now_ms, 1, {address, {}}));
    boards_.push_back({std::move(board), address});
    return *boards_.back().responder;
  }

  Querier<8>& add_querier(Ipv4Address address, const Search& search = {}) {
    queriers_.push_back({std::make_unique<Querier<8>>(search, 99), address});
    EXPECT_TRUE(queriers_.back().querier->interface_up(now_ms, 1, true, false));
    return *queriers_.back().querier;
  }

  /// Lets time pass, from one moment at which anything happens to the next.
  void run(std::uint32_t for_ms) {
    for (const std::uint32_t end_ms = now_ms + for_ms;;) {
      step();
      std::uint32_t wait = end_ms - now_ms;
      if (wait == 0) return;
      for (const Flying& one : flying_) wait = std::min(wait, one.arrives_ms - now_ms);
      for (const BoardNode& node : boards_) wait = std::min(wait, node.responder->wait_ms(now_ms));
      for (const QuerierNode& node : queriers_) wait = std::min(wait, node.querier->wait_ms(now_ms));
      still_ = wait == 0 ? still_ + 1 : 0;
      ASSERT_LT(still_, 100u) << "wait_ms() says 0 for ever";
      now_ms += wait;
    }
  }

  std::uint32_t now_ms = 0;
  std::size_t carried = 0;
  std::size_t lost = 0;
  std::vector<Sent> log;
  std::vector<std::string> events;  ///< of all queriers: `added MyAmeba`

 private:
  struct BoardNode {
    std::unique_ptr<Responder<4>> responder;
    Ipv4Address address;
  };
  struct QuerierNode {
    std::unique_ptr<Querier<8>> querier;
    Ipv4Address address;
  };
  struct Flying {
    Packet packet;
    Endpoint from;
    Endpoint to;
    std::uint32_t arrives_ms;
  };

  void send(const Outgoing& out, Ipv4Address from) {
    log.push_back(
        {now_ms, out.interface, out.to, out.multicast, Packet(out.packet.begin(), out.packet.end())});
    flying_.push_back({log.back().packet, endpoint(from, kPort), out.to, now_ms + 1});
  }

  template <class Node>
  void deliver(const Flying& one, Node& node, Ipv4Address address) {
    const bool to_all = one.to == group(Family::ipv4);
    if (!to_all && one.to != endpoint(address, kPort)) return;
    const bool loops = one.from == endpoint(address, kPort);  // the own computer loses nothing
    if (!loops && std::uniform_real_distribution<>(0, 1)(random_) < loss_) {
      ++lost;
      return;
    }
    ++carried;
    node.receive(now_ms, {one.packet, 1, one.from, !to_all});
  }

  void step() {
    std::vector<Flying> still;
    for (const Flying& one : std::exchange(flying_, {})) {
      if (one.arrives_ms != now_ms) {
        still.push_back(one);
        continue;
      }
      for (BoardNode& node : boards_) deliver(one, *node.responder, node.address);
      for (QuerierNode& node : queriers_) deliver(one, *node.querier, node.address);
    }
    flying_.insert(flying_.end(), still.begin(), still.end());
    for (BoardNode& node : boards_)
      while (const auto out = node.responder->poll(now_ms, buffer_)) send(*out, node.address);
    for (QuerierNode& node : queriers_) {
      while (const auto out = node.querier->poll(now_ms, buffer_)) send(*out, node.address);
      while (const auto event = node.querier->next_event(now_ms)) {
        const char* const kinds[] = {"added ", "updated ", "removed "};
        events.push_back(kinds[static_cast<int>(event->kind)] + std::string(event->instance->name()));
      }
    }
  }

  double loss_;
  std::mt19937 random_;
  std::vector<BoardNode> boards_;
  std::vector<QuerierNode> queriers_;
  std::vector<Flying> flying_;
  std::size_t still_ = 0;
  std::array<std::byte, kMaxPacket> buffer_{};
};

}  // namespace otaru::mdns::test
