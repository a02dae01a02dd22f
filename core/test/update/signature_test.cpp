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

TEST(Signature, ThatIsNotThereIsNotCleared) {
  RamFlash part(kSmallLayout.size);
  flash::FlashLog log(part);
  EXPECT_EQ(clear_signature(part, kSlot), Status::ok);
  part.memory[kSlot.offset] = std::byte{'8'};
  EXPECT_EQ(clear_signature(part, kSlot), Status::ok);
  EXPECT_TRUE(log.changes().empty());
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
  for (std::size_t i = 0; i < 3; ++i) {
    install(part, kSlot, Image(image::kImage2Signature.begin(), image::kImage2Signature.end()));
    log.clear();
    log.fail_at = i;
    EXPECT_EQ(clear_signature(part, kSlot), Status::flash_failed) << i;
  }
}

TEST(ProgramChecked, TakesNoMoreThanItCanReadBack) {
  RamFlash part(kSmallLayout.size);
  const std::array<std::byte, image::kSegmentHeaderSize + 1> data{};
  EXPECT_EQ(program_checked(part, 0, data), Status::out_of_range);
  EXPECT_EQ(program_checked(part, 0, Bytes(data).first(image::kSegmentHeaderSize)), Status::ok);
  EXPECT_EQ(part.programs, 1u);
}

}  // namespace
}  // namespace otaru::update
