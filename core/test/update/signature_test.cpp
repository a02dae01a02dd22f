#include <array>

#include <flash/flash_log.hpp>
#include <flash/small_layout.hpp>
#include <gtest/gtest.h>
#include <update/board_flash.hpp>

#include <otaru/update/signature.hpp>

namespace otaru::update {
namespace {

using flash::kSmallLayout;
using flash::LogEntry;
using flash::Operation;
using flash::RamFlash;

constexpr const flash::Slot& kSlot = kSmallLayout.ota2;

TEST(Signature, IsSetOverErasedBytesWithOneProgram) {
  RamFlash part(kSmallLayout.size);
  flash::FlashLog log(part);
  EXPECT_EQ(set_signature(part, kSlot), Status::ok);
  EXPECT_EQ(content(part, kSlot, 8), Image(image::kImage2Signature.begin(), image::kImage2Signature.end()));
  EXPECT_EQ(log.changes(), (std::vector<LogEntry>{{Operation::program, kSlot.offset, 8}}));
}

TEST(Signature, ThatDoesNotStickIsAFailure) {
  RamFlash part = used_part(kSmallLayout);
  EXPECT_EQ(set_signature(part, kSlot), Status::flash_failed);
}

TEST(Signature, IsClearedByProgrammingItsFirstFourBytes) {
  RamFlash part(kSmallLayout.size);
  ASSERT_EQ(set_signature(part, kSlot), Status::ok);
  flash::FlashLog log(part);
  EXPECT_EQ(clear_signature(part, kSlot), Status::ok);
  EXPECT_EQ(log.changes(), (std::vector<LogEntry>{{Operation::program, kSlot.offset, 4}}));
  const Image expected{std::byte{0},   std::byte{0},   std::byte{0},   std::byte{0},
                       std::byte{'8'}, std::byte{'7'}, std::byte{'1'}, std::byte{'1'}};
  EXPECT_EQ(content(part, kSlot, 8), expected);
}

// A torn signature may read as none now and as a whole one later.
TEST(Signature, IsClearedWhateverSeemsToStandThere) {
  RamFlash part(kSmallLayout.size);
  flash::FlashLog log(part);
  EXPECT_EQ(clear_signature(part, kSlot), Status::ok);
  EXPECT_EQ(log.changes(), (std::vector<LogEntry>{{Operation::program, kSlot.offset, 4}}));
}

TEST(Signature, ReportsWhicheverOperationFails) {
  RamFlash part(kSmallLayout.size);
  flash::FlashLog log(part);
  for (std::size_t i = 0; i < 2; ++i) {
    log.clear();
    log.fail_at = i;
    EXPECT_EQ(set_signature(part, kSlot), Status::flash_failed) << i;
  }
  log.fail_at.reset();
  ASSERT_EQ(set_signature(part, kSlot), Status::ok);
  for (std::size_t i = 0; i < 2; ++i) {
    install(part, kSlot, Image(image::kImage2Signature.begin(), image::kImage2Signature.end()));
    log.clear();
    log.fail_at = i;
    EXPECT_EQ(clear_signature(part, kSlot), Status::flash_failed) << i;
  }
}

TEST(ProgramChecked, ComparesEveryByte) {
  std::array<std::byte, 100> data{};
  std::size_t compared = 0;
  for (std::size_t i = 0; i < data.size(); ++i) {
    RamFlash part(kSmallLayout.size);
    data.fill(std::byte{0xA5});
    ASSERT_EQ(program_checked(part, 0, data), Status::ok);
    data[i] = std::byte{0xFF};  // a bit that cannot come back
    EXPECT_EQ(program_checked(part, 0, data), Status::flash_failed) << i;
    ++compared;
  }
  EXPECT_EQ(compared, data.size());
}

}  // namespace
}  // namespace otaru::update
