#include <flash/flash_contract.hpp>
#include <flash/ram_flash.hpp>
#include <gtest/gtest.h>

#include <otaru/flash/flash.hpp>

namespace otaru::flash {
namespace {

struct RamPart {
  RamFlash part{kContractSize};
  RamFlash& flash() { return part; }
};
INSTANTIATE_TYPED_TEST_SUITE_P(OfRamFlash, FlashContract, RamPart);

struct ThrowingRead {
  std::uint32_t size() const noexcept { return 0; }
  Status read(std::uint32_t, MutableBytes) { return Status::ok; }
  Status program(std::uint32_t, Bytes) noexcept { return Status::ok; }
  Status erase_sector(std::uint32_t) noexcept { return Status::ok; }
  Status erase_block(std::uint32_t) noexcept { return Status::ok; }
};

TEST(Flash, IsNotSatisfiedByAPartThatMayThrow) {
  EXPECT_TRUE(Flash<RamFlash>);
  EXPECT_FALSE(Flash<ThrowingRead>);
}

TEST(RamFlash, CountsWhatHappenedAndNothingThatWasRefused) {
  RamFlash flash(kBlockSize);
  std::byte byte{};
  EXPECT_EQ(flash.read(0, {&byte, 1}), Status::ok);
  EXPECT_EQ(flash.program(0, {&byte, 1}), Status::ok);
  EXPECT_EQ(flash.program(1, {&byte, 1}), Status::ok);
  EXPECT_EQ(flash.erase_sector(0), Status::ok);
  EXPECT_EQ(flash.erase_block(0), Status::ok);
  EXPECT_EQ(flash.read(kBlockSize, {&byte, 1}), Status::out_of_range);
  EXPECT_EQ(flash.program(kBlockSize, {&byte, 1}), Status::out_of_range);
  EXPECT_EQ(flash.erase_sector(1), Status::misaligned);
  EXPECT_EQ(flash.erase_block(1), Status::out_of_range);
  EXPECT_EQ(flash.reads, 1u);
  EXPECT_EQ(flash.programs, 2u);
  EXPECT_EQ(flash.sector_erases, 1u);
  EXPECT_EQ(flash.block_erases, 1u);
}

TEST(RamFlash, LetsATestFailAnyOperation) {
  RamFlash flash(kBlockSize);
  std::byte byte{};
  std::vector<Operation> asked;
  flash.before = [&](Operation operation, std::uint32_t at, std::size_t length) {
    asked.push_back(operation);
    EXPECT_EQ(at, 0u);
    EXPECT_EQ(length, operation == Operation::erase_sector  ? kSectorSize
                      : operation == Operation::erase_block ? kBlockSize
                                                            : 1u);
    return Status::flash_failed;
  };
  EXPECT_EQ(flash.read(0, {&byte, 1}), Status::flash_failed);
  EXPECT_EQ(flash.program(0, {&byte, 1}), Status::flash_failed);
  EXPECT_EQ(flash.erase_sector(0), Status::flash_failed);
  EXPECT_EQ(flash.erase_block(0), Status::flash_failed);
  EXPECT_EQ(flash.program(0, {}), Status::out_of_range) << "the rules come before the hook";
  EXPECT_EQ(asked, (std::vector{Operation::read, Operation::program, Operation::erase_sector,
                                Operation::erase_block}));
  EXPECT_TRUE(is_blank(flash.memory));
  EXPECT_EQ(flash.reads + flash.programs + flash.sector_erases + flash.block_erases, 0u);
}

}  // namespace
}  // namespace otaru::flash
