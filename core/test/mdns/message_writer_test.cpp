#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/mdns/message_writer.hpp>

#include "mdns/wire.hpp"

namespace otaru::mdns::test {
namespace {

TEST(MessageWriter, WritesAQueryByteForByte) {  // RFC 1035, 4.1
  const Packet packet = Draft().ask(kTypePtr, "_arduino._tcp.local", true).packet();
  EXPECT_EQ(hex(packet),
            "000000000001000000000000"                    // header: one question
            "085f61726475696e6f045f746370056c6f63616c00"  // the name
            "000c8001");                                  // PTR, IN with the QU bit
}

TEST(MessageWriter, CompressesWhatItWroteBefore) {  // RFC 1035, 4.1.4
  const Packet packet = Draft(kReply)
                            .ptr(Section::answer, "_a._tcp.local", 4500, "X._a._tcp.local")
                            .srv(Section::additional, "X._a._tcp.local", 120, 8020, "X.local")
                            .packet();
  EXPECT_EQ(hex(packet),
            "000084000000000100000001"
            "025f61045f746370056c6f63616c00"
            "000c0001"
            "00001194"
            "0004"
            "0158c00c"
            "c025"
            "00218001"
            "00000078"
            "000a"
            "000000001f54"
            "0158"
            "c014");
}

TEST(MessageWriter, CompressesNoHostOfSrvForPlainDns) {  // RFC 2782; RFC 6762, 18.14
  std::array<std::byte, 200> buffer{};
  MessageWriter writer(buffer, 0, kReply);
  writer.write_srv_in_full();
  const Packet name = wire("x.local");
  const Packet fixed(6);
  ASSERT_TRUE(writer.record(Section::answer, Bytes(name), kTypeSrv, kClassIn, 1, {fixed, Bytes(name), {}}));
  const Packet packet(buffer.begin(), buffer.end());
  EXPECT_EQ(load_be16(packet, kHeaderLength + name.size() + 8), 6 + name.size());
}

TEST(MessageWriter, DoesNotMistakeItsOwnUnfinishedNameForAnEarlierOne) {
  const Decoded read = decode(Draft().ask(kTypeA, "a.a.a.a").ask(kTypeA, "a.a.a.a.a").packet());
  EXPECT_FALSE(read.malformed);
  EXPECT_THAT(read.questions, testing::ElementsAre("A a.a.a.a", "A a.a.a.a.a"));
}

TEST(MessageWriter, LeavesOutWhatDoesNotFitAndStaysWhole) {
  const Packet name = wire("board.local");
  const Packet other = wire("other.board.local");
  const Packet address(4);
  std::size_t refused = 0;
  for (std::size_t size = 0; size < 120; ++size) {
    std::vector<std::byte> buffer(size);
    MessageWriter writer(buffer, 0, kReply);
    std::size_t written = 0;
    for (const Packet& one : {name, other, name}) {
      const bool fits = writer.record(Section::answer, Bytes(one), kTypeA, kClassIn, 1, {address, {}, {}});
      written += fits ? 1u : 0u;
      refused += fits ? 0u : 1u;
    }
    const Bytes packet = writer.finish();
    ASSERT_LE(packet.size(), size);
    if (size < kHeaderLength) {
      EXPECT_TRUE(packet.empty());
      continue;
    }
    const Decoded read = decode(packet);
    EXPECT_FALSE(read.malformed);
    EXPECT_EQ(read.answers.size(), written);
  }
  EXPECT_GT(refused, 50u);
}

TEST(MessageWriter, GoesOnWhenItsTableOfNamesIsFull) {
  Draft draft;
  std::vector<std::string> expected;
  for (int i = 0; i < 60; ++i) {
    const std::string name = "n" + std::to_string(i) + ".x" + std::to_string(i % 7) + ".local";
    draft.ask(kTypeA, name);
    expected.push_back("A " + name);
  }
  const Decoded read = decode(draft.packet());
  EXPECT_FALSE(read.malformed);
  EXPECT_EQ(read.questions, expected);
}

}  // namespace
}  // namespace otaru::mdns::test
