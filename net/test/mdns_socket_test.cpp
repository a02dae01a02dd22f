#include <array>
#include <optional>

#include <asio/io_context.hpp>
#include <gtest/gtest.h>

#include <otaru/net/interface_watch.hpp>
#include <otaru/net/mdns_socket.hpp>

namespace otaru::net {
namespace {

using mdns::Family;

constexpr std::chrono::seconds kPatience{10};

// A packet that no mDNS program takes for anything: shorter than a header.
constexpr std::array<std::byte, 3> kMarker = {std::byte{0x0F}, std::byte{0xF0}, std::byte{0x5A}};

// In IPv4 only: Linux has no IPv6 multicast on loopback. The tests of test/peers show IPv6.
class MdnsSocketOnLoopback : public ::testing::Test {
 protected:
  void SetUp() override {
    const InterfaceWatch watch(io_, {"lo"});
    ASSERT_FALSE(watch.usable().empty()) << "loopback is down";
    loopback_ = watch.usable().front();
  }

  // Lets `socket` wait for the marker.
  std::optional<mdns::Incoming> receive(MdnsSocket& socket) {
    std::optional<mdns::Incoming> received;
    socket.start([&](const mdns::Incoming& incoming) {
      if (!equal(incoming.packet, kMarker)) return;
      received = incoming;
      received->packet = {};  // the bytes are the socket's
      io_.stop();
    });
    io_.run_for(kPatience);
    return received;
  }

  asio::io_context io_;
  Interface loopback_;
};

TEST_F(MdnsSocketOnLoopback, HearsTheGroupOnTheInterfaceThatItJoined) {
  MdnsSocket sender(io_, Family::ipv4, MdnsSocket::Port::own);
  MdnsSocket hearer(io_, Family::ipv4, MdnsSocket::Port::shared);
  ASSERT_FALSE(hearer.join(loopback_));
  EXPECT_FALSE(hearer.join(loopback_)) << "to repeat it is no error";
  ASSERT_FALSE(sender.send({kMarker, loopback_.index, mdns::group(Family::ipv4), true}, loopback_));
  const auto received = receive(hearer);
  ASSERT_TRUE(received.has_value());
  EXPECT_EQ(received->interface, loopback_.index);
  EXPECT_FALSE(received->unicast);
  EXPECT_EQ(received->from.family, Family::ipv4);
  EXPECT_TRUE(loopback_.on_link(received->from))
      << "sent from the address of the interface that it went out of";
  EXPECT_NE(received->from.port, mdns::kPort);
}

TEST_F(MdnsSocketOnLoopback, KnowsAPacketThatWasSentToItAlone) {
  MdnsSocket first(io_, Family::ipv4, MdnsSocket::Port::own);
  MdnsSocket second(io_, Family::ipv4, MdnsSocket::Port::shared);
  ASSERT_FALSE(second.join(loopback_));
  ASSERT_FALSE(first.send({kMarker, loopback_.index, mdns::group(Family::ipv4), true}, loopback_));
  const auto question = receive(second);
  ASSERT_TRUE(question.has_value());
  io_.restart();
  ASSERT_FALSE(second.send({kMarker, loopback_.index, question->from, false}, loopback_));
  const auto answer = receive(first);
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(answer->unicast);
  EXPECT_EQ(answer->from.port, mdns::kPort);
  EXPECT_EQ(answer->interface, loopback_.index);
}

}  // namespace
}  // namespace otaru::net
