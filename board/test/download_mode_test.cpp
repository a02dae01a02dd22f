// The model of ROM and loader, by the bytes of docs/SPEC-serial.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/board/download_mode.hpp>
#include <otaru/board/factory.hpp>

namespace otaru::board {
namespace {

using std::chrono::milliseconds;
using List = std::vector<int>;

constexpr int kAck = 0x06, kNak = 0x15, kCancel = 0x18;

class DownloadModeTest : public ::testing::Test {
 protected:
  DownloadModeTest() {
    mode_.reset(now_);
    (void)answer();  // the banner
  }

  List answer() {
    List bytes;
    for (const auto& output : mode_.take_output())
      for (const std::byte b : output.bytes) bytes.push_back(std::to_integer<int>(b));
    return bytes;
  }

  List send(const List& bytes, std::uint32_t baud = 0) {
    std::vector<std::byte> out;
    for (const int b : bytes) out.push_back(static_cast<std::byte>(b));
    mode_.receive(out, baud == 0 ? mode_.baud() : baud, now_);
    return answer();
  }

  List wait(milliseconds length) {
    for (const milliseconds end = now_ + length; now_ < end; now_ += milliseconds{1}) mode_.tick(now_);
    return answer();
  }

  static List frame(int sequence, std::uint32_t address, const List& data) {
    List bytes{0x02, sequence, ~sequence & 0xFF};
    unsigned sum = 0;
    for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<int>(address >> (8 * i) & 0xFF));
    for (int i = 0; i < 1024; ++i)
      bytes.push_back(i < static_cast<int>(data.size()) ? data[static_cast<std::size_t>(i)] : 0xFF);
    for (std::size_t i = 3; i < bytes.size(); ++i) sum += static_cast<unsigned>(bytes[i]);
    bytes.push_back(static_cast<int>(sum & 0xFF));
    return bytes;
  }

