#include "WString.h"

#include <gtest/gtest.h>

namespace {

TEST(ArduinoString, IsMadeOfTextAndNumbers) {
  EXPECT_STREQ(String("abc").c_str(), "abc");
  EXPECT_STREQ(String(static_cast<const char*>(nullptr)).c_str(), "");
  EXPECT_STREQ(String('x').c_str(), "x");
  EXPECT_STREQ(String(-7).c_str(), "-7");
  EXPECT_STREQ(String(255, 16).c_str(), "FF");
  EXPECT_STREQ(String(5, 2).c_str(), "101");
  EXPECT_STREQ(String(4000000000UL).c_str(), "4000000000");
  EXPECT_STREQ(String(3.14159).c_str(), "3.14");
  EXPECT_STREQ(String(2.5F, 0).c_str(), "2");
  EXPECT_STREQ(String(F("in flash")).c_str(), "in flash");
}

TEST(ArduinoString, GrowsByWhateverIsAdded) {
  String text = String("a") + 1 + 'b' + String("c") + 2.5;
  text += "d";
  text += 7L;
  EXPECT_STREQ(text.c_str(), "a1bc2.50d7");
  EXPECT_STREQ(("x" + String("y")).c_str(), "xy");
  EXPECT_EQ(text.length(), 10u);
}

TEST(ArduinoString, ComparesByItsLetters) {
  EXPECT_TRUE(String("a") == "a");
  EXPECT_TRUE(String("a") != String("b"));
  EXPECT_TRUE(String("a") < String("b"));
  EXPECT_TRUE(String("Ab").equalsIgnoreCase("aB"));
  EXPECT_FALSE(String("Ab").equalsIgnoreCase("aBc"));
  EXPECT_TRUE(String("prefix").startsWith("pre"));
  EXPECT_TRUE(String("prefix").startsWith("fix", 3));
  EXPECT_FALSE(String("prefix").startsWith("x", 99));
  EXPECT_TRUE(String("prefix").endsWith("fix"));
}

TEST(ArduinoString, FindsAndCuts) {
  const String text("one,two,three");
  EXPECT_EQ(text.indexOf(','), 3);
  EXPECT_EQ(text.indexOf(',', 4), 7);
  EXPECT_EQ(text.indexOf("three"), 8);
  EXPECT_EQ(text.indexOf("four"), -1);
  EXPECT_EQ(text.lastIndexOf(','), 7);
  EXPECT_STREQ(text.substring(4, 7).c_str(), "two");
  EXPECT_STREQ(text.substring(7, 4).c_str(), "two");
  EXPECT_STREQ(text.substring(8).c_str(), "three");
  EXPECT_STREQ(text.substring(99).c_str(), "");
}

TEST(ArduinoString, ChangesInPlace) {
  String text("  a-b-c \r\n");
  text.trim();
  text.replace('-', '+');
  text.replace("+", "--");
  text.toUpperCase();
  EXPECT_STREQ(text.c_str(), "A--B--C");
  text.remove(1, 2);
  text.remove(99);
  text.setCharAt(0, 'x');
  text[1] = 'y';
  text[99] = 'z';
  EXPECT_STREQ(text.c_str(), "xy--C");
  String spaces(" \t ");
  spaces.trim();
  EXPECT_STREQ(spaces.c_str(), "");
}

TEST(ArduinoString, ReadsNumbersAndGivesBytes) {
  EXPECT_EQ(String("42 apples").toInt(), 42);
  EXPECT_EQ(String("none").toInt(), 0);
  EXPECT_FLOAT_EQ(String("2.5").toFloat(), 2.5F);
  char buffer[4];
  String("abcdef").toCharArray(buffer, sizeof buffer, 1);
  EXPECT_STREQ(buffer, "bcd");
  EXPECT_EQ(String("a").charAt(9), '\0');
}

}  // namespace
