#include <gtest/gtest.h>

#include <otaru/mdns/txt.hpp>

#include "mdns/wire.hpp"

namespace otaru::mdns::test {
namespace {

TEST(Txt, IsAListOfStringsEachWithItsLength) {  // RFC 6763, 6.1
  Txt<> txt;
  EXPECT_EQ(txt.add("a", "b"), Status::ok);
  EXPECT_EQ(txt.add("otaru", "1"), Status::ok);
  EXPECT_EQ(hex(txt.bytes()),
            "03613d62"
            "076f746172753d31");
  txt.clear();
  EXPECT_TRUE(txt.bytes().empty());
}

TEST(Txt, RefusesAnEqualsSignThatArduinosIdeCannotRead) {
  Txt<> txt;
  EXPECT_EQ(txt.add("ver", "a=b"), Status::out_of_range);
  EXPECT_EQ(txt.add("v=r", "1"), Status::out_of_range);
  EXPECT_TRUE(txt.bytes().empty());
}

TEST(Txt, RefusesWhatDoesNotFitAndStaysAsItWas) {
  Txt<8> txt;
  EXPECT_EQ(txt.add("", "1"), Status::too_short);
  EXPECT_EQ(txt.add("a", "123456"), Status::too_short);
  EXPECT_TRUE(txt.bytes().empty());
  EXPECT_EQ(txt.add("a", "12345"), Status::ok);
  EXPECT_EQ(txt.add("a", ""), Status::too_short);
  Txt<600> large;
  EXPECT_EQ(large.add("k", std::string(254, 'x')), Status::too_short) << "256 bytes in one string";
  EXPECT_EQ(large.add("k", std::string(253, 'x')), Status::ok);
  EXPECT_EQ(large.add(std::string(300, 'k'), "x"), Status::too_short);
}

TEST(Txt, FindsValuesByKeysInEitherCase) {  // RFC 6763, 6.4
  const Packet txt = bytes(std::string("\x07") + "Board=x" + '\x04' + "flag" + '\x07' + "board=y");
  EXPECT_EQ(txt_value(txt, "board"), "x") << "the first counts";
  EXPECT_EQ(txt_value(txt, "flag"), "");
  EXPECT_EQ(txt_value(txt, "boar"), "");
  EXPECT_EQ(txt_value({}, "board"), "");
}

TEST(Txt, IsReadUpToWhereItBreaks) {
  const Packet txt = bytes(std::string("\x03") + "a=1" + '\x09' + "b=2");
  EXPECT_EQ(txt_value(txt, "a"), "1");
  EXPECT_EQ(txt_value(txt, "b"), "");
  TxtWalk walk(txt);
  std::string_view entry;
  EXPECT_TRUE(walk.next(entry));
  EXPECT_FALSE(walk.next(entry));
  EXPECT_FALSE(walk.next(entry));
}

TEST(Txt, PassesOverEmptyStrings) {  // RFC 6763, 6.4
  const Packet txt = bytes(std::string("\0\0\x03", 3) + "a=1");
  EXPECT_EQ(txt_value(txt, "a"), "1");
}

}  // namespace
}  // namespace otaru::mdns::test
