#include <memory>

#include <gtest/gtest.h>

#include <otaru/mbed/push_gate.hpp>

#include "channel_pair.hpp"

namespace otaru::mbed {
namespace {

using Next = PushGate::Step::Next;

constexpr std::string_view kPassword = "open sesame";

/// One connection to a board: a gate, and bytes on their way to it.
class Visitor {
 public:
  explicit Visitor(PushDoor& door) : gate(door) {}

  /// Gives `wire` to the gate until it wants more or says something. @return what it said last
  PushGate::Step send(Bytes wire, std::uint32_t now_ms) {
    waiting_.insert(waiting_.end(), wire.begin(), wire.end());
    PushGate::Step step;
    for (int steps = 0; steps < 1000; ++steps) {
      step = gate.step(waiting_, now_ms);
      waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(step.consumed));
      if (step.next == Next::plain) {
        heard += text_of(gate.plain());
        gate.consume(gate.plain().size());
        continue;
      }
      if (step.next != Next::again && (step.next != Next::wait || waiting_.empty() || gate.undecided()))
        break;
    }
    const Bytes out = gate.outgoing();
    answer.insert(answer.end(), out.begin(), out.end());
    if (!out.empty()) gate.sent(out.size());
    return step;
  }

  PushGate gate;
  std::string heard;
  Wire answer;

 private:
  Wire waiting_;
};

/// An uploader who shows `password`, driven up to its second flight, which holds the proof.
struct Guess {
  Guess(PushDoor& door, std::string_view password, std::uint64_t seed, std::uint32_t now_ms)
      : random(seed),
        uploader(SecureChannel::End::uploader, SharedSecret(password), random.seam()),
        visitor(door) {
    Wire hello;
    feed(uploader, {}, hello);
    start = visitor.send(hello, now_ms);
    feed(uploader, std::exchange(visitor.answer, {}), proof);
  }
  PushGate::Step show(std::uint32_t now_ms) { return visitor.send(proof, now_ms); }

