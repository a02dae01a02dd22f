#include <gtest/gtest.h>

#include <otaru/mdns/message.hpp>

#include "mdns/wire.hpp"

namespace otaru::mdns::test {
namespace {

int sign(int value) {
  return (value > 0) - (value < 0);
}

TEST(Rdata, IsOrderedByItsBytesAsUnsigned) {  // RFC 6762, 8.2.1
  const Packet low = bytes("\x7F");
  const Packet high = bytes("\x80");
  EXPECT_LT(compare({low, {}, {}}, {high, {}, {}}, Letters::exact), 0);
  EXPECT_GT(compare({high, {}, {}}, {low, {}, {}}, Letters::exact), 0);
  EXPECT_EQ(compare({low, {}, {}}, {low, {}, {}}, Letters::exact), 0);
}

TEST(Rdata, ComesFirstIfItIsTheBeginningOfTheOther) {  // 8.2.1
  const Packet shorter = bytes("ab");
  const Packet longer = bytes("abc");
  EXPECT_LT(compare({shorter, {}, {}}, {longer, {}, {}}, Letters::exact), 0);
  EXPECT_LT(compare({{}, {}, {}}, {longer, {}, {}}, Letters::exact), 0);
}

TEST(Rdata, ComparesNamesUncompressed) {
  const Packet plain = wire("host.local");
  const Packet packet = bytes(
      "\x05"
      "local" +
      std::string(1, '\0') +
      "\x04"
      "host\xC0" +
      std::string(1, '\0'));
  const Packet fixed(6);
  EXPECT_EQ(
      compare(Rdata{fixed, NameRef(Bytes(plain)), {}}, Rdata{fixed, NameRef(packet, 7), {}}, Letters::exact),
      0);
}

TEST(Rdata, ComparesTheLengthOfALabelBeforeItsLetters) {  // as its bytes stand on the wire
  const Packet longer = wire("aaaa.local");
  const Packet shorter = wire("zzz.local");
  EXPECT_GT(
      compare(Rdata{{}, NameRef(Bytes(longer)), {}}, Rdata{{}, NameRef(Bytes(shorter)), {}}, Letters::exact),
      0);
  const Packet beginning = wire("aaaa");
  EXPECT_LT(compare(Rdata{{}, NameRef(Bytes(beginning)), {}}, Rdata{{}, NameRef(Bytes(longer)), {}},
                    Letters::exact),
            0);
}

TEST(Rdata, ComparesWhatFollowsTheName) {
  const Packet name = wire("host.local");
  const Packet a = bytes("a");
  const Packet b = bytes("b");
  const NameRef ref{Bytes(name)};
  EXPECT_LT(compare({{}, ref, a}, {{}, ref, b}, Letters::exact), 0);
  EXPECT_LT(compare({{}, ref, {}}, {{}, ref, b}, Letters::exact), 0);
}

TEST(Rdata, TakesLettersOfNamesAsAlikeOnlyWhenAsked) {
  const Packet upper = wire("HOST.local");
  const Packet lower = wire("host.local");
  const Rdata a{{}, NameRef(Bytes(upper)), {}};
  const Rdata b{{}, NameRef(Bytes(lower)), {}};
  EXPECT_EQ(compare(a, b, Letters::either), 0);
  EXPECT_EQ(sign(compare(a, b, Letters::exact)), -1);
  const Packet text_upper = bytes("A");
  const Packet text_lower = bytes("a");
  EXPECT_NE(compare({text_upper, {}, {}}, {text_lower, {}, {}}, Letters::either), 0) << "not names";
}

}  // namespace
}  // namespace otaru::mdns::test
