// The uploader against the modelled board, on a line without faults.
#include "upload.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/failure.hpp>

namespace otaru::serial_test {
namespace {

using flash::kAmebaD2Mb;
using flash::SlotId;
using serial::EraseFirst;
using serial::FlashPiece;
using serial::plan_upload;
using Kind = serial::SerialFailure::Kind;
using ::testing::HasSubstr;

/// What flash must be afterwards, told without the plan: `before`, with the pieces in it and the rest of
/// their slot's sectors blank.
std::vector<std::byte> with_image(std::vector<std::byte> flash, const FlashPiece& piece) {
  const std::uint32_t end = align_up(piece.end(), flash::kSectorSize);
  for (std::uint32_t at = piece.offset; at < end; ++at)
    flash[at] = at < piece.end() ? piece.bytes[at - piece.offset] : std::byte{0xFF};
  return flash;
}

void blank(std::vector<std::byte>& flash, std::uint32_t offset, std::uint32_t size) {
  std::fill_n(flash.begin() + static_cast<std::ptrdiff_t>(offset), size, std::byte{0xFF});
}

FlashPiece boot_piece(const BoardPort& port, const flash::Region& region, std::uint32_t size,
                      std::byte change) {
  const auto from = port.flash.begin() + static_cast<std::ptrdiff_t>(region.offset);
  FlashPiece piece{"boot", region.offset, {from, from + static_cast<std::ptrdiff_t>(size)}};
  piece.bytes[100] ^= change;
  return piece;
}

TEST(SerialUpload, PutsTheImageIntoOta1AndEndsAnOlderOneInOta2) {
  BoardPort port;
  preset(port, kAmebaD2Mb.ota2, image_piece(7).bytes);
  ASSERT_EQ(boots(port), SlotId::ota2);
  const FlashPiece piece = image_piece(1, 50'001);
  auto expected = with_image(port.flash, piece);
  blank(expected, kAmebaD2Mb.ota2.offset, flash::kSectorSize);
  Watcher watcher;
  const Outcome outcome = upload(port, plan_upload({piece}, {}), watcher);
  EXPECT_FALSE(outcome.failure) << outcome.message;
  EXPECT_EQ(port.flash, expected);
  EXPECT_EQ(boots(port), SlotId::ota1);
  EXPECT_TRUE(watcher.in_bounds);
}

TEST(SerialUpload, LeavesOta2BootingIfAsked) {
  BoardPort port;
  preset(port, kAmebaD2Mb.ota2, image_piece(7).bytes);
  const FlashPiece piece = image_piece(1);
  const auto expected = with_image(port.flash, piece);
  Watcher watcher;
  EXPECT_FALSE(upload(port, plan_upload({piece}, {.keep_ota2 = true}), watcher).failure);
  EXPECT_EQ(port.flash, expected);
  EXPECT_EQ(boots(port), SlotId::ota2);
}

class SerialUploadAt : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(SerialUploadAt, EveryRateWorks) {
  BoardPort port;
  const FlashPiece piece = image_piece(1);
  auto options = session_options();
  options.baud = GetParam();
  Watcher watcher;
  const Outcome outcome = upload(port, plan_upload({piece}, {}), watcher, options);
  EXPECT_FALSE(outcome.failure) << outcome.message;
  EXPECT_EQ(boots(port), SlotId::ota1);
  EXPECT_THAT(port.rates, ::testing::Contains(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Rates, SerialUploadAt,
                         ::testing::Values(115'200, 230'400, 460'800, 921'600, 1'500'000, 3'000'000));

TEST(SerialUpload, ErasesBothSlotsWhole) {
  BoardPort port;
  std::fill_n(port.flash.begin() + 0x80000, 100, std::byte{1});
  std::fill_n(port.flash.begin() + 0x180000, 100, std::byte{2});
  const FlashPiece piece = image_piece(1);
  auto expected = port.flash;
  blank(expected, kAmebaD2Mb.ota1.offset, kAmebaD2Mb.ota1.size);
  blank(expected, kAmebaD2Mb.ota2.offset, kAmebaD2Mb.ota2.size);
  expected = with_image(expected, piece);
  Watcher watcher;
  const Outcome outcome = upload(port, plan_upload({piece}, {.erase = EraseFirst::slots}), watcher);
  EXPECT_FALSE(outcome.failure) << outcome.message;
  EXPECT_EQ(port.flash, expected);
}

TEST(SerialUpload, ErasesAllAndThenUploadsButKeepsTheRadiosCalibration) {
  BoardPort port;
  const std::vector<FlashPiece> pieces{image_piece(1), boot_piece(port, kAmebaD2Mb.km0_boot, 0x1420, {}),
                                       boot_piece(port, kAmebaD2Mb.km4_boot, 0x1760, {})};
  std::vector<std::byte> expected(kAmebaD2Mb.size, std::byte{0xFF});
  for (const FlashPiece& piece : pieces) copy(piece.bytes, MutableBytes(expected).subspan(piece.offset));
  copy(Bytes(port.flash).subspan(0x5FF0, 16), MutableBytes(expected).subspan(0x5FF0));
  Watcher watcher;
  const Outcome outcome = upload(port, plan_upload(pieces, {.erase = EraseFirst::all}), watcher);
  EXPECT_FALSE(outcome.failure) << outcome.message;
  EXPECT_EQ(port.flash, expected);
}

TEST(SerialUpload, AShortBootImageLeavesTheCalibrationInASectorThatItDoesNotReachAlone) {
  BoardPort port;
  const std::vector<FlashPiece> pieces{image_piece(1), boot_piece(port, kAmebaD2Mb.km0_boot, 0x1000, {}),
                                       boot_piece(port, kAmebaD2Mb.km4_boot, 0x0F00, {})};
  const std::vector<std::byte> calibration(port.flash.begin() + 0x5FF0, port.flash.begin() + 0x6000);
  Watcher watcher;
  const Outcome outcome = upload(port, plan_upload(pieces, {.erase = EraseFirst::all}), watcher);
  EXPECT_FALSE(outcome.failure) << outcome.message;
  EXPECT_TRUE(equal(Bytes(port.flash).subspan(0x5FF0, 16), calibration));
  EXPECT_TRUE(is_blank(Bytes(port.flash).subspan(0x5000, 0xFF0)));
}

TEST(SerialUpload, NewBootImagesKeepWhatElseIsInTheirSectors) {
  BoardPort port;
  const FlashPiece km4 = boot_piece(port, kAmebaD2Mb.km4_boot, 0x1500, std::byte{0xFF});
  auto expected = port.flash;
  copy(km4.bytes, MutableBytes(expected).subspan(km4.offset));
  Watcher watcher;
  const Outcome outcome = upload(port, plan_upload({km4}, {}), watcher);
  EXPECT_FALSE(outcome.failure) << outcome.message;
  EXPECT_EQ(port.flash, expected);
}

TEST(SerialUpload, BootImagesThatAreThereAlreadyAreNotWrittenAgain) {
  BoardPort port;
  const FlashPiece km0 = boot_piece(port, kAmebaD2Mb.km0_boot, 0x1420, {});
  Watcher watcher;
  EXPECT_FALSE(upload(port, plan_upload({km0}, {}), watcher).failure);
  EXPECT_EQ(port.part.operations(), 0u);
}

TEST(SerialUpload, AFileInTheMiddleOfASectorKeepsItsNeighbours) {
  BoardPort port;
  const FlashPiece piece{"settings", 0x10'0F80, std::vector<std::byte>(0x100, std::byte{0x42})};
  auto expected = port.flash;
  copy(piece.bytes, MutableBytes(expected).subspan(piece.offset));
  Watcher watcher;
  const Outcome outcome = upload(port, plan_upload({piece}, {}), watcher);
  EXPECT_FALSE(outcome.failure) << outcome.message;
  EXPECT_EQ(port.flash, expected);
}

TEST(SerialUpload, OnOta2LeavesOta1AndBoots) {
  BoardPort port;
  FlashPiece piece = image_piece(3);
  piece.offset = kAmebaD2Mb.ota2.offset;
  const auto expected = with_image(port.flash, piece);
  Watcher watcher;
  EXPECT_FALSE(upload(port, plan_upload({piece}, {}), watcher).failure);
  EXPECT_EQ(port.flash, expected);
  EXPECT_EQ(boots(port), SlotId::ota2);
}

TEST(SerialUpload, ReadsBackWhatTheBoardHolds) {
  BoardPort port;
  Watcher watcher;
  serial::SerialSession session(port, port.time, session_options(), watcher);
  const auto content = session.read(0, kAmebaD2Mb.size);
  EXPECT_EQ(content, port.flash);
}

TEST(SerialUpload, VerifyFindsASwapThatAChecksumDoesNotSee) {
  BoardPort port;
  FlashPiece piece = image_piece(1);
  preset(port, kAmebaD2Mb.ota1, piece.bytes);
  Watcher watcher;
  const auto compare = [&] {
    port.board.reset(port.time.now());
    port.baud = 115'200;
    return serial::SerialSession(port, port.time, session_options(), watcher).verify({piece}, kAmebaD2Mb);
  };
  EXPECT_TRUE(compare().differences.empty());
  const std::uint32_t at = kAmebaD2Mb.ota1.offset + 400;
  std::swap_ranges(port.flash.begin() + at, port.flash.begin() + at + 4, port.flash.begin() + at + 8);
  ASSERT_EQ(serial::word_sum(piece.bytes),
            serial::word_sum(Bytes(port.flash).subspan(piece.offset, piece.bytes.size())));
  const auto found = compare().differences;
  ASSERT_EQ(found.size(), 1u);
  EXPECT_GE(found[0].first, at);
  EXPECT_LT(found[0].first, at + 4);
}

TEST(SerialUpload, VerifyTellsOfAnOlderProgramThatBootsInstead) {
  BoardPort port;
  const FlashPiece piece = image_piece(1);
  preset(port, kAmebaD2Mb.ota1, piece.bytes);
  preset(port, kAmebaD2Mb.ota2, image_piece(7).bytes);
  Watcher watcher;
  EXPECT_TRUE(serial::SerialSession(port, port.time, session_options(), watcher)
                  .verify({piece}, kAmebaD2Mb)
                  .older_ota2);
}

TEST(SerialUpload, WithAWrongLoaderSaysSoAndChangesNothing) {
  BoardPort port;
  const auto before = port.flash;
  auto options = session_options();
  options.loader[2000] ^= std::byte{1};
  Watcher watcher;
  const Outcome outcome = upload(port, plan_upload({image_piece(1)}, {}), watcher, options);
  EXPECT_EQ(outcome.failure, Kind::refused);
  EXPECT_THAT(outcome.message, HasSubstr("--loader"));
  EXPECT_EQ(port.flash, before);
}

TEST(SerialUpload, ABoardThatSaysNothingIsNoBoard) {
  BoardPort port;
  port.alive = false;
  (void)port.board.take_output();
  Watcher watcher;
  const Outcome outcome = upload(port, plan_upload({image_piece(1)}, {}), watcher);
  EXPECT_EQ(outcome.failure, Kind::no_board);
  EXPECT_THAT(outcome.message, HasSubstr("download button"));
}

TEST(SerialUpload, ABoardThatOnlySendsNakIsToldApartFromSuccess) {
  BoardPort port;
  port.to_board = [](std::size_t, std::byte) { return std::optional<std::byte>(); };
  Watcher watcher;
  const auto before = port.flash;
  const Outcome outcome = upload(port, plan_upload({image_piece(1)}, {}), watcher);
  EXPECT_EQ(outcome.failure, Kind::refused);
  EXPECT_EQ(port.flash, before);
}

TEST(SerialUpload, FailsOnAPartThatStaysProtected) {
  // The model protects flash until 26 01 01 00: an upload that forgot it could not end well.
  BoardPort port;
  std::size_t found = 0;
  std::vector<std::byte> last;
  port.to_board = [&](std::size_t, std::byte b) -> std::optional<std::byte> {
    last.push_back(b);
    if (last.size() > 4) last.erase(last.begin());
    const std::vector<std::byte> command{std::byte{0x26}, std::byte{1}, std::byte{1}, std::byte{0}};
    if (last != command) return b;
    ++found;
    return std::byte{0x1C};
  };
  Watcher watcher;
  const Outcome outcome = upload(port, plan_upload({image_piece(1)}, {}), watcher);
  EXPECT_GT(found, 0u);
  EXPECT_EQ(outcome.failure, Kind::refused) << outcome.message;
  EXPECT_EQ(port.part.operations(), 0u);
}

TEST(SerialUpload, StoppedByTheUserSaysWhatTheBoardHolds) {
  BoardPort port;
  Watcher watcher;
  watcher.stop_after = 3;
  const Outcome outcome = upload(port, plan_upload({image_piece(1)}, {}), watcher);
  EXPECT_EQ(outcome.failure, Kind::interrupted);
  EXPECT_THAT(outcome.message, HasSubstr("same command again"));
}

TEST(SerialUpload, EraseAllWithoutBootImagesIsRefusedBeforeAnythingIsDone) {
  EXPECT_THROW((void)plan_upload({image_piece(1)}, {.erase = EraseFirst::all}), host::BadInput);
  EXPECT_THROW((void)plan_upload({image_piece(1)}, {.erase = EraseFirst::slots, .keep_ota2 = true}),
               host::BadInput);
}

}  // namespace
}  // namespace otaru::serial_test
