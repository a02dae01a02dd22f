#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <otaru/image/seal.hpp>

namespace otaru::image {
namespace {

crypto::PublicKey key_of(unsigned char seed) {
  crypto::PublicKey key;
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::byte>(seed + 3 * i);
  return key;
}

template <std::size_t N>
std::array<std::byte, N> counting(unsigned char seed) {
  std::array<std::byte, N> bytes;
  for (std::size_t i = 0; i < N; ++i) bytes[i] = static_cast<std::byte>(seed + i);
  return bytes;
}

using SealBytes = std::array<std::byte, kSealSize>;

SealBytes written(const Seal& seal) {
  SealBytes bytes;
  bytes.fill(std::byte{0xEE});
  write_seal(seal, bytes);
  return bytes;
}

/// Every field has a value of its own.
struct FullSeal {
  std::vector<crypto::PublicKey> keys{key_of(1), key_of(2), key_of(3), key_of(4)};
  Seal seal{.board = "ameba_rtl8721d",
            .version = {0x0102, 0x0304, 0x0506},
            .counter = 0x0708'090A,
            .not_after = 0x1112'1314'1516'1718,
            .length = 0x0002'1222,
            .sha256 = counting<32>(0x40),
            .key_id = counting<8>(0x80),
            .next_keys = keys};
  SealBytes bytes = written(seal);
};

TEST(Seal, SaysWhatWasWritten) {
  FullSeal full;
  attach_signature(counting<64>(0xA0), full.bytes);
  const auto view = SealView::open(full.bytes);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->board(), "ameba_rtl8721d");
  EXPECT_EQ(view->version(), full.seal.version);
  EXPECT_EQ(view->counter(), full.seal.counter);
  EXPECT_EQ(view->not_after(), full.seal.not_after);
  EXPECT_EQ(view->length(), full.seal.length);
  EXPECT_EQ(view->sha256(), full.seal.sha256);
  EXPECT_EQ(view->key_id(), full.seal.key_id);
  ASSERT_EQ(view->key_count(), 4u);
  for (std::uint32_t i = 0; i < 4; ++i) EXPECT_EQ(view->next_key(i), full.keys[i]);
  EXPECT_EQ(view->signature(), (counting<64>(0xA0)));
  EXPECT_EQ(view->signed_bytes().size(), 448u);
  EXPECT_EQ(view->signed_bytes().data(), full.bytes.data());
}

// docs/SPEC-seal.md, section 2: where every field stands.
TEST(Seal, StandsInItsBytesAsSpecified) {
  const FullSeal full;
  SealBytes expected{};
  const auto put = [&](std::size_t at, Bytes bytes) { copy(bytes, MutableBytes(expected).subspan(at)); };
  const auto text = [](std::string_view letters) { return std::as_bytes(std::span(letters)); };
  put(0, text("OTARUSEA"));
  put(8, std::array{std::byte{1}, std::byte{0}, std::byte{0}, std::byte{0}});
  put(12, std::array{std::byte{0}, std::byte{2}, std::byte{0}, std::byte{0}});
  put(16, text("ameba_rtl8721d"));
  put(48, std::array{std::byte{2}, std::byte{1}, std::byte{4}, std::byte{3}, std::byte{6}, std::byte{5}});
  put(56, std::array{std::byte{0x0A}, std::byte{9}, std::byte{8}, std::byte{7}});
  put(60, std::array{std::byte{0x22}, std::byte{0x12}, std::byte{2}, std::byte{0}});
  put(64, std::array{std::byte{0x18}, std::byte{0x17}, std::byte{0x16}, std::byte{0x15}, std::byte{0x14},
                     std::byte{0x13}, std::byte{0x12}, std::byte{0x11}});
  put(72, counting<32>(0x40));
  put(104, counting<8>(0x80));
  put(112, std::array{std::byte{4}});
  for (std::size_t i = 0; i < 4; ++i) put(128 + 64 * i, full.keys[i]);
  EXPECT_EQ(full.bytes, expected);
}

TEST(Seal, WithoutMuchToSayIsZeroThere) {
  const SealBytes bytes = written({});
  for (std::size_t i = 16; i < bytes.size(); ++i) EXPECT_EQ(bytes[i], std::byte{0}) << i;
  const auto view = SealView::open(bytes);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->board(), "");
  EXPECT_EQ(view->not_after(), 0u);
  EXPECT_EQ(view->key_count(), 0u);
}

TEST(Seal, HasRoomForABoardNameOf32Bytes) {
  const std::string name(kMaxBoardName, 'b');
  const SealBytes bytes = written({.board = name, .version = {9, 0, 0}, .next_keys = {}});
  const auto view = SealView::open(bytes);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->board(), name);
  EXPECT_EQ(view->version()[0], 9);
}

TEST(Seal, OfAnyOtherSizeIsNone) {
  const FullSeal full;
  std::vector<std::byte> longer(full.bytes.begin(), full.bytes.end());
  longer.push_back(std::byte{0});
  EXPECT_EQ(SealView::open(longer).error(), Status::seal_missing);
  std::size_t tried = 0;
  for (std::size_t size = 0; size < kSealSize; ++size, ++tried)
    EXPECT_EQ(SealView::open(Bytes(full.bytes).first(size)).error(), Status::seal_missing) << size;
  EXPECT_EQ(tried, 512u);
}

TEST(Seal, WithAnyBitOfItsNameChangedIsNone) {
  for (std::size_t bit = 0; bit < 8 * kSealMagic.size(); ++bit) {
    FullSeal full;
    full.bytes[bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
    EXPECT_EQ(SealView::open(full.bytes).error(), Status::seal_missing) << bit;
    EXPECT_FALSE(looks_sealed(full.bytes));
  }
}

TEST(Seal, OfAnUnknownVersionOrSizeIsToldApart) {
  for (std::size_t bit = 64; bit < 128; ++bit) {
    FullSeal full;
    full.bytes[bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
    EXPECT_EQ(SealView::open(full.bytes).error(), Status::seal_format) << bit;
    EXPECT_TRUE(looks_sealed(full.bytes));
  }
}

TEST(Seal, WithMoreKeysThanItHoldsIsRefused) {
  for (const std::uint32_t count : {5u, 6u, 0x100u, 0xFFFF'FFFFu}) {
    FullSeal full;
    store_le32(MutableBytes(full.bytes).subspan(112), count);
    EXPECT_EQ(SealView::open(full.bytes).error(), Status::seal_format) << count;
  }
}

TEST(Seal, IsLookedForInAnyNumberOfBytes) {
  EXPECT_FALSE(looks_sealed({}));
  EXPECT_FALSE(looks_sealed(Bytes(kSealMagic).first(7)));
  EXPECT_TRUE(looks_sealed(kSealMagic));
}

}  // namespace
}  // namespace otaru::image
