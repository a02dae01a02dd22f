// The board on the network, as a querier of core sees it.
#include <optional>

#include <otaru/mdns/querier.hpp>

#include "test_board.hpp"

namespace otaru::engine {
namespace {

/// A computer beside the board that looks for it.
class Seeker {
 public:
  explicit Seeker(TestBoard& board) : board_(board) {
    querier_.interface_up(board.port.now_ms(), 1, true, false);
  }

  /// Carries packets both ways until `done`, or for so long. @return whether it was done
  bool look(const std::function<bool()>& done, std::uint32_t longest_ms = 10'000) {
    return board_.run(
        [&] {
          exchange();
          return done();
        },
        longest_ms);
  }
  bool found() const { return found_; }
  std::string txt(std::string_view key) const { return std::string(mdns::txt_value(Bytes(txt_), key)); }

  std::string name;
  std::uint16_t port = 0;
  std::string address;
  int removed = 0;

  void exchange() {
    const std::uint32_t now = board_.port.now_ms();
    for (const Packet& packet : std::exchange(board_.port.from_mdns, {})) {
      const auto bytes = std::as_bytes(std::span(packet.bytes));
      querier_.receive(now, {bytes, 1, mdns::endpoint(mdns::Ipv4Address{192, 0, 2, 1}, mdns::kPort), false});
    }
    std::array<std::byte, mdns::kMaxPacket> buffer;
    while (const auto out = querier_.poll(now, buffer)) {
      const auto* text = reinterpret_cast<const char*>(out->packet.data());
      board_.port.to_mdns.push_back({std::string(text, out->packet.size()), {{192, 0, 2, 9}, mdns::kPort}});
    }
    while (const auto event = querier_.next_event(now)) {
      found_ = event->kind != mdns::Event::Kind::removed;
      removed += found_ ? 0 : 1;
      name = event->instance->name();
      port = event->instance->port();
      txt_.assign(event->instance->txt().begin(), event->instance->txt().end());
    }
  }

 private:
  TestBoard& board_;
  mdns::Querier<4, 1> querier_{mdns::Search{"_arduino._tcp"}, 7};
  bool found_ = false;
  std::vector<std::byte> txt_;
};

struct EngineAnnouncer : testing::Test {
  TestBoard board;
};

TEST_F(EngineAnnouncer, IsFoundWithAllThatTheIdeNeeds) {
  board.config.version = "1.2.3";
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  Seeker seeker(board);
  ASSERT_TRUE(seeker.look([&] { return seeker.found(); }));
  EXPECT_EQ(seeker.name, "MyAmeba");
  EXPECT_EQ(seeker.port, 8020);
  EXPECT_EQ(seeker.txt("board"), "ameba_rtl8721d");
  EXPECT_EQ(seeker.txt("auth_upload"), "no");
  EXPECT_EQ(seeker.txt("tcp_check"), "no");
  EXPECT_EQ(seeker.txt("ssh_upload"), "no");
  EXPECT_EQ(seeker.txt("otaru"), "1");
  EXPECT_EQ(seeker.txt("ver"), "1.2.3");
  EXPECT_EQ(seeker.txt("slot"), "OTA1");
  EXPECT_EQ(seeker.txt("id"), "00e04c12abff");
}

TEST_F(EngineAnnouncer, TakesNameBoardAndVersionFromTheMarkerIfNothingElseSaysThem) {
  board.config.name = board.config.board = nullptr;
  board.config.marker =
      "\x7F"
      "OTARU-IMAGE/1\nname=Marked\nversion=4.5.6\nboard=ameba_rtl8720dn\nlibrary=0.1.0\n";
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  EXPECT_STREQ(otaru_engine_version(board.engine.get()), "4.5.6");
  Seeker seeker(board);
  ASSERT_TRUE(seeker.look([&] { return seeker.found(); }));
  EXPECT_EQ(seeker.name, "Marked");
  EXPECT_EQ(seeker.txt("board"), "ameba_rtl8720dn");
  EXPECT_EQ(seeker.txt("ver"), "4.5.6");
}

TEST_F(EngineAnnouncer, SaysThatItWantsAPassword) {
  board.before_start = [](otaru_engine* engine) { otaru_engine_set_password(engine, "open sesame"); };
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  Seeker seeker(board);
  ASSERT_TRUE(seeker.look([&] { return seeker.found(); }));
  EXPECT_EQ(seeker.txt("auth_upload"), "yes");
  otaru_engine_set_password(board.engine.get(), nullptr);
}

TEST_F(EngineAnnouncer, SaysGoodbyeBeforeTheResetIntoANewImage) {
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  Seeker seeker(board);
  ASSERT_TRUE(seeker.look([&] { return seeker.found(); }));
  const int handle = board.port.connect();
  board.port.wires[handle].to_board = made_push(board::make_sample_image(kImageSize, 2));
  EXPECT_TRUE(seeker.look([&] { return board.hung_up(handle) && board.port.resets > 0; }));
  seeker.exchange();
  board.port.pass_ms(2'000);  // a goodbye is believed after a second
  seeker.exchange();
  EXPECT_EQ(seeker.removed, 1);
}

TEST_F(EngineAnnouncer, IsSilentWithoutANetworkAndBackWithIt) {
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  board.run_for(3'000);
  EXPECT_FALSE(board.port.from_mdns.empty());
  board.port.network = false;
  board.run_for(50);
  board.port.from_mdns.clear();
  board.run_for(5'000);
  EXPECT_TRUE(board.port.from_mdns.empty());
  EXPECT_FALSE(board.port.mdns_open);
  board.port.network = true;
  board.port.address[3] = 77;
  board.run_for(3'000);
  Seeker seeker(board);
  EXPECT_TRUE(seeker.look([&] { return seeker.found(); }));
}

TEST_F(EngineAnnouncer, UpdatesABoardThatCannotHavePort5353) {
  board.port.mdns_fails = true;
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  EXPECT_NE(board.push_image(2).find("OTARU/1 ok"), std::string::npos);
  EXPECT_TRUE(board.port.logged("[mDNS] not announced"));
}

TEST_F(EngineAnnouncer, LeavesMdnsToASketchThatAnnouncesItself) {
  board.config.no_mdns = 1;
  ASSERT_EQ(board.boot(), OTARU_STARTED);
  board.run_for(3'000);
  EXPECT_FALSE(board.port.mdns_open);
  EXPECT_TRUE(board.port.from_mdns.empty());
}

}  // namespace
}  // namespace otaru::engine
