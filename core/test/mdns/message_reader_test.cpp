#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/mdns/message_reader.hpp>

#include "mdns/wire.hpp"

namespace otaru::mdns::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Packet usual_reply() {
  return Draft(kReply)
      .ptr(Section::answer, "_arduino._tcp.local", 4500, "MyAmeba._arduino._tcp.local")
      .srv(Section::additional, "MyAmeba._arduino._tcp.local", 120, 8020, "MyAmeba.local")
      .a(Section::additional, "MyAmeba.local", 120, {192, 0, 2, 1})
      .packet();
}

TEST(MessageReader, ReadsWhatIsThere) {
  const Decoded read = decode(usual_reply());
  EXPECT_FALSE(read.malformed);
  EXPECT_THAT(read.answers, ElementsAre("PTR _arduino._tcp.local 4500 MyAmeba._arduino._tcp.local"));
  EXPECT_THAT(read.additionals, ElementsAre("SRV MyAmeba._arduino._tcp.local 120 flush 8020 MyAmeba.local",
                                            "A MyAmeba.local 120 flush 192.0.2.1"));
}

TEST(MessageReader, TellsTheTopBitOfAClassFromTheClass) {
  MessageReader reader(usual_reply());
  const Packet packet = Draft().ask(kTypePtr, "a.local", true).packet();
  MessageReader asked(packet);
  Question question;
  ASSERT_TRUE(asked.next(question));
  EXPECT_EQ(question.rr_class, kClassIn);
  EXPECT_TRUE(question.unicast);
}

TEST(MessageReader, RefusesWhatIsShorterThanAHeader) {
  for (std::size_t size = 0; size < kHeaderLength; ++size) {
    const Packet packet(size);
    MessageReader reader(packet);
    EXPECT_TRUE(reader.malformed());
    Question question;
    Record record;
    EXPECT_FALSE(reader.next(question));
    EXPECT_FALSE(reader.next(record));
  }
}

TEST(MessageReader, StopsWhereAPacketBreaksOffAndNotBefore) {
  const Packet whole = usual_reply();
  std::size_t broken = 0;
  for (std::size_t size = kHeaderLength; size < whole.size(); ++size) {
    const Decoded read = decode(Bytes(whole).first(size));
    EXPECT_TRUE(read.malformed) << size;
    EXPECT_LE(read.answers.size() + read.additionals.size(), 2u);
    ++broken;
  }
  EXPECT_GT(broken, 60u);
  EXPECT_THAT(decode(Bytes(whole).first(whole.size() - 1)).additionals, SizeIs(1));
}

TEST(MessageReader, IsNotFooledByCountsThatLie) {
  Packet packet = usual_reply();
  for (std::size_t count = 4; count < 12; count += 2) {
    Packet lying = packet;
    store_be16(lying, count, 0xFFFF);
    EXPECT_TRUE(decode(lying).malformed) << count;
  }
  store_be16(packet, 6, 0);  // fewer than there are: the rest is not looked at
  store_be16(packet, 10, 0);
  EXPECT_FALSE(decode(packet).malformed);
  EXPECT_THAT(decode(packet).answers, IsEmpty());
}

TEST(MessageReader, RefusesAddressesOfAnotherLength) {
  for (std::size_t size : {0u, 3u, 5u, 16u})
    EXPECT_TRUE(
        decode(Draft(kReply).add(Section::answer, kTypeA, "a.local", 1, Packet(size)).packet()).malformed);
  for (std::size_t size : {0u, 4u, 15u, 17u})
    EXPECT_TRUE(
        decode(Draft(kReply).add(Section::answer, kTypeAaaa, "a.local", 1, Packet(size)).packet()).malformed);
}

TEST(MessageReader, RefusesNamesThatDoNotFillTheirRecord) {
  // The name of a PTR ends before the record does, and after it.
  Packet packet = Draft(kReply).ptr(Section::answer, "a", 1, "bc").packet();
  ASSERT_FALSE(decode(packet).malformed);
  packet.push_back(std::byte{0});
  const std::size_t length_at = packet.size() - 1 - 4 - 2;
  ASSERT_EQ(load_be16(packet, length_at), 4u);
  store_be16(packet, length_at, 5);
  EXPECT_TRUE(decode(packet).malformed);
  store_be16(packet, length_at, 3);
  EXPECT_TRUE(decode(packet).malformed);
  store_be16(packet, length_at, 0);
  EXPECT_TRUE(decode(packet).malformed);
}

TEST(MessageReader, RefusesAnSrvShorterThanItsNumbers) {
  for (std::size_t size = 0; size <= 6; ++size)
    EXPECT_TRUE(decode(Draft(kReply).add(Section::answer, kTypeSrv, "a", 1, Packet(size)).packet()).malformed)
        << size;
}

TEST(MessageReader, PassesOverRecordsOfTypesThatItDoesNotKnow) {
  const Decoded read = decode(Draft(kReply)
                                  .add(Section::answer, 13, "a.local", 1, bytes("whatever"))
                                  .a(Section::answer, "a.local", 1, {10, 0, 0, 1})
                                  .packet());
  EXPECT_FALSE(read.malformed);
  EXPECT_THAT(read.answers, SizeIs(2));
}

TEST(MessageReader, NeverReadsOutsideOfAPacketWhoseBytesWereChanged) {  // meant for the sanitizers
  const Packet whole = usual_reply();
  std::size_t read = 0;
  for (std::size_t at = 0; at < whole.size(); ++at)
    for (const unsigned value : {0x00u, 0x01u, 0x3Fu, 0x40u, 0xC0u, 0xFFu}) {
      Packet changed = whole;
      changed[at] = static_cast<std::byte>(value);
      const auto exact = std::make_unique<std::byte[]>(changed.size());  // so that a byte too far is seen
      std::copy(changed.begin(), changed.end(), exact.get());
      const Decoded decoded = decode(Bytes(exact.get(), changed.size()));
      read += decoded.answers.size() + decoded.additionals.size();
    }
  EXPECT_GT(read, 0u);
}

}  // namespace
}  // namespace otaru::mdns::test
