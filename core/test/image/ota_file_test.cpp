#include <array>
#include <vector>

#include <gtest/gtest.h>

#include <otaru/image/ota_file.hpp>

namespace otaru::image {
namespace {

OtaHeader three_images() {
  OtaHeader header;
  header.version = 0x0102'0304;
  header.count = 3;
  header.images[0] = {ImageId::ota1, 111, 1000, 80, 0x0800'6000};
  header.images[1] = {ImageId::ota2, 222, 2000, 1080, 0x0810'6000};
  header.images[2] = {ImageId::rdp, 333, 1, 3080, 0xFFFF'FFFF};
  return header;
}

OtaHeader one_image() {
  OtaHeader header;
  header.count = 1;
  header.images[0] = {ImageId::ota1, 0x1234, 4096, 32, 0x0800'6000};
  return header;
}

std::vector<std::byte> written(const OtaHeader& header) {
  std::vector<std::byte> bytes(header.size());
  write_ota_header(header, bytes);
  return bytes;
}

void expect_same(const OtaHeader& a, const OtaHeader& b) {
  EXPECT_EQ(a.version, b.version);
  ASSERT_EQ(a.count, b.count);
  for (std::size_t i = 0; i < a.count; ++i) {
    EXPECT_EQ(a.images[i].id, b.images[i].id) << i;
    EXPECT_EQ(a.images[i].sum, b.images[i].sum) << i;
    EXPECT_EQ(a.images[i].length, b.images[i].length) << i;
    EXPECT_EQ(a.images[i].offset, b.images[i].offset) << i;
    EXPECT_EQ(a.images[i].flash_address, b.images[i].flash_address) << i;
  }
}

TEST(OtaHeader, WithOneImageHasThe32BytesOfTheStockTools) {
  constexpr std::array<unsigned, 32> kExpected{0xFF, 0xFF, 0xFF, 0xFF, 1, 0,    0,    0,    'O',  'T', 'A',
                                               '1',  24,   0,    0,    0, 0x34, 0x12, 0,    0,    0,   0x10,
                                               0,    0,    32,   0,    0, 0,    0,    0x60, 0x00, 0x08};
  const auto bytes = written(one_image());
  ASSERT_EQ(bytes.size(), kExpected.size());
  for (std::size_t i = 0; i < bytes.size(); ++i)
    EXPECT_EQ(std::to_integer<unsigned>(bytes[i]), kExpected[i]) << "byte " << i;
}

TEST(OtaHeader, IsReadAsItWasWritten) {
  for (const OtaHeader& header : {one_image(), three_images()}) {
    const auto read = parse_ota_header(written(header));
    ASSERT_TRUE(read.has_value());
    expect_same(*read, header);
  }
}

TEST(OtaHeader, KnowsTheSizeOfTheWholeFile) {
  EXPECT_EQ(one_image().file_size(), 32u + 4096u);
  EXPECT_EQ(three_images().file_size(), 3081u);
  EXPECT_EQ(OtaHeader{}.file_size(), 0u);
}

TEST(OtaHeader, TakesOtherTwoImageFiles) {
  OtaHeader header = three_images();
  header.count = 2;
  header.images[0] = {ImageId::ota1, 1, 10, 56, 0};
  header.images[1] = {ImageId::rdp, 1, 10, 66, 0};
  EXPECT_TRUE(parse_ota_header(written(header)).has_value()) << "OTA2 may be left out";
}

TEST(OtaHeader, OfMoreImagesThanTheReaderAcceptsIsRefused) {
  const auto bytes = written(three_images());
  EXPECT_EQ(parse_ota_header(bytes, 1).error(), Status::header_count);
  EXPECT_EQ(parse_ota_header(bytes, 2).error(), Status::header_count);
  EXPECT_EQ(parse_ota_header(bytes, 3).error(), Status::ok);
  EXPECT_EQ(parse_ota_header(bytes, 100).error(), Status::ok);
}

TEST(OtaHeader, IsTooShortAtEveryLengthBeforeItsEnd) {
  std::size_t lengths = 0;
  for (const OtaHeader& header : {one_image(), three_images()}) {
    const auto bytes = written(header);
    for (std::size_t length = 0; length < bytes.size(); ++length, ++lengths)
      EXPECT_EQ(parse_ota_header(Bytes(bytes).first(length)).error(), Status::too_short) << length;
    EXPECT_TRUE(parse_ota_header(bytes).has_value());
  }
  EXPECT_EQ(lengths, 32u + 80u);
}

TEST(OtaHeader, IgnoresWhatFollowsIt) {
  auto bytes = written(one_image());
  bytes.resize(1000, std::byte{0xA5});
  EXPECT_TRUE(parse_ota_header(bytes).has_value());
}

TEST(OtaHeader, WithNoImagesOrTooManyIsRefused) {
  auto bytes = written(three_images());
  for (std::uint32_t count : {0u, 4u, 0x100u, 0x1'0001u, 0x0AAA'AAABu, 0x8000'0001u, 0xFFFF'FFFFu}) {
    store_le32(MutableBytes(bytes).subspan(4), count);
    EXPECT_EQ(parse_ota_header(bytes).error(), Status::header_count) << count;
  }
}

/// One wrong field: where it stands in an image header, what it is set to, and what the reader has to say.
struct Damage {
  std::uint32_t at;
  std::uint32_t value;
  Status expected;
};

class OneWrongField : public ::testing::TestWithParam<Damage> {};

// Every check, in each of the three image headers, with the number of the header at fault.
TEST_P(OneWrongField, IsNamedTogetherWithItsImageHeader) {
  const Damage& damage = GetParam();
  std::size_t tried = 0;
  for (std::uint32_t index = 0; index < 3; ++index, ++tried) {
    auto bytes = written(three_images());
    store_le32(MutableBytes(bytes).subspan(8 + 24 * index + damage.at), damage.value);
    std::uint32_t faulty = 99;
    EXPECT_EQ(parse_ota_header(bytes, 3, &faulty).error(), damage.expected) << index;
    EXPECT_EQ(faulty, index);
  }
  EXPECT_EQ(tried, 3u);
}

INSTANTIATE_TEST_SUITE_P(
    OtaHeader, OneWrongField,
    ::testing::Values(Damage{0, 0x3341'544F, Status::image_id},  // "OTA3"
                      Damage{0, 0x2050'4452, Status::image_id},  // "RDP "
                      Damage{0, 0x3161'746F, Status::image_id},  // "ota1"
                      Damage{0, 0, Status::image_id}, Damage{4, 0, Status::header_length},
                      Damage{4, 23, Status::header_length}, Damage{4, 25, Status::header_length},
                      Damage{4, 0xFFFF'FFFF, Status::header_length}, Damage{12, 0, Status::image_length},
                      Damage{12, 0xFFFF'FFFF, Status::image_length}, Damage{16, 0, Status::image_offset},
                      Damage{16, 31, Status::image_offset}, Damage{16, 0xFFFF'FFFF, Status::image_offset}));

TEST(OtaHeader, SumVersionAndAddressMayHaveAnyValue) {
  for (std::uint32_t value : {0u, 1u, 0x8000'0000u, 0xFFFF'FFFFu}) {
    OtaHeader header = one_image();
    header.version = value;
    header.images[0].sum = value;
    header.images[0].flash_address = value;
    const auto read = parse_ota_header(written(header));
    ASSERT_TRUE(read.has_value());
    expect_same(*read, header);
  }
}

TEST(OtaHeader, WithIdsTwiceOrInAnotherOrderIsRefused) {
  constexpr std::array kIds{ImageId::ota1, ImageId::ota2, ImageId::rdp};
  std::size_t refused = 0;
  for (ImageId first : kIds) {
    for (ImageId second : kIds) {
      OtaHeader header = three_images();
      header.count = 2;
      header.images[0] = {first, 1, 10, 56, 0};
      header.images[1] = {second, 1, 10, 66, 0};
      const auto read = parse_ota_header(written(header));
      EXPECT_EQ(read.error(), first < second ? Status::ok : Status::image_id);
      refused += read.has_value() ? 0u : 1u;
    }
  }
  EXPECT_EQ(refused, 6u);
}

TEST(OtaHeader, WhoseLengthsTogetherPass32BitsIsRefused) {
  OtaHeader header = three_images();
  header.images[0].length = 0x8000'0000;
  header.images[1].offset = 80 + 0x8000'0000;
  header.images[1].length = 0x8000'0000;
  std::uint32_t faulty = 99;
  EXPECT_EQ(parse_ota_header(written(header), 3, &faulty).error(), Status::image_length);
  EXPECT_EQ(faulty, 1u);
}

TEST(OtaHeader, TakesTheLargestLengthThat32BitsCanEnd) {
  OtaHeader header = one_image();
  header.images[0].length = 0xFFFF'FFFF - 32;
  const auto read = parse_ota_header(written(header));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->file_size(), 0xFFFF'FFFFu);
}

TEST(OtaHeader, LeavesTheFaultyImageAloneWhenNoneIs) {
  std::uint32_t faulty = 99;
  EXPECT_TRUE(parse_ota_header(written(one_image()), 3, &faulty).has_value());
  EXPECT_EQ(parse_ota_header({}, 3, &faulty).error(), Status::too_short);
  EXPECT_EQ(faulty, 99u);
}

}  // namespace
}  // namespace otaru::image