  MadeRandomness random;
  SecureChannel uploader;
  Visitor visitor;
  PushGate::Step start;
  Wire proof;
};

class PushGateOfBoardWithPassword : public testing::Test {
 protected:
  PushDoor door{SharedSecret(kPassword), system_randomness()};
};

TEST(PushGate, OfABoardWithoutAPasswordLetsThePlainDialectInAsItIs) {
  PushDoor door;
  Visitor visitor(door);
  EXPECT_EQ(visitor.send(bytes_of(std::string_view("\x01\0\0\0", 4)), 0).next, Next::direct);
  EXPECT_TRUE(visitor.gate.direct());
}

TEST(PushGate, OfABoardWithoutAPasswordTellsWhoShowsOne) {
  PushDoor door;
  Guess guess(door, kPassword, 1, 0);
  EXPECT_EQ(guess.start.next, Next::refuse);
  EXPECT_EQ(guess.start.reason, GateRefusal::no_password);
  EXPECT_FALSE(guess.visitor.gate.secure()) << "said in the clear";
}

// The sum of this announcement starts as a TLS record does.
TEST(PushGate, TakesAnAnnouncementWhoseSumLooksLikeARecordForWhatItIs) {
  PushDoor door;
  Visitor visitor(door);
  const std::string announcement("\x16\x03\x01\x02\0\0\0\0\x20\0\0\0", 12);
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_EQ(visitor.send(bytes_of(announcement).subspan(i, 1), 0).next, Next::wait) << i;
  EXPECT_EQ(visitor.send(bytes_of(announcement).subspan(5), 0).next, Next::direct);
}

TEST_F(PushGateOfBoardWithPassword, RefusesThePlainDialectBeforeAByteOfIt) {
  Visitor visitor(door);
  const PushGate::Step step = visitor.send(bytes_of("OTA"), 0);
  EXPECT_EQ(step.next, Next::refuse);
  EXPECT_EQ(step.reason, GateRefusal::password_required);
  EXPECT_FALSE(visitor.gate.secure());
  const PushGate::Step later = visitor.send(bytes_of("more of it"), 0);
  EXPECT_EQ(later.next, Next::wait);
  EXPECT_EQ(later.consumed, 10u) << "what follows is dropped";
  EXPECT_EQ(visitor.heard, "");
}

TEST_F(PushGateOfBoardWithPassword, LetsTheRightPasswordInAndSpeaksInSecret) {
  Guess guess(door, kPassword, 2, 0);
  guess.show(0);
  ASSERT_TRUE(guess.visitor.gate.open());
  Wire ignored;
  feed(guess.uploader, std::exchange(guess.visitor.answer, {}), ignored);
  ASSERT_EQ(guess.uploader.write(bytes_of("announcement and file")), 21u);
  guess.visitor.send(take_outgoing(guess.uploader), 0);
  EXPECT_EQ(guess.visitor.heard, "announcement and file");
  guess.visitor.gate.say("OTARU/1 ok\n");
  guess.visitor.gate.finish();
  guess.visitor.send({}, 0);
  EXPECT_EQ(feed(guess.uploader, guess.visitor.answer, ignored), "OTARU/1 ok\n");
  EXPECT_EQ(guess.uploader.state(), SecureChannel::State::closed);
}

TEST_F(PushGateOfBoardWithPassword, MakesEveryoneWaitLongerAfterEachWrongPassword) {
  std::uint32_t now_ms = 5000;
  for (const std::uint32_t wait : {1u, 2u, 4u, 8u, 16u, 32u, 60u, 60u}) {
    Guess wrong(door, "wrong", now_ms, now_ms);
    const PushGate::Step step = wrong.show(now_ms);
    EXPECT_EQ(step.next, Next::refuse);
    EXPECT_EQ(step.reason, GateRefusal::password_wrong);
    EXPECT_EQ(step.wait_s, wait);
    Guess early(door, kPassword, now_ms + 1, now_ms + wait * 1000 - 1);
    EXPECT_EQ(early.start.reason, GateRefusal::too_many_guesses);
    EXPECT_EQ(early.start.wait_s, 1u);
    now_ms += wait * 1000;
  }
  Guess right(door, kPassword, 3, now_ms);
  right.show(now_ms);
  EXPECT_TRUE(right.visitor.gate.open()) << "the owner gets in when the wait is over";
  Guess again(door, "wrong", 4, now_ms);
  EXPECT_EQ(again.show(now_ms).wait_s, 1u) << "and the waits start anew";
}

TEST_F(PushGateOfBoardWithPassword, TriesOnePasswordForManyConnectionsAtOnce) {
  std::vector<std::unique_ptr<Guess>> guesses;
  for (std::uint64_t i = 0; i < 4; ++i) guesses.push_back(std::make_unique<Guess>(door, "wrong", 100 + i, 0));
  // All wait at the same point. The last one knows the password, and is too late as well.
  guesses.push_back(std::make_unique<Guess>(door, kPassword, 200, 0));
  EXPECT_EQ(guesses[0]->show(0).reason, GateRefusal::password_wrong);
  for (std::size_t i = 1; i < guesses.size(); ++i) {
    EXPECT_EQ(guesses[i]->show(0).reason, GateRefusal::too_many_guesses) << i;
    Wire ignored;
    feed(guesses[i]->uploader, guesses[i]->visitor.answer, ignored);
    EXPECT_EQ(guesses[i]->uploader.fault(), SecureChannel::Fault::refused);
  }
  EXPECT_EQ(door.guesses().wait_ms(0), 1000u);
}

TEST_F(PushGateOfBoardWithPassword, CountsNothingForOneWhoLeavesBeforeTheProof) {
  for (std::uint64_t i = 0; i < 20; ++i) {
    Guess guess(door, "wrong", 300 + i, 0);
    EXPECT_EQ(guess.start.next, Next::wait);
    EXPECT_EQ(guess.visitor.send(Bytes(guess.proof).first(guess.proof.size() - 1), 0).next, Next::wait);
  }
  EXPECT_EQ(door.guesses().wait_ms(0), 0u) << "nothing was learned, and port scans cost no wait";
}

TEST_F(PushGateOfBoardWithPassword, EndsOnlyTheConnectionForBytesThatAreNoTls) {
  Guess guess(door, kPassword, 5, 0);
  EXPECT_EQ(guess.visitor.send(bytes_of("GET / HTTP/1.1\r\n"), 0).reason, GateRefusal::channel_broken);
  Guess next(door, kPassword, 6, 0);
  next.show(0);
  EXPECT_TRUE(next.visitor.gate.open());
}

TEST_F(PushGateOfBoardWithPassword, EndsTheConnectionForAChangedRecordAndPassesNoneOfItOn) {
  Guess guess(door, kPassword, 7, 0);
  guess.show(0);
  Wire ignored;
  feed(guess.uploader, std::exchange(guess.visitor.answer, {}), ignored);
  guess.uploader.write(bytes_of("the image"));
  Wire record = take_outgoing(guess.uploader);
  record[record.size() / 2] ^= std::byte{0x10};
  EXPECT_EQ(guess.visitor.send(record, 0).reason, GateRefusal::channel_broken);
  EXPECT_EQ(guess.visitor.heard, "");
  EXPECT_EQ(door.guesses().wait_ms(0), 0u);
}

}  // namespace
}  // namespace otaru::mbed
