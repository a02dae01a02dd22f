#include <array>

#include <gtest/gtest.h>

#include <otaru/push/announcement.hpp>
#include <otaru/push/dialect.hpp>

namespace otaru::push {
namespace {

using Start = std::array<std::byte, kAnnouncementSize>;

Start announcement(std::uint32_t sum, std::uint32_t size, bool force) {
  Start start{};
  write_announcement({sum, size, force}, start);
  return start;
}

TEST(Dialect, IsSecureForARecordWithAClientHelloAndOnlyWhenItIsSure) {
  constexpr std::array<std::byte, 6> kHello{std::byte{0x16}, std::byte{3}, std::byte{1},
                                            std::byte{1},    std::byte{9}, std::byte{1}};
  for (std::size_t size = 0; size < kDialectBytes; ++size)
    EXPECT_EQ(dialect_of(Bytes(kHello).first(size)), Dialect::undecided) << size;
  EXPECT_EQ(dialect_of(kHello), Dialect::secure);
}

// One announcement of 256 starts with the byte of a TLS handshake record, one of 65,536 with its version too.
TEST(Dialect, IsPlainForEveryAnnouncementWhateverItsSum) {
  std::size_t tried = 0;
  for (std::uint32_t low = 0; low < 0x10000; ++low) {
    for (const std::uint32_t high : {0u, 0x0100u, 0x0301u, 0xFFFFu}) {
      for (const bool force : {false, true}) {
        const Start start = announcement(high << 16 | low, 0x0101'0101, force);
        ASSERT_EQ(dialect_of(start), Dialect::plain) << low;
        ++tried;
      }
    }
  }
  EXPECT_EQ(tried, 0x80000u);
}

TEST(Dialect, IsToldByTheFirstByteInMostCases) {
  EXPECT_EQ(dialect_of(Bytes(announcement(0x15, 0, false)).first(1)), Dialect::plain);
  EXPECT_EQ(dialect_of(Bytes(announcement(0x16, 0, false)).first(1)), Dialect::undecided);
  EXPECT_EQ(dialect_of(Bytes(announcement(0x0216, 0, false)).first(2)), Dialect::plain);
}

}  // namespace
}  // namespace otaru::push
