#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/serial_wire.hpp>

namespace otaru::host::serial {
namespace {

std::vector<int> numbers(Bytes bytes) {
  std::vector<int> list;
  for (const std::byte b : bytes) list.push_back(std::to_integer<int>(b));
  return list;
}

using ::testing::ElementsAre;

TEST(SerialWire, ADataFrameIsTheBytesOfTheSpecification) {
  const std::array data{std::byte{0xAB}, std::byte{0xCD}};
  const Frame frame = data_frame(0x01, 0x0800'6000, data);
  EXPECT_THAT(numbers(Bytes(frame).first(10)),
              ElementsAre(0x02, 0x01, 0xFE, 0x00, 0x60, 0x00, 0x08, 0xAB, 0xCD, 0xFF));
  // Low byte of 0x60 + 0x08 + 0xAB + 0xCD + 1022 * 0xFF.
  EXPECT_EQ(std::to_integer<unsigned>(frame.back()), (0x60u + 0x08 + 0xAB + 0xCD + 1022 * 0xFF) & 0xFF);
  EXPECT_EQ(frame.size(), 1032u);
}

TEST(SerialWire, TheSumIsThatOfToolsThatCountFromTheFirstByteAndStartAt0xFF) {
  // Another public reading of the same byte: 0xFF and all bytes before the sum. Both agree for every number.
  for (unsigned sequence = 0; sequence < 256; ++sequence) {
    const Frame frame = data_frame(static_cast<std::uint8_t>(sequence), 0x0008'2000 + sequence, {});
    EXPECT_EQ(static_cast<std::byte>(byte_sum(Bytes(frame).first(1031), 0xFF)), frame.back());
  }
}

TEST(SerialWire, CommandsAreTheBytesOfTheSpecification) {
  EXPECT_THAT(numbers(erase_command(0x12'3000, 0x0145)), ElementsAre(0x17, 0x00, 0x30, 0x12, 0x45, 0x01));
  EXPECT_THAT(numbers(read_command(0x10'6000, 2)), ElementsAre(0x20, 0x00, 0x60, 0x10, 0x02, 0x00));
  EXPECT_THAT(numbers(checksum_command(0x00'6000, 0x02'E001)),
              ElementsAre(0x27, 0x00, 0x60, 0x00, 0x01, 0xE0, 0x02));
}

TEST(SerialWire, RatesHaveTheIndicesOfTheSpecification) {
  EXPECT_EQ(baud_index(115'200), 0x0D);
  EXPECT_EQ(baud_index(230'400), 0x10);
  EXPECT_EQ(baud_index(460'800), 0x12);
  EXPECT_EQ(baud_index(921'600), 0x14);
  EXPECT_EQ(baud_index(1'500'000), 0x18);
  EXPECT_EQ(baud_index(3'000'000), 0x1D);
  EXPECT_FALSE(baud_index(9'600));
  EXPECT_THAT(known_bauds(), ::testing::HasSubstr("1500000"));
}

TEST(SerialWire, TheWordSumTakesAShortLastWordAsItsLowBytes) {
  const std::array bytes{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}, std::byte{5}, std::byte{6}};
  EXPECT_EQ(word_sum(bytes), 0x0403'0201u + 0x0605u);
  EXPECT_EQ(word_sum({}), 0u);
}

TEST(SerialWire, AFrameFromTheBoardIsTakenOnlyWhole) {
  std::vector<std::byte> frame(kReadFrameSize, std::byte{0x11});
  frame[0] = std::byte{0x02};
  frame[1] = std::byte{7};
  frame[2] = std::byte{0xF8};
  frame.back() = static_cast<std::byte>(1024 * 0x11 & 0xFF);
  ASSERT_TRUE(read_frame_data(frame, 7));
  EXPECT_EQ(read_frame_data(frame, 7)->size(), kFrameData);
  EXPECT_FALSE(read_frame_data(frame, 8));
  unsigned refused = 0;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    frame[i] ^= std::byte{0x40};
    if (!read_frame_data(frame, 7)) ++refused;
    frame[i] ^= std::byte{0x40};
  }
  EXPECT_EQ(refused, frame.size());
}

}  // namespace
}  // namespace otaru::host::serial
