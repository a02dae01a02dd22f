#include "Print.h"

#include <string>

#include <gtest/gtest.h>

#include "IPAddress.h"

namespace {

class Paper : public Print {
 public:
  size_t write(uint8_t letter) override {
    text += static_cast<char>(letter);
    return 1;
  }
  using Print::write;
  std::string text;
};

TEST(ArduinoPrint, PrintsTextAndNumbers) {
  Paper paper;
  EXPECT_EQ(paper.print("ab"), 2u);
  paper.print('c');
  paper.print(String("d"));
  paper.print(F("e"));
  paper.print(-12);
  paper.print(7u);
  paper.print(2.345, 1);
  paper.print(true);
  EXPECT_EQ(paper.text, "abcde-1272.31");
}

TEST(ArduinoPrint, PrintsInOtherBases) {
  Paper paper;
  paper.print(255, HEX);
  paper.print(8, OCT);
  paper.print(static_cast<unsigned char>(5), BIN);
  paper.print(-1, HEX);
  paper.print(65, 0);
  EXPECT_EQ(paper.text, "FF10101FFFFFFFFA");
}

TEST(ArduinoPrint, EndsLinesAsASerialLineDoes) {
  Paper paper;
  EXPECT_EQ(paper.println("a"), 3u);
  paper.println();
  paper.println(16, HEX);
  paper.println(1.5, 3);
  EXPECT_EQ(paper.text, "a\r\n\r\n10\r\n1.500\r\n");
}

TEST(ArduinoPrint, FormatsAndPrintsAddresses) {
  Paper paper;
  EXPECT_EQ(paper.printf("%d/%s", 5, "x"), 3u);
  paper.print(IPAddress(192, 0, 2, 7));
  EXPECT_EQ(paper.text, "5/x192.0.2.7");
}

TEST(ArduinoIpAddress, IsFourBytesInNetworkOrder) {
  const IPAddress address(192, 0, 2, 7);
  EXPECT_EQ(address[3], 7);
  EXPECT_EQ(IPAddress(static_cast<uint32_t>(address)), address);
  EXPECT_NE(IPAddress(), address);
  EXPECT_STREQ(address.toString().c_str(), "192.0.2.7");
}

}  // namespace
