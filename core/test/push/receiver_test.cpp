#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <push/one_sender.hpp>

#include <otaru/push/receiver.hpp>

namespace otaru::push {
namespace {

using flash::SlotId;
using testing::ElementsAre;
using Next = Action::Next;

const update::Image& image() {
  static const update::Image made = image::made_image2_of(70'001, 2);
  return made;
}
const Stream& stream() {
  static const Stream made = made_push(image());
  return made;
}

class ReceiverInto : public testing::TestWithParam<SlotId> {
 protected:
  void expect_updated(OneSender& board) {
    EXPECT_TRUE(update::boots(board.part, board.layout, GetParam()));
    EXPECT_EQ(update::content(board.part, board.update.slot(), image().size()), image());
    EXPECT_FALSE(board.sender.port_confused);
  }
  std::string ok_line() const {
    return "OTARU/1 ok slot=" + std::string(flash::name(GetParam())) + " version=0x01020304";
  }
  SlotId running() const { return flash::other(GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(Slot, ReceiverInto, testing::Values(SlotId::ota1, SlotId::ota2),
                         [](const auto& instance) { return std::string(flash::name(instance.param)); });

TEST_P(ReceiverInto, TakesAPushAndTellsItsSender) {
  OneSender board(0, running());
  board.sender.send(stream());
  expect_updated(board);
  EXPECT_EQ(board.sender.verdict(), ok_line());
  EXPECT_EQ(board.sender.last_replies, 1);
  EXPECT_FALSE(board.sender.ended) << "the sender has not read it yet";
  board.sender.close();
  EXPECT_TRUE(board.sender.ended);
  EXPECT_EQ(board.sender.resets, 1);
}

TEST_P(ReceiverInto, NotesEveryPointOnceAndInOrder) {
  OneSender board(0, running());
  board.sender.send(stream());
  EXPECT_THAT(board.sender.notes, ElementsAre(Note::announced, Note::header_good, Note::started,
                                              Note::downloaded, Note::verified, Note::committed));
  EXPECT_EQ(board.sender.reason, Status::ok);
}

TEST_P(ReceiverInto, TellsProgressAtTheStartEvery32KiBAndAtTheEnd) {
  OneSender board(0, running());
  board.sender.send(stream(), 4096);
  EXPECT_EQ(board.sender.lines,
            "OTARU/1 progress 32 70001\n"
            "OTARU/1 progress 32768 70001\n"
            "OTARU/1 progress 65536 70001\n"
            "OTARU/1 progress 70001 70001\n" +
                ok_line() + "\n");
}

TEST_P(ReceiverInto, TakesAnyChunkingAndWritesTheSameFlash) {
  for (const std::size_t chunk : {1u, 2u, 11u, 12u, 13u, 31u, 44u, 76u, 77u, 536u, 1024u, 1460u, 65'536u,
                                  std::numeric_limits<unsigned>::max()}) {
    OneSender board(0, running());
    board.sender.send(stream(), chunk);
    expect_updated(board);
    EXPECT_EQ(board.sender.verdict(), ok_line()) << chunk;
  }
}

TEST_P(ReceiverInto, OneStepErasesAtMostOnceAndProgramsAtMost16Pages) {
  OneSender board(0, running());
  Bytes rest = stream();
  std::size_t steps = 0;
  for (; !rest.empty(); ++steps) {
    const std::uint64_t erases = board.part.sector_erases + board.part.block_erases;
    const std::uint64_t programs = board.part.programs;
    rest = rest.subspan(board.step(rest).consumed);
    ASSERT_LE(board.part.sector_erases + board.part.block_erases - erases, 1u) << "step " << steps;
    ASSERT_LE(board.part.programs - programs, 16u) << "step " << steps;
  }
  EXPECT_GE(steps, 3u + 70'001u / 4096u);
}

// With 32 bytes over, the last page of one sector and the first of the next could be written together.
TEST_P(ReceiverInto, TheLastStepOfAnImageErasesAtMostOnceToo) {
  OneSender board(0, running());
  const Stream sent = made_push(image::made_image2_of(3 * 4096 + 32, 2));
  Bytes rest = sent;
  while (!rest.empty()) {
    const std::uint64_t erases = board.part.sector_erases;
    rest = rest.subspan(board.step(rest).consumed);
    ASSERT_LE(board.part.sector_erases - erases, 1u);
  }
  EXPECT_EQ(board.part.sector_erases, 4u);
}

TEST_P(ReceiverInto, ASenderThatClosesItsSideAfterTheLastByteStillGetsTheVerdict) {
  OneSender board(0, running());
  board.sender.send(Bytes(stream()).first(stream().size() - 1));
  Action action = board.step(Bytes(stream()).last(1));
  board.sender.carry_out(action);
  ASSERT_EQ(action.note, Note::downloaded);
  board.sender.close();
  expect_updated(board);
  EXPECT_EQ(board.sender.verdict(), ok_line());
  EXPECT_EQ(board.sender.last_replies, 1);
  EXPECT_EQ(board.sender.last.next, Next::close_and_reset) << "nothing more will come: no need to linger";
  EXPECT_EQ(board.sender.resets, 1);
}

TEST_P(ReceiverInto, AConnectionLostDuringTheCheckStillCommits) {
  OneSender board(0, running());
  board.sender.send(Bytes(stream()).first(stream().size() - 1));
  board.sender.carry_out(board.step(Bytes(stream()).last(1)));
  board.sender.lose();
  expect_updated(board);
  EXPECT_EQ(board.sender.resets, 1);
}

TEST_P(ReceiverInto, AConnectionLostAfterTheVerdictStillResets) {
  OneSender board(0, running());
  board.sender.send(stream());
  board.sender.lose();
  EXPECT_EQ(board.sender.last.next, Next::close_and_reset);
  EXPECT_EQ(board.sender.resets, 1);
}

TEST_P(ReceiverInto, ASenderThatNeverClosesDelaysTheResetByTheLingerTimeOnly) {
  OneSender board(0, running());
  board.sender.send(stream());
  ASSERT_EQ(board.sender.last.next, Next::wait);
  board.now_ms += kTestTimings.linger_ms - 1;
  board.sender.send(Stream(1));
  board.sender.tick();
  EXPECT_FALSE(board.sender.ended);
  board.now_ms += 1;
  board.sender.tick();
  EXPECT_EQ(board.sender.resets, 1);
}

TEST_P(ReceiverInto, BytesBehindTheFileAreDropped) {
  OneSender board(0, running());
  Stream longer = stream();
  longer.resize(longer.size() + 100'000, std::byte{'x'});
  board.sender.send(longer, 3000);
  expect_updated(board);
  EXPECT_EQ(board.sender.verdict(), ok_line());
}

TEST_P(ReceiverInto, AnAnnouncementOfZerosSaysNothingAndIsAccepted) {
  OneSender board(0, running());
  Stream silent = stream();
  std::fill_n(silent.begin(), 12, std::byte{0});
  board.sender.send(silent);
  expect_updated(board);
}

TEST_P(ReceiverInto, TheMiddleWordOfTheAnnouncementIsIgnored) {
  OneSender board(0, running());
  Stream odd = stream();
  put(odd, 4, 0xDEAD'BEEF);
  board.sender.send(odd);
  expect_updated(board);
}

TEST_P(ReceiverInto, TheIdAndTheFlashAddressOfTheFileDoNotChooseTheSlot) {
  for (const std::uint32_t id : {0x3141'544Fu, 0x3241'544Fu}) {
    OneSender board(0, running());
    Stream odd = stream();
    put(odd, offset::kId, id);
    put(odd, offset::kImageOffset + 4, board.layout.km0_boot.address());
    announce(odd);
    board.sender.send(odd);
    expect_updated(board);
  }
}

TEST_P(ReceiverInto, AnImageThatFillsTheSlotIsTaken) {
  OneSender board(0, running());
  const update::Image full = image::made_image2_of(board.update.slot().capacity(), 2);
  board.sender.send(made_push(full), 4096);
  EXPECT_EQ(board.sender.verdict(), ok_line());
  EXPECT_EQ(update::content(board.part, board.update.slot(), full.size()), full);
}

TEST_P(ReceiverInto, TheClockMayWrapAtAnyPoint) {
  for (const std::uint32_t before_wrap : {0u, 1u, 500u, 1000u, 5000u, 20'000u}) {
    OneSender board(0u - before_wrap, running());
    for (std::size_t at = 0; at < stream().size() && !board.sender.ended; at += 1000) {
      board.sender.send(Bytes(stream()).subspan(at, std::min<std::size_t>(1000, stream().size() - at)));
      board.now_ms += 300;
    }
    EXPECT_EQ(board.sender.verdict(), ok_line()) << before_wrap;
  }
}

TEST_P(ReceiverInto, FlashThatFailsIsToldAndTheRunningImageStays) {
  const Status kFailed = Status::flash_failed;
  std::size_t failed = 0;
  for (std::uint32_t program = 0; program < 40; program += 13) {
    OneSender board(0, running());
    std::uint32_t seen = 0;
    board.part.before = [&](flash::Operation operation, std::uint32_t, std::size_t) {
      return operation == flash::Operation::program && seen++ == program ? Status::flash_failed : Status::ok;
    };
    board.sender.send(stream());
    board.part.before = nullptr;
    EXPECT_EQ(board.sender.reason, kFailed) << program;
    EXPECT_TRUE(board.unharmed()) << program;
    EXPECT_FALSE(board.update.active()) << program;
    failed += board.sender.reason == kFailed ? 1u : 0u;
  }
  EXPECT_EQ(failed, 4u);
}

TEST_P(ReceiverInto, ASecondPushRightAfterTheFirstIsToldToWait) {
  OneSender board(0, running());
  board.sender.send(stream());
  TestReceiver second(kTestTimings);
  second.open(0);
  Sender late([&](const Event& event) { return second.step(board.update, event, 0); });
  const std::uint64_t programs = board.part.programs;
  late.send(stream());
  EXPECT_EQ(late.reason, Status::busy);
  EXPECT_EQ(board.part.programs, programs);
  expect_updated(board);
}

}  // namespace
}  // namespace otaru::push
