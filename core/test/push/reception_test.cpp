#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <flash/ram_flash.hpp>
#include <flash/small_layout.hpp>
#include <gtest/gtest.h>
#include <push/made_push.hpp>
#include <push/one_sender.hpp>
#include <update/board_flash.hpp>
#include <update/test_update.hpp>

#include <otaru/push/reception.hpp>

namespace otaru::push {
namespace {

using flash::RamFlash;
using flash::SlotId;
using Next = Action::Next;

const Stream& stream() {
  static const Stream made = made_push(image::made_image2({.km4_xip = 20'000, .seed = 2}));
  return made;
}
constexpr const char* kOk = "OTARU/1 ok slot=OTA2 version=0x01020304";
constexpr std::size_t kInTheImage = offset::kImage + 5000;  // bytes of the stream: some of them are written

class ReceptionTest : public testing::Test {
 protected:
  static constexpr const flash::Layout& kLayout = flash::kSmallLayout;
  using Board = Reception<RamFlash, crypto::TestCrypto, 3>;

  ReceptionTest() {
    update::install(part_, kLayout.ota1, image::made_image2({.seed = 1}));
    before_ = part_.memory;
  }

  struct Guest {
    std::size_t seat;
    bool evicted_another;
    Sender sender;
  };

  /// A new connection. Whoever sat there is closed by its port, without a word.
  Guest connect() {
    const Board::Seat seat = board_.open(now_ms_);
    return {seat.index, seat.evicts,
            Sender([this, index = seat.index](const Event& event) { return step(index, event); })};
  }
  Action step(std::size_t seat, const Event& event) {
    const Action action = board_.step(seat, event, now_ms_);
    if (board_.taken_over()) {
      lost_update_ = board_.taken_over();
      last_words_ = board_.last_words();
    }
    return action;
  }
  void send(Guest& guest, std::size_t from, std::size_t to) {
    guest.sender.send(Bytes(stream()).subspan(from, to - from));
  }
  void send_all(Guest& guest) { guest.sender.send(stream()); }

  std::uint32_t now_ms_ = 0xFFFF'FF00;  // wraps in every test that lets time pass
  RamFlash part_ = update::used_part(kLayout);
  update::TestBoard on_{part_, kLayout, SlotId::ota1};
  Board board_{part_, on_.library, kLayout, on_.trial, on_.trust, kTestTimings};
  std::optional<std::size_t> lost_update_;
  Action last_words_{};
  update::Image before_;
};

TEST_F(ReceptionTest, HasItsSeatsFreeAtFirst) {
  EXPECT_EQ(Board::seats(), 3u);
  for (std::size_t i = 0; i < Board::seats(); ++i) EXPECT_FALSE(board_.open_at(i));
  for (std::size_t i = 0; i < Board::seats(); ++i) {
    Guest guest = connect();
    EXPECT_EQ(guest.seat, i);
    EXPECT_FALSE(guest.evicted_another);
    EXPECT_TRUE(board_.open_at(i));
    EXPECT_EQ(board_.deadline_ms(i), now_ms_ + kTestTimings.headers_ms);
  }
}

TEST_F(ReceptionTest, TakesAPushOnEverySeat) {
  std::vector<Guest> silent;
  for (std::size_t i = 0; i + 1 < Board::seats(); ++i) silent.push_back(connect());
  Guest honest = connect();
  EXPECT_EQ(honest.seat, Board::seats() - 1);
  send_all(honest);
  EXPECT_EQ(honest.sender.verdict(), kOk);
  EXPECT_TRUE(update::boots(part_, kLayout, SlotId::ota2));
}

TEST_F(ReceptionTest, ASeatIsFreeAgainWhenItsConnectionEnded) {
  Guest first = connect();
  first.sender.close();
  EXPECT_TRUE(first.sender.ended);
  EXPECT_FALSE(board_.open_at(first.seat));
  Guest second = connect();
  EXPECT_EQ(second.seat, first.seat);
  EXPECT_FALSE(second.evicted_another);
}

TEST_F(ReceptionTest, ANewSenderGetsTheSeatOfTheOneThatSatLongest) {
  std::vector<Guest> silent;
  for (std::size_t i = 0; i < Board::seats(); ++i, now_ms_ += 100) silent.push_back(connect());
  for (std::size_t i = 0; i < 2 * Board::seats(); ++i, now_ms_ += 100) {
    Guest next = connect();
    EXPECT_EQ(next.seat, i % Board::seats()) << i;
    EXPECT_TRUE(next.evicted_another) << i;
  }
}

// A port scan, or many connections that send nothing, must not keep an honest sender out.
TEST_F(ReceptionTest, AnySwarmOfSilentConnectionsLeavesRoomForAnHonestOne) {
  for (int i = 0; i < 1000; ++i) connect();
  Guest honest = connect();
  send_all(honest);
  EXPECT_EQ(honest.sender.verdict(), kOk);
}

TEST_F(ReceptionTest, ASwarmDuringAnUpdateDoesNotDisturbIt) {
  Guest honest = connect();
  for (std::size_t at = 0; at < stream().size(); at += 500) {
    send(honest, at, std::min(at + 500, stream().size()));
    for (int i = 0; at >= kInTheImage && i < 5; ++i)
      EXPECT_NE(connect().seat, honest.seat) << "an updating sender is never evicted";
    now_ms_ += 10;
  }
  EXPECT_EQ(honest.sender.verdict(), kOk);
}

TEST_F(ReceptionTest, ACommittedSenderIsNeverEvictedSoThatItsResetIsNotLost) {
  Guest honest = connect();
  send_all(honest);
  for (int i = 0; i < 20; ++i, now_ms_ += 10) EXPECT_NE(connect().seat, honest.seat);
  honest.sender.close();
  EXPECT_EQ(honest.sender.resets, 1);
}

TEST_F(ReceptionTest, TheSecondOfTwoSendersIsToldThatTheBoardIsBusy) {
  Guest first = connect();
  send(first, 0, kInTheImage);
  Guest second = connect();
  send_all(second);
  EXPECT_EQ(second.sender.reason, Status::busy);
  EXPECT_EQ(second.sender.verdict(),
            "OTARU/1 error busy another update is under way; try again when it has ended");
  EXPECT_FALSE(lost_update_);
  send(first, kInTheImage, stream().size());
  EXPECT_EQ(first.sender.verdict(), kOk);
}

TEST_F(ReceptionTest, TwoSendersWhoseBytesInterleaveDoNotMix) {
  Guest first = connect();
  Guest second = connect();
  for (std::size_t at = 0; at < stream().size(); at += 16) {
    const std::size_t end = std::min(at + 16, stream().size());
    send(first, at, end);
    if (!second.sender.ended) send(second, at, end);
  }
  EXPECT_EQ(first.sender.verdict(), kOk);
  EXPECT_EQ(second.sender.reason, Status::busy);
  EXPECT_EQ(update::content(part_, kLayout.ota2, stream().size() - offset::kImage),
            Stream(stream().begin() + offset::kImage, stream().end()));
}

TEST_F(ReceptionTest, AfterACommitTheNextSenderIsToldToWaitForTheReset) {
  Guest first = connect();
  send_all(first);
  const std::uint64_t programs = part_.programs;
  Guest second = connect();
  send_all(second);
  EXPECT_EQ(second.sender.reason, Status::busy);
  EXPECT_EQ(part_.programs, programs);
  EXPECT_EQ(second.sender.resets, 0);
}

TEST_F(ReceptionTest, AStalledSenderLosesTheUpdateToTheNextOne) {
  Guest stalled = connect();
  send(stalled, 0, kInTheImage);
  now_ms_ += kTestTimings.stalled_ms;
  Guest next = connect();
  send_all(next);
  EXPECT_EQ(next.sender.verdict(), kOk);
  ASSERT_EQ(lost_update_, stalled.seat);
  EXPECT_EQ(last_words_.reason, Status::timed_out);
  EXPECT_EQ(last_words_.note, Note::refused);
  EXPECT_TRUE(last_words_.last_reply);
  EXPECT_EQ(StatusLine(last_words_.reply).text(),
            "OTARU/1 error timed_out the sender was silent or too slow\n");
  EXPECT_FALSE(board_.taken_over()) << "told once";
  EXPECT_TRUE(update::boots(part_, kLayout, SlotId::ota2));
}

TEST_F(ReceptionTest, TheOneThatLostItsUpdateIsHeardNoMore) {
  Guest stalled = connect();
  send(stalled, 0, kInTheImage);
  now_ms_ += kTestTimings.stalled_ms;
  Guest next = connect();
  send(next, 0, kInTheImage);
  send(stalled, kInTheImage, stream().size());
  EXPECT_FALSE(stalled.sender.noted(Note::downloaded));
  send(next, kInTheImage, stream().size());
  EXPECT_EQ(next.sender.verdict(), kOk);
}

TEST_F(ReceptionTest, ASenderThatIsOnlySlowKeepsItsUpdate) {
  Guest slow = connect();
  send(slow, 0, kInTheImage);
  now_ms_ += kTestTimings.stalled_ms - 1;
  Guest next = connect();
  send_all(next);
  EXPECT_EQ(next.sender.reason, Status::busy);
  EXPECT_FALSE(lost_update_);
  send(slow, kInTheImage, stream().size());
  EXPECT_EQ(slow.sender.verdict(), kOk);
}

// A bug of the first version: any 32 bytes behind a good file header ended the stalled update.
TEST_F(ReceptionTest, AStalledUpdateIsNotLostToAFileThatIsRefusedAnyway) {
  Guest stalled = connect();
  send(stalled, 0, kInTheImage);
  now_ms_ += kTestTimings.stalled_ms;
  Stream bad = stream();
  bad[offset::kImage] = std::byte{0};
  put(bad, offset::kSum, 0);
  Guest next = connect();
  next.sender.send(bad);
  EXPECT_EQ(next.sender.reason, Status::km0_signature);
  EXPECT_FALSE(lost_update_);
  send(stalled, kInTheImage, stream().size());
  EXPECT_EQ(stalled.sender.verdict(), kOk);
}

TEST_F(ReceptionTest, AStalledUpdateIsNotLostToASenderThatIsTooLateItself) {
  Guest stalled = connect();
  send(stalled, 0, kInTheImage);
  Guest next = connect();
  send(next, 0, offset::kImage);
  now_ms_ = board_.deadline_ms(next.seat);
  send(next, offset::kImage, stream().size());
  EXPECT_EQ(next.sender.reason, Status::timed_out);
  EXPECT_FALSE(lost_update_);
}

TEST_F(ReceptionTest, ASilentUpdateEndsAtItsDeadlineThoughNobodyElseComes) {
  Guest stalled = connect();
  send(stalled, 0, kInTheImage);
  now_ms_ = board_.deadline_ms(stalled.seat);
  stalled.sender.tick();
  EXPECT_EQ(stalled.sender.reason, Status::timed_out);
  EXPECT_FALSE(board_.update().active());
}

TEST_F(ReceptionTest, TheNextAttemptWorksAfterAnyWayToFail) {
  const std::vector<std::function<void(Guest&)>> ways{
      [&](Guest& g) {
        send(g, 0, kInTheImage);
        g.sender.close();
      },
      [&](Guest& g) {
        send(g, 0, kInTheImage);
        g.sender.lose();
      },
      [&](Guest& g) {
        send(g, 0, 20);
        g.sender.lose();
      },
      [](Guest& g) { g.sender.lose(); },
      [](Guest& g) { g.sender.send(Stream(5000, std::byte{0x55})); },
      [&](Guest& g) {
        send(g, 0, kInTheImage);
        now_ms_ = board_.deadline_ms(g.seat);
        g.sender.tick();
      },
      [&](Guest& g) {
        part_.before = [](flash::Operation operation, std::uint32_t, std::size_t) {
          return operation == flash::Operation::program ? Status::flash_failed : Status::ok;
        };
        send(g, 0, kInTheImage);
        part_.before = nullptr;
      },
  };
  for (std::size_t i = 0; i < ways.size(); ++i) {
    Guest failing = connect();
    ways[i](failing);
    ASSERT_NE(failing.sender.reason, Status::ok) << "way " << i;
    ASSERT_FALSE(board_.update().active()) << "way " << i;
    ASSERT_TRUE(update::boots(part_, kLayout, SlotId::ota1)) << "way " << i;
    ASSERT_TRUE(update::same_outside(before_, part_.memory, kLayout.ota2)) << "way " << i;
  }
  Guest honest = connect();
  send_all(honest);
  EXPECT_EQ(honest.sender.verdict(), kOk);
}

TEST_F(ReceptionTest, TheUpdateIsThatOfTheRunningSlot) {
  EXPECT_EQ(board_.update().target(), SlotId::ota2);
  update::TestBoard on_ota2(part_, kLayout, SlotId::ota2);
  Reception<RamFlash, crypto::TestCrypto> other(part_, on_ota2.library, kLayout, on_ota2.trial,
                                                on_ota2.trust);
  EXPECT_EQ(other.update().target(), SlotId::ota1);
  EXPECT_EQ(other.seats(), 4u);
}

}  // namespace
}  // namespace otaru::push
