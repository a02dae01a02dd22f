#include <array>
#include <string>

#include <gtest/gtest.h>

#include <otaru/host/push_wire.hpp>
#include <otaru/mbed/randomness.hpp>

namespace otaru::host {
namespace {

using mbed::SecureChannel;

constexpr std::array<std::byte, 12> kAnnouncement{std::byte{1}};

std::vector<std::byte> made_file(std::size_t size) {
  std::vector<std::byte> file(size);
  for (std::size_t i = 0; i < size; ++i) file[i] = static_cast<std::byte>(i * 31 >> 3);
  return file;
}

Bytes bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

/// A board's end of the channel, and what came out of it.
struct Board {
  explicit Board(std::string_view password)
      : channel(SecureChannel::End::board, mbed::SharedSecret(password), mbed::system_randomness()) {}

  void take(Bytes wire) {
    std::array<std::byte, SecureChannel::kRecordSize> plain;
    for (bool again = true; again;) {
      const SecureChannel::Step step = channel.step(wire, plain);
      wire = wire.subspan(step.consumed);
      heard.insert(heard.end(), plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(step.plain));
      again = step.again;
      answer();
    }
  }
  void answer() {
    const Bytes out = channel.outgoing();
    said.insert(said.end(), out.begin(), out.end());
    if (!out.empty()) channel.sent(out.size());
  }

  SecureChannel channel;
  std::vector<std::byte> heard, said;
};

/// Lets both talk until neither has more. The network takes at most `piece` bytes at a time.
std::uint64_t talk(PushWire& wire, Board& board, std::size_t piece) {
  std::uint64_t sent = 0;
  for (;;) {
    const Bytes next = wire.next().first(std::min(piece, wire.next().size()));
    board.take(next);
    wire.taken(next.size());
    sent += next.size();
    const std::vector<std::byte> said = std::exchange(board.said, {});
    wire.received(said);
    if (next.empty() && said.empty()) return sent;
  }
}

TEST(PushWire, SendsTheStreamAsItIsWithoutAPassword) {
  const auto file = made_file(5000);
  PushWire wire(kAnnouncement, file, nullptr);
  EXPECT_EQ(wire.channel(), PushChannel::none);
  EXPECT_EQ(wire.next().size(), 12u) << "the 12 bytes travel alone";
  wire.taken(12);
  EXPECT_TRUE(equal(wire.next(), file));
  wire.taken(4000);
  EXPECT_TRUE(equal(wire.next(), Bytes(file).subspan(4000)));
  EXPECT_EQ(wire.file_bytes(5), 0u);
  EXPECT_EQ(wire.file_bytes(4012), 4000u);
}

TEST(PushWire, SendsTheSameStreamThroughAChannelHoweverSmallThePieces) {
  const auto file = made_file(5000);
  const mbed::SharedSecret password("open sesame");
  for (const std::size_t piece : {100'000u, 1000u, 7u}) {
    PushWire wire(kAnnouncement, file, &password);
    Board board("open sesame");
    const std::uint64_t sent = talk(wire, board, piece);
    EXPECT_EQ(wire.channel(), PushChannel::open);
    ASSERT_EQ(board.heard.size(), 5012u);
    EXPECT_TRUE(equal(Bytes(board.heard).subspan(12), file));
    EXPECT_GT(sent, 5012u);
    EXPECT_EQ(wire.file_bytes(sent), 5000u);
    EXPECT_LT(wire.file_bytes(sent - 1), 5000u) << "a record counts when all of it arrived";
    EXPECT_EQ(wire.file_bytes(400), 0u) << "the handshake is nothing of the file";
    EXPECT_EQ(board.channel.write(bytes_of("OTARU/1 ok slot=OTA2 version=0x1\n")), 33u);
    board.answer();
    EXPECT_TRUE(wire.received(board.said));
    EXPECT_EQ(wire.words().verdict(), BoardWords::Verdict::ok);
  }
}

TEST(PushWire, SendsNothingOfTheFileToABoardOfAnotherPassword) {
  const auto file = made_file(5000);
  const mbed::SharedSecret password("open sesame");
  PushWire wire(kAnnouncement, file, &password);
  Board board("open barley");
  talk(wire, board, 1000);
  EXPECT_EQ(wire.channel(), PushChannel::wrong_password);
  EXPECT_TRUE(wire.failed());
  EXPECT_TRUE(board.heard.empty());
}

// Whoever sits between could say `ok`.
TEST(PushWire, BelievesNoOkThatWasSaidInTheClear) {
  const mbed::SharedSecret password("open sesame");
  const auto file = made_file(10);
  PushWire wire(kAnnouncement, file, &password);
  wire.received(bytes_of("OTARU/1 ok slot=OTA2 version=0x00000001\n"));
  EXPECT_EQ(wire.channel(), PushChannel::not_secure);
  EXPECT_EQ(wire.words().verdict(), BoardWords::Verdict::none);
}

TEST(PushWire, HearsWhyABoardDoesNotOpenAChannel) {
  const mbed::SharedSecret password("open sesame");
  const auto file = made_file(10);
  PushWire wire(kAnnouncement, file, &password);
  wire.received(bytes_of("OTARU/1 error no_pass"));
  wire.received(bytes_of("word this board has none\n"));
  EXPECT_EQ(wire.clear_words().code(), "no_password");
}

}  // namespace
}  // namespace otaru::host
