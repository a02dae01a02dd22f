#include <array>
#include <vector>

#include <gtest/gtest.h>

#include <otaru/image/image2.hpp>

#include "made_image2.hpp"

namespace otaru::image {
namespace {

using Image = std::vector<std::byte>;

constexpr Image2Shape kWhole{.km0_xip = 1000,
                             .km0_ram = 200,
                             .km4_xip = 3000,
                             .km4_ram = 100,
                             .km4_psram = 64,
                             .img3 = 500,
                             .padded = true,
                             .seed = 1};

Image2Shape shape(std::uint32_t km0_xip, std::uint32_t km0_ram, std::uint32_t km4_xip,
                  std::uint32_t km4_ram) {
  Image2Shape result;
  result.km0_xip = km0_xip;
  result.km0_ram = km0_ram;
  result.km4_xip = km4_xip;
  result.km4_ram = km4_ram;
  return result;
}

struct Outcome {
  Status status = Status::ok;
  std::vector<Segment> segments;
};

/// Walks as the tools do, with the whole image at hand.
Outcome walk(Bytes image) {
  Image2Walk walk(static_cast<std::uint32_t>(image.size()));
  Status status = Status::ok;
  while (status == Status::ok && walk.wanted() != Image2Walk::kDone)
    status = walk.take(image.subspan(walk.wanted(), kSegmentHeaderSize));
  if (status == Status::ok) status = walk.finish();
  return {status, {walk.segments().begin(), walk.segments().end()}};
}

/// Feeds as the receiver does, in chunks of one size.
Outcome stream(Bytes image, std::size_t chunk) {
  Image2Stream stream(static_cast<std::uint32_t>(image.size()));
  Status status = Status::ok;
  while (status == Status::ok && !image.empty()) {
    const std::size_t taken = std::min(chunk, image.size());
    status = stream.feed(image.first(taken));
    image = image.subspan(taken);
  }
  if (status == Status::ok) status = stream.finish();
  return {status, {stream.walk().segments().begin(), stream.walk().segments().end()}};
}

std::vector<SegmentKind> kinds(const Outcome& outcome) {
  std::vector<SegmentKind> result;
  for (const Segment& segment : outcome.segments) result.push_back(segment.kind);
  return result;
}

void put(Image& image, std::size_t at, std::uint32_t value) {
  store_le32(MutableBytes(image).subspan(at), value);
}

constexpr std::array kWithoutOptional{SegmentKind::km0_xip, SegmentKind::km0_ram, SegmentKind::km4_xip,
                                      SegmentKind::km4_ram};

std::vector<SegmentKind> with(std::initializer_list<SegmentKind> more) {
  std::vector<SegmentKind> result(kWithoutOptional.begin(), kWithoutOptional.end());
  result.insert(result.end(), more);
  return result;
}

TEST(Image2, FindsEverySegmentOfAWholeImage) {
  const Outcome outcome = walk(made_image2(kWhole));
  EXPECT_EQ(outcome.status, Status::ok);
  ASSERT_EQ(kinds(outcome), with({SegmentKind::km4_psram, SegmentKind::img3}));
  EXPECT_EQ(outcome.segments[1].offset, 32u + 1000u);
  EXPECT_EQ(outcome.segments[2].offset, 4096u);
  EXPECT_EQ(outcome.segments[4].header.size, 64u);
  EXPECT_EQ(outcome.segments[5].offset % kPartAlignment, 0u);
  EXPECT_EQ(outcome.segments[5].end(), outcome.segments[5].offset + 532u);
}

TEST(Image2, TakesPaddingForAMissingPsramSegmentAndNotForASize) {
  Image2Shape without = kWhole;
  without.km4_psram.reset();
  without.img3.reset();
  EXPECT_EQ(walk(made_image2(without)).status, Status::ok);
  EXPECT_EQ(kinds(walk(made_image2(without))), with({}));
}

TEST(Image2, FindsImg3BehindAMissingPsramSegment) {
  Image2Shape without = kWhole;
  without.km4_psram.reset();
  EXPECT_EQ(kinds(walk(made_image2(without))), with({SegmentKind::img3}));
}

// Found by fuzzing: the padding ends within the 32 bytes where the header of a PSRAM segment could have
// stood.
TEST(Image2, FindsImg3BehindPaddingThatIsShorterThanAHeader) {
  for (std::uint32_t padding = kSignatureSize; padding <= 40; ++padding) {
    Image2Shape without = kWhole;
    without.km4_psram.reset();
    const std::uint32_t end = walk(made_image2(without)).segments[3].end();
    without.km4_ram += kPartAlignment - (end + padding) % kPartAlignment;
    const std::vector<std::byte> image = made_image2(without);
    const Outcome whole = walk(image);
    ASSERT_EQ(whole.status, Status::ok) << padding;
    ASSERT_EQ(kinds(whole), with({SegmentKind::img3})) << padding;
    ASSERT_EQ(whole.segments.back().offset - whole.segments[3].end(), padding);
    for (const std::size_t chunk : {1u, 7u, 31u, 33u, 4096u}) {
      const Outcome streamed = stream(image, chunk);
      EXPECT_EQ(streamed.status, Status::ok) << padding << ", chunks of " << chunk;
      EXPECT_EQ(kinds(streamed), kinds(whole)) << padding << ", chunks of " << chunk;
    }
  }
}

TEST(Image2, TakesAnEmptyPsramSegmentAsTheRealLinkerLeavesIt) {
  Image2Shape empty = kWhole;
  empty.km4_psram = 0;
  empty.img3.reset();
  EXPECT_EQ(kinds(walk(made_image2(empty))), with({SegmentKind::km4_psram}));
}

TEST(Image2, MayEndWithoutPadding) {
  Image2Shape bare = kWhole;
  bare.km4_psram.reset();
  bare.img3.reset();
  bare.padded = false;
  EXPECT_EQ(walk(made_image2(bare)).status, Status::ok);
}

TEST(Image2, NeedsNoPaddingWhereAPartFillsItsSectors) {
  const Image2Shape full = shape(4096 - 64, 0, 4096 - 64 - 100, 100);
  const Image image = made_image2(full);
  ASSERT_EQ(image.size(), 8192u);
  const Outcome outcome = walk(image);
  EXPECT_EQ(outcome.status, Status::ok);
  ASSERT_EQ(kinds(outcome), with({}));
  EXPECT_EQ(outcome.segments[2].offset, 4096u);
}

// Found by reasoning about the fuzz harness: the walk once asked for the same offset twice, and a stream then
// read the bytes behind it. A seal may also stand right behind a part without padding.
TEST(Image2, MayBeFollowedByAnythingWhereKm4FillsItsSectorsAndHasNoPsram) {
  const Image full = made_image2(shape(4096 - 64, 0, 4096 - 64 - 100, 100));
  std::size_t tried = 0;
  for (const std::byte filling : {std::byte{0xFF}, std::byte{0x00}, std::byte{0xA5}}) {
    Image image = full;
    image.resize(image.size() + 4096, filling);
    // What a stream would take for a header, were it to ask twice.
    std::copy(kImage2Signature.begin(), kImage2Signature.end(), image.begin() + 8192 + 32);
    EXPECT_EQ(walk(image).status, Status::ok);
    EXPECT_EQ(kinds(walk(image)), with({}));
    EXPECT_EQ(kinds(stream(image, 7)), with({}));
    ++tried;
  }
  EXPECT_EQ(tried, 3u);
}

TEST(Image2, KnowsWhereItsLastPaddingEnds) {
  const Image image = made_image2(kWhole);
  Image2Walk walk(static_cast<std::uint32_t>(image.size()));
  EXPECT_EQ(walk.padded_end(), 0u) << "nothing found yet";
  while (walk.wanted() != Image2Walk::kDone)
    ASSERT_EQ(walk.take(Bytes(image).subspan(walk.wanted(), kSegmentHeaderSize)), Status::ok);
  EXPECT_EQ(walk.padded_end(), image.size());
}

TEST(Image2, WithAnyBitOfASignatureWrongIsRefused) {
  const Image good = made_image2(kWhole);
  const Outcome whole = walk(good);
  constexpr std::array kExpected{Status::km0_signature, Status::km0_segment, Status::km4_signature,
                                 Status::km4_segment, Status::km4_segment};
  std::size_t tried = 0;
  for (std::size_t segment = 0; segment < kExpected.size(); ++segment) {
    for (std::size_t bit = 0; bit < 64; ++bit, ++tried) {
      Image image = good;
      image[whole.segments[segment].offset + bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
      EXPECT_EQ(walk(image).status, kExpected[segment])
          << name(whole.segments[segment].kind) << ", bit " << bit;
    }
  }
  EXPECT_EQ(tried, 320u);
}

// An image linked without IMG3 may carry anything at that place: a seal, for example.
TEST(Image2, TakesWhatIsNoImg3ForBytesThatBelongToNobody) {
  Image image = made_image2(kWhole);
  const std::uint32_t img3 = walk(image).segments[5].offset;
  image[img3] = std::byte{0};
  const Outcome outcome = walk(image);
  EXPECT_EQ(outcome.status, Status::ok);
  EXPECT_EQ(kinds(outcome), with({SegmentKind::km4_psram}));
}

TEST(Image2, WithASizeThatLeavesTheImageIsRefused) {
  const Image good = made_image2(kWhole);
  const Outcome whole = walk(good);
  const auto length = static_cast<std::uint32_t>(good.size());
  std::size_t tried = 0;
  for (const Segment& segment : whole.segments) {
    const bool km0 = segment.kind == SegmentKind::km0_xip || segment.kind == SegmentKind::km0_ram;
    const std::uint32_t room = length - segment.offset - kSegmentHeaderSize;
    for (const std::uint32_t size : std::vector<std::uint32_t>{room + 1, length, 0x7FFF'FFFFu, 0x8000'0000u,
                                                               0xFFFF'F000u, 0xFFFF'FFE0u, 0xFFFF'FFFFu}) {
      Image image = good;
      put(image, segment.offset + 8, size);
      EXPECT_EQ(walk(image).status, km0 ? Status::km0_segment : Status::km4_segment)
          << name(segment.kind) << size;
      ++tried;
    }
  }
  EXPECT_EQ(tried, 42u);
}

TEST(Image2, WithoutCodeIsRefused) {
  EXPECT_EQ(walk(made_image2(shape(0, 200, 3000, 100))).status, Status::km0_segment);
  EXPECT_EQ(walk(made_image2(shape(1000, 200, 0, 100))).status, Status::km4_segment);
  EXPECT_EQ(walk(made_image2(shape(1000, 0, 3000, 0))).status, Status::ok) << "RAM segments may be empty";
}

// A length cut anywhere must be refused, unless all code and data of both processors is there.
TEST(Image2, CutOffAtAnyLengthBeforeItsLastNeededByteIsRefused) {
  Image2Shape small = kWhole;
  small.img3.reset();
  const Image image = made_image2(small);
  const std::uint32_t needed = walk(image).segments[4].end();
  const std::uint32_t psram = walk(image).segments[4].offset;
  std::size_t refused = 0;
  for (std::size_t length = 0; length < image.size(); ++length) {
    const Status status = walk(Bytes(image).first(length)).status;
    // Without room for its header a PSRAM segment is simply not there.
    const bool complete = length >= needed || (length >= psram && length < psram + kSegmentHeaderSize);
    EXPECT_EQ(status == Status::ok, complete) << length;
    refused += status == Status::ok ? 0u : 1u;
  }
  EXPECT_EQ(refused, needed - kSegmentHeaderSize);
}

TEST(Image2, NamesWhatIsMissingWhenItEndsEarly) {
  const Image image = made_image2(kWhole);
  EXPECT_EQ(walk({}).status, Status::km0_signature);
  EXPECT_EQ(walk(Bytes(image).first(31)).status, Status::km0_signature);
  EXPECT_EQ(walk(Bytes(image).first(1032)).status, Status::km0_segment);
  EXPECT_EQ(walk(Bytes(image).first(4096)).status, Status::km4_signature);
  EXPECT_EQ(walk(Bytes(image).first(4096 + 32 + 3000)).status, Status::km4_segment);
}

TEST(Image2, SaysTheSameOfAStreamInChunksOfAnySize) {
  Image2Shape without = kWhole;
  without.km4_psram.reset();
  Image no_km4 = made_image2(kWhole);
  no_km4[4096] = std::byte{0};
  Image long_ram = made_image2(kWhole);
  put(long_ram, 1032 + 8, 0xFFFF'FFFF);
  std::size_t compared = 0;
  for (const Image& image :
       {made_image2(kWhole), made_image2(without), no_km4, long_ram, Image(100), Image{}}) {
    const Outcome whole = walk(image);
    for (std::size_t chunk : {1u, 2u, 3u, 7u, 31u, 32u, 33u, 256u, 1024u, 4096u, 100'000u}) {
      const Outcome streamed = stream(image, chunk);
      EXPECT_EQ(streamed.status, whole.status) << "chunks of " << chunk;
      EXPECT_EQ(kinds(streamed), kinds(whole)) << "chunks of " << chunk;
      ++compared;
    }
  }
  EXPECT_EQ(compared, 66u);
}

// The receiver refuses as soon as it can, not when all is received.
TEST(Image2, IsRefusedByTheByteThatCompletesTheFaultyHeader) {
  Image image = made_image2(kWhole);
  image[4096] = std::byte{0};
  Image2Stream stream(static_cast<std::uint32_t>(image.size()));
  EXPECT_EQ(stream.feed(Bytes(image).first(4096 + 31)), Status::ok);
  EXPECT_EQ(stream.feed(Bytes(image).subspan(4096 + 31, 1)), Status::km4_signature);
}

TEST(Image2Walk, TakesNothingButTheWantedHeader) {
  const Image image = made_image2(kWhole);
  Image2Walk walk(static_cast<std::uint32_t>(image.size()));
  EXPECT_EQ(walk.take(Bytes(image).first(31)), Status::wrong_state);
  EXPECT_EQ(walk.take(Bytes(image).first(33)), Status::wrong_state);
  EXPECT_EQ(walk.wanted(), 0u) << "it stays where it is";
  EXPECT_EQ(Image2Walk(31).take(Bytes(image).first(32)), Status::wrong_state) << "no header fits";
}

TEST(Image2Walk, StaysWhereItIsAfterAnError) {
  Image image = made_image2(kWhole);
  Image2Walk walk(static_cast<std::uint32_t>(image.size()));
  Image bad(kSegmentHeaderSize);
  EXPECT_EQ(walk.take(bad), Status::km0_signature);
  EXPECT_EQ(walk.wanted(), 0u);
  EXPECT_EQ(walk.take(Bytes(image).first(kSegmentHeaderSize)), Status::ok);
  EXPECT_EQ(walk.wanted(), 1032u);
}

TEST(Image2Walk, SurvivesALengthOfFourGigabytes) {
  Image header = made_image2(kWhole);
  Image2Walk walk(0xFFFF'FFFF);
  put(header, 8, 0xFFFF'FFFF - 32 - 32);
  ASSERT_EQ(walk.take(Bytes(header).first(kSegmentHeaderSize)), Status::ok);
  EXPECT_EQ(walk.wanted(), 0xFFFF'FFFFu - 32);
  put(header, 8, 0);
  ASSERT_EQ(walk.take(Bytes(header).first(kSegmentHeaderSize)), Status::ok);
  EXPECT_EQ(walk.wanted(), Image2Walk::kDone);
  EXPECT_EQ(walk.finish(), Status::km4_signature);
}

}  // namespace
}  // namespace otaru::image
