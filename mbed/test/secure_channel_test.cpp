#include <algorithm>
#include <utility>

#include <gtest/gtest.h>

#include "channel_pair.hpp"

namespace otaru::mbed {
namespace {

using State = SecureChannel::State;
using Fault = SecureChannel::Fault;

constexpr std::string_view kPassword = "correct horse battery staple";

bool contains(const std::vector<Wire>& flights, Bytes what) {
  Wire all;
  for (const Wire& flight : flights) all.insert(all.end(), flight.begin(), flight.end());
  return std::search(all.begin(), all.end(), what.begin(), what.end()) != all.end();
}

TEST(SecureChannel, OpensForTheRightPasswordAndCarriesBytesBothWays) {
  Talk talk(kPassword, kPassword, 1);
  talk.run();
  ASSERT_TRUE(talk.both_open());
  const std::string image(10'000, 'i');
  talk.tell_board(image);
  EXPECT_EQ(talk.board_heard, image);
  EXPECT_EQ(talk.board->write(bytes_of("OTARU/1 ok\n")), 11u);
  Wire ignored;
  EXPECT_EQ(feed(*talk.uploader, take_outgoing(*talk.board), ignored), "OTARU/1 ok\n");
}

TEST(SecureChannel, StaysClosedForAWrongPasswordAndBothEndsKnowWhy) {
  for (const std::string_view wrong :
       {"correct horse battery stapl", "Correct horse battery staple", " ", "x"}) {
    Talk talk(kPassword, wrong, 2);
    talk.run();
    EXPECT_EQ(talk.board->state(), State::failed);
    EXPECT_EQ(talk.board->fault(), Fault::password);
    EXPECT_TRUE(talk.board->guessed());
    EXPECT_EQ(talk.uploader->state(), State::failed);
    EXPECT_EQ(talk.uploader->fault(), Fault::password);
    EXPECT_EQ(talk.uploader->write(bytes_of("secret")), 0u);
  }
}

TEST(SecureChannel, OpensByteByByteToo) {
  Talk talk(kPassword, kPassword, 3);
  Wire to_board, to_uploader;
  feed(*talk.uploader, {}, to_board);
  for (int rounds = 0; rounds < 10 && !(to_board.empty() && to_uploader.empty()); ++rounds) {
    for (const std::byte byte : std::exchange(to_board, {})) feed(*talk.board, {&byte, 1}, to_uploader);
    for (const std::byte byte : std::exchange(to_uploader, {})) feed(*talk.uploader, {&byte, 1}, to_board);
  }
  EXPECT_TRUE(talk.both_open());
}

TEST(SecureChannel, WaitsForeverForTheRestOfATruncatedHandshakeAndDoesNotOpen) {
  Talk whole(kPassword, kPassword, 4);
  whole.run();
  ASSERT_TRUE(whole.both_open());
  ASSERT_EQ(whole.from_uploader.size(), 2u);
  std::size_t cuts = 0;
  for (const std::size_t flight : {0u, 1u}) {
    for (std::size_t cut = 0; cut < whole.from_uploader[flight].size(); cut += 7, ++cuts) {
      Talk talk(kPassword, kPassword, 4);
      std::size_t seen = 0;
      talk.run([&](Wire& wire, bool to_board) {
        if (to_board && seen++ == flight) wire.resize(cut);
      });
      ASSERT_NE(talk.board->state(), State::open) << flight << ":" << cut;
      ASSERT_FALSE(talk.board->guessed()) << "nothing was checked, so nothing was guessed";
    }
  }
  EXPECT_GT(cuts, 60u);
}

/// To the board or not, and which of the two flights of that side.
class SecureChannelFlight : public testing::TestWithParam<std::pair<bool, std::size_t>> {};
INSTANTIATE_TEST_SUITE_P(Handshake, SecureChannelFlight,
                         testing::Values(std::pair(true, 0), std::pair(true, 1), std::pair(false, 0),
                                         std::pair(false, 1)));

// TLS 1.2 authenticates what is inside records, and the version in a record's header not at all during the
// handshake. Whatever else changes in either direction, neither end goes on.
TEST_P(SecureChannelFlight, FailsCleanlyWhateverByteOfItIsChanged) {
  const auto [to_board, flight] = GetParam();
  Talk whole(kPassword, kPassword, 5);
  whole.run();
  ASSERT_TRUE(whole.both_open());
  const std::vector<Wire>& flights = to_board ? whole.from_uploader : whole.from_board;
  ASSERT_EQ(flights.size(), 2u);
  std::size_t survived = 0;
  for (std::size_t at = 0; at < flights[flight].size(); ++at) {
    Talk talk(kPassword, kPassword, 5);
    std::size_t seen = 0;
    talk.run([&, forth = to_board, which = flight](Wire& wire, bool there) {
      if (there == forth && seen++ == which) wire[at] ^= std::byte{1};
    });
    if (talk.both_open()) {
      ++survived;
      talk.tell_board("the image");
      EXPECT_EQ(talk.board_heard, "the image") << at;
      continue;
    }
    // The end that was lied to has not opened; the other may wait for it, and its deadline ends that.
    const SecureChannel& lied_to = to_board ? *talk.board : *talk.uploader;
    ASSERT_NE(lied_to.state(), State::open) << at;
    talk.tell_board("the image");
    ASSERT_EQ(talk.board_heard, "") << at;
  }
  EXPECT_GT(flights[flight].size(), 40u);
  EXPECT_LE(survived, 4u) << "versions in record headers, of at most four records";
  RecordProperty("flips", static_cast<int>(flights[flight].size()));
  RecordProperty("survived", static_cast<int>(survived));
}

TEST(SecureChannel, DoesNotOpenToARecordingOfAnUploaderWhoKnewThePassword) {
  Talk honest(kPassword, kPassword, 6);
  honest.run();
  ASSERT_TRUE(honest.both_open());
  honest.tell_board("the image");
  MadeRandomness fresh(77);
  SecureChannel board(SecureChannel::End::board, SharedSecret(kPassword), fresh.seam());
  Wire answer;
  std::string heard;
  for (const Wire& flight : honest.from_uploader) heard += feed(board, flight, answer);
  EXPECT_EQ(board.state(), State::failed);
  EXPECT_EQ(heard, "");
}

TEST(SecureChannel, DoesNotOpenToARecordingOfTheBoard) {
  Talk honest(kPassword, kPassword, 8);
  honest.run();
  MadeRandomness fresh(78);
  SecureChannel uploader(SecureChannel::End::uploader, SharedSecret(kPassword), fresh.seam());
  Wire answer;
  feed(uploader, {}, answer);
  for (const Wire& flight : honest.from_board) feed(uploader, flight, answer);
  EXPECT_EQ(uploader.state(), State::failed);
}

TEST(SecureChannel, SendsEveryHandshakeWithOtherBytes) {
  Talk first(kPassword, kPassword, 9), second(kPassword, kPassword, 10);
  first.run();
  second.run();
  ASSERT_TRUE(first.both_open() && second.both_open());
  EXPECT_NE(first.from_board[0], second.from_board[0]);
  EXPECT_NE(first.from_uploader[0], second.from_uploader[0]);
}

TEST(SecureChannel, ShowsNeitherThePasswordNorWhatIsMadeOfItNorPlainBytesOnTheWire) {
  Talk talk(kPassword, kPassword, 11);
  talk.run();
  ASSERT_TRUE(talk.both_open());
  std::string image;
  for (int i = 0; i < 500; ++i) image += "line " + std::to_string(i) + " of the program\n";
  talk.tell_board(image);
  ASSERT_EQ(talk.board_heard, image);
  ASSERT_TRUE(contains(talk.from_uploader, Bytes(talk.from_uploader[0]).first(16))) << "the search finds";
  const SharedSecret secret(kPassword);
  for (const std::vector<Wire>* side : {&talk.from_uploader, &talk.from_board}) {
    EXPECT_FALSE(contains(*side, bytes_of(kPassword)));
    EXPECT_FALSE(contains(*side, bytes_of(kPassword.substr(0, 8))));
    EXPECT_FALSE(contains(*side, secret.bytes().first(8)));
    EXPECT_FALSE(contains(*side, bytes_of("of the program")));
  }
}

TEST(SecureChannel, DropsARecordThatWasChangedRepeatedOrLeftOut) {
  const auto told = [](auto spoil) {
    Talk talk(kPassword, kPassword, 12);
    talk.run();
    EXPECT_TRUE(talk.both_open());
    std::vector<Wire> records;
    for (const std::string_view text : {"one", "two", "three"}) {
      EXPECT_EQ(talk.uploader->write(bytes_of(text)), text.size());
      records.push_back(take_outgoing(*talk.uploader));
    }
    spoil(records);
    Wire ignored;
    std::string heard;
    for (const Wire& record : records) heard += feed(*talk.board, record, ignored);
    return std::pair(heard, talk.board->state());
  };
  EXPECT_EQ(told([](auto&) {}), std::pair(std::string("onetwothree"), State::open));
  EXPECT_EQ(told([](auto& r) { r[1].back() ^= std::byte{1}; }), std::pair(std::string("one"), State::failed));
  EXPECT_EQ(told([](auto& r) { r[1] = r[0]; }), std::pair(std::string("one"), State::failed));
  EXPECT_EQ(told([](auto& r) { r.erase(r.begin() + 1); }), std::pair(std::string("one"), State::failed));
  EXPECT_EQ(told([](auto& r) { std::swap(r[0], r[1]); }), std::pair(std::string(), State::failed));
}

TEST(SecureChannel, FailsOnGarbageAtOnceOrWaitsForMore) {
  MadeRandomness random(13);
  std::size_t tried = 0;
  for (int round = 0; round < 300; ++round, ++tried) {
    SecureChannel board(SecureChannel::End::board, SharedSecret(kPassword), random.seam());
    Wire garbage(1 + static_cast<std::size_t>(round) * 11);
    ASSERT_TRUE(random.seam().fill(random.seam().context, garbage));
    // Every other one gets past the record header.
    if (round % 2 == 0 && garbage.size() > 9) {
      constexpr unsigned char kStart[] = {0x16, 3, 1, 1, 0x40, 1, 0, 1, 0x3C};
      for (std::size_t i = 0; i < sizeof kStart; ++i) garbage[i] = static_cast<std::byte>(kStart[i]);
    }
    Wire answer;
    ASSERT_EQ(feed(board, garbage, answer), "");
    ASSERT_NE(board.state(), State::open);
    ASSERT_FALSE(board.guessed());
  }
  EXPECT_EQ(tried, 300u);
}

TEST(SecureChannel, EndsInGoodOrder) {
  Talk talk(kPassword, kPassword, 14);
  talk.run();
  talk.board->finish();
  Wire ignored;
  feed(*talk.uploader, take_outgoing(*talk.board), ignored);
  EXPECT_EQ(talk.uploader->state(), State::closed);
  EXPECT_EQ(talk.uploader->fault(), Fault::none);
}

TEST(SecureChannel, TellsARefusalInTheMiddleOfAHandshake) {
  Talk talk(kPassword, kPassword, 15);
  Wire hello, answer;
  feed(*talk.uploader, {}, hello);
  feed(*talk.board, hello, answer);
  talk.board->refuse();
  const Wire alert = take_outgoing(*talk.board);
  answer.insert(answer.end(), alert.begin(), alert.end());
  Wire ignored;
  feed(*talk.uploader, answer, ignored);
  EXPECT_EQ(talk.uploader->state(), State::failed);
  EXPECT_EQ(talk.uploader->fault(), Fault::refused);
}

TEST(SecureChannel, FailsWithoutRandomness) {
  const Randomness none{.fill = [](void*, MutableBytes) noexcept { return false; }, .context = nullptr};
  SecureChannel uploader(SecureChannel::End::uploader, SharedSecret(kPassword), none);
  Wire answer;
  feed(uploader, {}, answer);
  EXPECT_EQ(uploader.state(), State::failed);
  EXPECT_TRUE(answer.empty());
}

TEST(SharedSecret, IsAnotherForEveryPassword) {
  const SharedSecret one("abc"), same("abc"), other("abd"), with_zero(std::string_view("\0abc", 4));
  EXPECT_TRUE(equal(one.bytes(), same.bytes()));
  EXPECT_FALSE(equal(one.bytes(), other.bytes()));
  EXPECT_FALSE(equal(one.bytes(), with_zero.bytes()));
}

}  // namespace
}  // namespace otaru::mbed
