#include <gtest/gtest.h>

#include <otaru/mdns/name.hpp>

#include "mdns/wire.hpp"

namespace otaru::mdns::test {
namespace {

using namespace std::string_literals;  // for texts with zeros in them

constexpr std::size_t kAt = 12;  // where names begin: after a header

Packet message(const std::string& after_header) {
  return bytes(std::string(kAt, '\0') + after_header);
}

TEST(Name, EndsAfterItsFinalZero) {
  EXPECT_EQ(name_end(message("\x05local\0rest"s), kAt), kAt + 7);
  EXPECT_EQ(name_end(message("\0"s), kAt), kAt + 1);
}

TEST(Name, EndsAfterItsFirstPointer) {
  const Packet packet = message(
      "\x05local\0\x01"
      "a\xC0\x0C"
      "rest"s);
  EXPECT_EQ(name_end(packet, kAt + 7), kAt + 11);
  EXPECT_EQ(dotted(NameRef(packet, kAt + 7)), "a.local");
}

TEST(Name, FollowsPointersThatLeadToPointers) {
  const Packet packet = message(
      "\x05local\0\x01"
      "a\xC0\x0C\x01"
      "b\xC0\x13"s);
  ASSERT_EQ(name_end(packet, kAt + 11), kAt + 15);
  EXPECT_EQ(dotted(NameRef(packet, kAt + 11)), "b.a.local");
}

TEST(Name, IsRefusedIfAPointerDoesNotLeadBackwards) {
  EXPECT_FALSE(name_end(message("\xC0\x0C"s), kAt)) << "to itself";
  EXPECT_FALSE(name_end(message("\xC0\x0E\x01"
                                "a\0"s),
                        kAt))
      << "forward";
  EXPECT_FALSE(name_end(message("\x01"
                                "a\xC0\x0C"s),
                        kAt))
      << "to its own beginning";
  EXPECT_FALSE(name_end(message("\xC0\x0E\xC0\x0C"s), kAt + 2)) << "two that lead to each other";
  EXPECT_FALSE(name_end(message("\x01"
                                "a\xC0\x0E\x01"
                                "b\xC0\x0C"s),
                        kAt + 4));
}

TEST(Name, IsRefusedIfAPointerLeadsIntoTheHeader) {
  EXPECT_FALSE(name_end(message("\xC0\x00"s), kAt));
  EXPECT_FALSE(name_end(message("\xC0\x0B"s), kAt));
}

TEST(Name, IsRefusedIfItLeavesTheMessage) {
  EXPECT_FALSE(name_end(message(""), kAt));
  EXPECT_FALSE(name_end(message("\x05loca"s), kAt));
  EXPECT_FALSE(name_end(message("\x05local"s), kAt)) << "no final zero";
  EXPECT_FALSE(name_end(message("\xC0"s), kAt)) << "half a pointer";
  EXPECT_FALSE(name_end(message("a"), 5000));
}

TEST(Name, IsRefusedIfALabelIsOfAnotherKind) {  // RFC 6891: 01 and 10 are not used
  EXPECT_FALSE(name_end(message(std::string("\x40") + std::string(64, 'a') + '\0'), kAt));
  EXPECT_FALSE(name_end(message(std::string("\x80") + std::string(128, 'a') + '\0'), kAt));
}

TEST(Name, IsRefusedOver255Bytes) {
  std::string text;
  for (int i = 0; i < 3; ++i) text += '\x3F' + std::string(63, 'a');
  const std::string longest = text + '\x3D' + std::string(61, 'a') + '\0';
  ASSERT_EQ(longest.size(), kMaxName);
  EXPECT_EQ(name_end(message(longest), kAt), kAt + 255);
  EXPECT_FALSE(name_end(message(text + '\x3E' + std::string(62, 'a') + '\0'), kAt));
}

TEST(Name, IsRefusedOver255BytesEvenIfPointersMakeItSo) {
  // Four pieces of 64 bytes, each of which ends in a pointer to the one before.
  const std::string label = '\x3F' + std::string(63, 'a');
  const std::string pieces = label + "\0"s + label + "\xC0\x0C"s + label + "\xC0\x4D"s;
  const Packet three = message(pieces);
  EXPECT_EQ(name_end(three, 143), three.size());
  EXPECT_FALSE(name_end(message(pieces + label + "\xC0\x8F"s), 209));
}

TEST(Name, IsTheSameInEitherCaseOfAsciiLettersOnly) {  // RFC 6762, 16
  const auto same = [](const std::string& a, const std::string& b) {
    const Packet wire_a = wire(a);
    const Packet wire_b = wire(b);
    return same_name(NameRef(Bytes(wire_a)), NameRef(Bytes(wire_b)));
  };
  EXPECT_TRUE(same("MyAmeba.local", "myameba.LOCAL"));
  EXPECT_FALSE(same("MyAmeba.local", "MyAmeba.loca"));
  EXPECT_FALSE(same("MyAmeba.local", "MyAmeba"));
  EXPECT_FALSE(same("a[.local", "a{.local")) << "not letters, though 32 apart";
  EXPECT_FALSE(same("a@.local", "a`.local"));
  EXPECT_FALSE(same("\xC3\x89.local", "\xC3\xA9.local")) << "UTF-8 letters differ";
}

TEST(Name, IsCopiedWithoutPointersOrNotAtAll) {
  const Packet packet = message(
      "\x05local\0\x01"
      "a\xC0\x0C"s);
  std::array<std::byte, 20> room{};
  ASSERT_EQ(copy_name(NameRef(packet, kAt + 7), room), 9u);
  EXPECT_TRUE(equal(Bytes(room).first(9), wire("a.local")));
  EXPECT_EQ(copy_name(NameRef(packet, kAt + 7), MutableBytes(room).first(8)), 0u);
}

TEST(Name, IsMadeFromDottedTextUpToTheFirstBadLabel) {
  EXPECT_TRUE(equal(wire("a.bc"), bytes("\x01"
                                        "a\x02"
                                        "bc\0"s)));
  EXPECT_TRUE(equal(wire("a..c"), wire("a")));
  EXPECT_TRUE(equal(wire("a." + std::string(64, 'b')), wire("a")));
  std::array<std::byte, 8> room{};
  EXPECT_EQ(append_labels(room, 0, "abc.def"), 4u) << "no room for def and the final zero";
}

TEST(Name, IsCutBetweenUtf8Characters) {
  EXPECT_EQ(cut_utf8("abc", 5), "abc");
  EXPECT_EQ(cut_utf8("abc", 2), "ab");
  EXPECT_EQ(cut_utf8("a\xC3\xA9", 2), "a");
  EXPECT_EQ(cut_utf8("a\xF0\x9F\x98\x80", 4), "a");
  EXPECT_EQ(cut_utf8("\xF0\x9F\x98\x80", 4), "\xF0\x9F\x98\x80");
}

}  // namespace
}  // namespace otaru::mdns::test