  void start_loader() {
    ASSERT_EQ(send({0x07}), List{kAck});
    const auto loader = make_stand_in_loader();
    int sequence = 1;
    for (std::size_t at = 0; at < loader.size(); at += 1024) {
      List data;
      for (std::size_t i = at; i < std::min(at + 1024, loader.size()); ++i)
        data.push_back(std::to_integer<int>(loader[i]));
      ASSERT_EQ(send(frame(sequence++, 0x0008'2000 + static_cast<std::uint32_t>(at), data)), List{kAck});
    }
    ASSERT_EQ(send({0x04}), List{kAck});
    ASSERT_EQ(mode_.stage(), DownloadMode::Stage::loader);
  }

  milliseconds now_{0};
  std::vector<std::byte> flash_ = make_factory_flash(flash::kAmebaD2Mb);
  NorModel part_{flash_};
  DownloadMode mode_{part_};
};

TEST_F(DownloadModeTest, TheRomAsksTwentyTimesASecond) {
  const List asked = wait(milliseconds{1000});
  EXPECT_GE(asked.size(), 18u);
  EXPECT_LE(asked.size(), 20u);
  EXPECT_THAT(asked, ::testing::Each(kNak));
}

TEST_F(DownloadModeTest, TheRomKnowsNothingOfFlash) {
  EXPECT_EQ(send({0x17, 0, 0x60, 0, 1, 0}), List{});
  EXPECT_EQ(send({0x26, 1, 1, 0}), List{});
  EXPECT_EQ(send({0x27, 0, 0x60, 0, 8, 0, 0}), List{});
  EXPECT_EQ(part_.operations(), 0u);
}

TEST_F(DownloadModeTest, SetBaudIsAnsweredAtTheOldRateAndThenBothSwitch) {
  const std::vector<std::byte> command{std::byte{0x05}, std::byte{0x18}};
  mode_.receive(command, 115'200, now_);
  const auto output = mode_.take_output();
  ASSERT_EQ(output.size(), 1u);
  EXPECT_EQ(output[0].baud, 115'200u);
  EXPECT_EQ(mode_.baud(), 1'500'000u);
  EXPECT_EQ(send({0x07}), List{kAck});
  EXPECT_EQ(send({0x05, 0x33}), List{kNak}) << "an index that means nothing";
}

TEST_F(DownloadModeTest, BytesAtAnotherRateMeanNothing) {
  EXPECT_EQ(send({0x07}, 1'500'000), List{});
}

TEST_F(DownloadModeTest, DataNeedsCheckBaudFirst) {
  EXPECT_EQ(send({0x02, 0x01}), List{});
  EXPECT_EQ(send({0x07}), List{kAck});
  EXPECT_EQ(send(frame(1, 0x0008'2000, {1, 2})), List{kAck});
}

TEST_F(DownloadModeTest, AWrongChecksumOrNumberIsRefusedAndTheSixthInARowEndsIt) {
  ASSERT_EQ(send({0x07}), List{kAck});
  List bad = frame(1, 0x0008'2000, {1});
  bad.back() ^= 1;
  for (int i = 0; i < 5; ++i) ASSERT_EQ(send(i % 2 == 0 ? bad : frame(7, 0x0008'2000, {1})), List{kNak});
  EXPECT_EQ(send(bad), List{kCancel});
}

TEST_F(DownloadModeTest, AFrameThatComesAgainIsAcknowledgedAgain) {
  ASSERT_EQ(send({0x07}), List{kAck});
  EXPECT_EQ(send(frame(1, 0x0008'2000, {1})), List{kAck});
  EXPECT_EQ(send(frame(1, 0x0008'2000, {1})), List{kAck});
  EXPECT_EQ(send(frame(2, 0x0008'2400, {1})), List{kAck});
}

TEST_F(DownloadModeTest, ASequenceStartsAtOneAndWrapsFrom255To0) {
  ASSERT_EQ(send({0x07}), List{kAck});
  EXPECT_EQ(send(frame(0, 0x0008'2000, {})), List{kNak});
  for (int i = 1; i < 300; ++i) ASSERT_EQ(send(frame(i & 0xFF, 0x0008'2000, {i & 0xFF})), List{kAck}) << i;
}

TEST_F(DownloadModeTest, AFrameThatStopsInTheMiddleIsAskedForAgain) {
  ASSERT_EQ(send({0x07}), List{kAck});
  List half = frame(1, 0x0008'2000, {1});
  half.resize(500);
  EXPECT_EQ(send(half), List{});
  EXPECT_EQ(wait(milliseconds{310}), List{kNak});
  EXPECT_EQ(send(frame(1, 0x0008'2000, {1})), List{kAck});
}

TEST_F(DownloadModeTest, WhatIsNoLoaderOfOursIsSilentUntilAReset) {
  ASSERT_EQ(send({0x07}), List{kAck});
  ASSERT_EQ(send(frame(1, 0x0008'2000, {1, 2, 3})), List{kAck});
  ASSERT_EQ(send({0x04}), List{kAck});
  EXPECT_EQ(mode_.stage(), DownloadMode::Stage::lost);
  EXPECT_EQ(wait(milliseconds{5000}), List{});
  mode_.reset(now_);
  EXPECT_FALSE(wait(milliseconds{200}).empty());
}

TEST_F(DownloadModeTest, FlashIsProtectedUntilTheStatusRegisterIsCleared) {
  ASSERT_NO_FATAL_FAILURE(start_loader());
  EXPECT_EQ(send({0x17, 0, 0, 0x10, 1, 0}), List{kAck});
  EXPECT_EQ(part_.operations(), 0u) << "a protected part ignores it, and nobody is told";
  EXPECT_EQ(send({0x26, 1, 1, 0}), List{kAck});
  EXPECT_EQ(send({0x17, 0, 0, 0x10, 1, 0}), List{kAck});
  EXPECT_TRUE(is_blank(Bytes(flash_).subspan(0x10'0000, 0x1000)));
}

TEST_F(DownloadModeTest, DataToFlashOnlyClearsBits) {
  ASSERT_NO_FATAL_FAILURE(start_loader());
  ASSERT_EQ(send({0x26, 1, 1, 0}), List{kAck});
  ASSERT_EQ(send({0x07}), List{kAck});
  EXPECT_EQ(send(frame(1, 0x0800'6000, {0x0F})), List{kAck});
  EXPECT_EQ(send(frame(2, 0x0800'6000, {0xF3})), List{kAck});
  EXPECT_EQ(flash_[0x6000], std::byte{0x03});
  EXPECT_EQ(send(frame(3, 0x0900'0000, {1})), List{kNak}) << "behind the part";
}

TEST_F(DownloadModeTest, AChecksumSumsWordsAndTakesAShortLastOne) {
  ASSERT_NO_FATAL_FAILURE(start_loader());
  for (int i = 0; i < 6; ++i) flash_[0x6000u + static_cast<unsigned>(i)] = static_cast<std::byte>(i + 1);
  EXPECT_EQ(send({0x27, 0x00, 0x60, 0x00, 6, 0, 0}), (List{0x27, 0x06, 0x08, 0x03, 0x04}));
}

TEST_F(DownloadModeTest, ReadSendsFramesAndWantsEachAcknowledged) {
  ASSERT_NO_FATAL_FAILURE(start_loader());
  List got = send({0x20, 0x00, 0x40, 0x00, 1, 0});
  for (int number = 1; number <= 4; ++number) {
    ASSERT_EQ(got.size(), 1028u);
    EXPECT_EQ(got[0], 0x02);
    EXPECT_EQ(got[1], number);
    EXPECT_EQ(got[2], ~number & 0xFF);
    unsigned sum = 0;
    for (int i = 0; i < 1024; ++i) {
      const auto at = static_cast<std::size_t>(i);
      EXPECT_EQ(got[3 + at],
                std::to_integer<int>(flash_[0x4000 + static_cast<std::size_t>(number - 1) * 1024 + at]));
      sum += static_cast<unsigned>(got[3 + at]);
    }
    EXPECT_EQ(got[1027], static_cast<int>(sum & 0xFF));
    if (number == 2) {
      EXPECT_EQ(send({kNak}), got) << "the same again";
    }
    got = send({kAck});
  }
  EXPECT_EQ(got, List{0x04});
  EXPECT_EQ(send({kAck}), List{});
  EXPECT_THAT(wait(milliseconds{200}), ::testing::Contains(kNak));
}

TEST_F(DownloadModeTest, RangesOutsideThePartAreRefused) {
  ASSERT_NO_FATAL_FAILURE(start_loader());
  ASSERT_EQ(send({0x26, 1, 1, 0}), List{kAck});
  EXPECT_EQ(send({0x17, 0, 0xF0, 0x1F, 2, 0}), List{kNak});
  EXPECT_EQ(send({0x17, 1, 0, 0, 1, 0}), List{kNak}) << "not on a sector";
  EXPECT_EQ(send({0x20, 0, 0xF0, 0x1F, 2, 0}), List{kNak});
  EXPECT_EQ(send({0x27, 0, 0xF0, 0x1F, 1, 0x10, 0}), List{kNak});
  EXPECT_EQ(part_.operations(), 0u);
}

TEST_F(DownloadModeTest, AResetForgetsLoaderRateAndClearedProtection) {
  ASSERT_NO_FATAL_FAILURE(start_loader());
  ASSERT_EQ(send({0x26, 1, 1, 0}), List{kAck});
  ASSERT_EQ(send({0x05, 0x18}), List{kAck});
  mode_.reset(now_);
  EXPECT_EQ(mode_.stage(), DownloadMode::Stage::rom);
  EXPECT_EQ(mode_.baud(), 115'200u);
  EXPECT_TRUE(mode_.flash_protected());
}

}  // namespace
}  // namespace otaru::board
