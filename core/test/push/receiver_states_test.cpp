// Every state x every event: where it leads, what the port is told to do, and why.
#include <array>
#include <string>

#include <gtest/gtest.h>
#include <push/one_sender.hpp>

#include <otaru/push/receiver.hpp>

namespace otaru::push {
namespace {

using State = TestReceiver::State;
using Next = Action::Next;

const Stream& stream() {
  static const Stream made = made_push(image::made_image2({.km4_xip = 60'000, .seed = 2}));
  return made;
}

enum class Situation {
  announcement,
  file_header,
  image_start,
  image,
  check,
  refused,
  committed,
  over,
  over_committed
};

struct Board : OneSender {
  using OneSender::OneSender;

  void go_to(Situation situation) {
    if (situation == Situation::refused) {
      receiver.end(update, Status::busy, now_ms);
      return;
    }
    if (situation == Situation::over) {
      step(Event::Kind::lost);
      return;
    }
    const State wanted = situation == Situation::committed        ? State::farewell
                         : situation == Situation::over_committed ? State::over
                                                                  : static_cast<State>(situation);
    while (receiver.state() != wanted && sent < stream().size())
      sent += step(Bytes(stream()).subspan(sent)).consumed;
    while (receiver.state() < State::farewell && receiver.state() != wanted) step(Event::Kind::time);
    if (receiver.state() != wanted) step(Event::Kind::lost);
  }

  /// What is left to send, or bytes too many.
  Bytes rest() const {
    static const Stream kTooMany(3000, std::byte{'x'});
    return sent < stream().size() ? Bytes(stream()).subspan(sent) : Bytes(kTooMany);
  }

  std::size_t sent = 0;
};

enum class What { nothing, a_byte, rest, closed, lost, time_before, time_at, byte_at };
constexpr std::array kWhats{What::nothing, What::a_byte,      What::rest,    What::closed,
                            What::lost,    What::time_before, What::time_at, What::byte_at};

struct Expected {
  State state;
  Next next;
  Status reason = Status::ok;
};

struct Row {
  const char* name;
  Situation situation;
  std::array<Expected, kWhats.size()> expected;
};

constexpr Expected kClosed{State::over, Next::close, Status::closed};
constexpr Expected kLate{State::farewell, Next::wait, Status::timed_out};

constexpr Expected stay(State state) {
  return {state, Next::wait};
}
constexpr Expected on(State state) {
  return {state, Next::again};
}
constexpr Expected over(Next next) {
  return {State::over, next};
}

/// A state that gathers: `whole` is where the rest of its bytes leads.
constexpr Row gathers(const char* name, Situation situation, State state, Expected whole) {
  return {name, situation, {{stay(state), stay(state), whole, kClosed, kClosed, stay(state), kLate, kLate}}};
}
constexpr Row farewell(const char* name, Situation situation, Next next) {
  constexpr State k = State::farewell;
  return {name,
          situation,
          {{stay(k), stay(k), stay(k), over(next), over(next), stay(k), over(next), over(next)}}};
}
constexpr Row ended(const char* name, Situation situation, Next next) {
  return {name,
          situation,
          {{over(next), over(next), over(next), over(next), over(next), over(next), over(next), over(next)}}};
}

constexpr State kCheck = State::check;
constexpr Row kTable[] = {
    gathers("announcement", Situation::announcement, State::announcement, on(State::file_header)),
    gathers("file header", Situation::file_header, State::file_header, on(State::image_start)),
    gathers("image start", Situation::image_start, State::image_start, on(State::image)),
    gathers("image", Situation::image, State::image, on(State::image)),
    // All bytes are there: nothing that happens to the connection matters now.
    {"check",
     Situation::check,
     {{on(kCheck), on(kCheck), on(kCheck), on(kCheck), on(kCheck), on(kCheck), on(kCheck), on(kCheck)}}},
    farewell("farewell, refused", Situation::refused, Next::close),
    farewell("farewell, committed", Situation::committed, Next::close_and_reset),
    ended("over", Situation::over, Next::close),
    ended("over, committed", Situation::over_committed, Next::close_and_reset),
};

Action cause(Board& board, What what) {
  const std::uint32_t deadline = board.receiver.deadline_ms();
  const bool late = what == What::time_at || what == What::byte_at;
  if (late) board.now_ms = deadline;
  if (what == What::time_before) board.now_ms = deadline - 1;
  switch (what) {
    case What::nothing: return board.step(Bytes{});
    case What::a_byte:
    case What::byte_at: return board.step(board.rest().first(1));
    case What::rest: return board.step(board.rest());
    case What::closed: return board.step(Event::Kind::closed);
    case What::lost: return board.step(Event::Kind::lost);
    case What::time_before:
    case What::time_at: return board.step(Event::Kind::time);
  }
  return {};
}

/// The clock at the start: from zero, and wrapping at every place that matters.
class ReceiverTable : public testing::TestWithParam<std::uint32_t> {};
INSTANTIATE_TEST_SUITE_P(FromClock, ReceiverTable,
                         testing::Values(0u, 0x7FFF'FF00u, 0xFFFF'FFFFu, 0xFFFF'FE80u, 0xFFFF'FC00u));

TEST_P(ReceiverTable, EveryEventInEveryStateLeadsWhereItMust) {
  std::size_t tried = 0;
  for (const Row& row : kTable) {
    for (std::size_t i = 0; i < kWhats.size(); ++i, ++tried) {
      const std::string where = std::string(row.name) + ", event " + std::to_string(i);
      Board board(GetParam());
      board.go_to(row.situation);
      const Action action = cause(board, kWhats[i]);
      EXPECT_EQ(board.receiver.state(), row.expected[i].state) << where;
      EXPECT_EQ(action.next, row.expected[i].next) << where;
      EXPECT_EQ(action.reason, row.expected[i].reason) << where;
      EXPECT_EQ(action.last_reply, action.reason != Status::ok) << where;
      EXPECT_EQ(board.receiver.open(), board.receiver.state() != State::over) << where;
    }
  }
  EXPECT_EQ(tried, 72u);
}

TEST_P(ReceiverTable, WaitingMeansThatEveryByteWasTaken) {
  for (const Row& row : kTable) {
    for (const What what : {What::nothing, What::a_byte, What::rest, What::byte_at}) {
      Board board(GetParam());
      board.go_to(row.situation);
      const std::size_t offered = what == What::nothing ? 0 : what == What::rest ? board.rest().size() : 1;
      const Action action = cause(board, what);
      EXPECT_LE(action.consumed, offered) << row.name;
      EXPECT_TRUE(action.next != Next::wait || action.consumed == offered) << row.name;
      EXPECT_TRUE(action.next != Next::again || offered == 0 || action.consumed > 0) << row.name;
    }
  }
}

TEST_P(ReceiverTable, EveryStateHasADeadline) {
  constexpr const Timings& t = kTestTimings;
  const std::pair<Situation, std::uint32_t> kAllowed[] = {
      {Situation::announcement, t.headers_ms}, {Situation::file_header, t.headers_ms},
      {Situation::image_start, t.headers_ms},  {Situation::image, t.image_idle_ms},
      {Situation::check, t.check_ms},          {Situation::refused, t.linger_ms},
      {Situation::committed, t.linger_ms},
  };
  for (const auto& [situation, allowed] : kAllowed) {
    Board board(GetParam());
    board.go_to(situation);
    EXPECT_EQ(board.receiver.deadline_ms() - GetParam(), allowed) << static_cast<int>(situation);
  }
}

TEST_P(ReceiverTable, EveryStateEndsThoughNothingButTimePasses) {
  for (const Row& row : kTable) {
    Board board(GetParam());
    board.go_to(row.situation);
    int steps = 0;
    for (; board.receiver.open() && steps < 100; ++steps) {
      board.now_ms = board.receiver.deadline_ms();
      board.step(Event::Kind::time);
    }
    EXPECT_LT(steps, 100) << row.name;
    EXPECT_FALSE(board.receiver.updating()) << row.name;
  }
}

TEST_P(ReceiverTable, OnlyTheImageAndItsCheckHoldTheUpdate) {
  for (const Row& row : kTable) {
    Board board(GetParam());
    board.go_to(row.situation);
    const bool holds = row.situation == Situation::image || row.situation == Situation::check;
    const bool done = row.situation == Situation::committed || row.situation == Situation::over_committed;
    EXPECT_EQ(board.receiver.updating(), holds) << row.name;
    EXPECT_EQ(board.receiver.committed(), done) << row.name;
    EXPECT_EQ(board.update.active(), holds || done) << row.name;
  }
}

TEST_P(ReceiverTable, TheBoardCanEndAConnectionInEveryState) {
  for (const Row& row : kTable) {
    Board board(GetParam());
    board.go_to(row.situation);
    const State before = board.receiver.state();
    const Action action = board.receiver.end(board.update, Status::timed_out, board.now_ms);
    EXPECT_EQ(board.receiver.state(), before == State::over ? State::over : State::farewell) << row.name;
    EXPECT_EQ(action.last_reply, before < State::farewell) << row.name;
    EXPECT_FALSE(board.receiver.updating()) << row.name;
  }
}

TEST_P(ReceiverTable, AStalledImageIsOneWithoutAByteForAWhile) {
  Board board(GetParam());
  board.go_to(Situation::image);
  EXPECT_FALSE(board.receiver.stalled(board.now_ms));
  EXPECT_FALSE(board.receiver.stalled(GetParam() + kTestTimings.stalled_ms - 1));
  EXPECT_TRUE(board.receiver.stalled(GetParam() + kTestTimings.stalled_ms));
  board.now_ms += 200;
  board.step(board.rest().first(1));
  EXPECT_FALSE(board.receiver.stalled(GetParam() + kTestTimings.stalled_ms));
  EXPECT_TRUE(board.receiver.stalled(GetParam() + kTestTimings.stalled_ms + 200));
  for (const Situation other : {Situation::announcement, Situation::image_start, Situation::check,
                                Situation::refused, Situation::committed}) {
    Board quiet(GetParam());
    quiet.go_to(other);
    EXPECT_FALSE(quiet.receiver.stalled(quiet.now_ms + kTestTimings.stalled_ms)) << static_cast<int>(other);
  }
}

TEST_P(ReceiverTable, EachByteOfTheImageGrantsTheIdleTimeAnewButNotBeyondTheWhole) {
  Board board(GetParam());
  board.go_to(Situation::image);
  const std::uint32_t end = GetParam() + kTestTimings.image_total_ms;
  std::uint32_t bytes = 0;
  while (board.receiver.state() == State::image) {
    board.now_ms = board.receiver.deadline_ms() - 1;
    ASSERT_EQ(board.step(board.rest().first(1)).reason, Status::ok);
    ++board.sent;
    ++bytes;
    if (board.receiver.deadline_ms() == end) break;
    EXPECT_EQ(board.receiver.deadline_ms(), board.now_ms + kTestTimings.image_idle_ms);
  }
  EXPECT_EQ(bytes, 24u) << "2002 ms each; the 24th leaves less than that of the 50,021 ms";
  board.now_ms = end;
  EXPECT_EQ(board.step(board.rest().first(1)).reason, Status::timed_out);
}

TEST(Receiver, TheTimeForTheWholeImageCountsFromItsFirstByte) {
  constexpr Timings kShort{.headers_ms = 1000,
                           .image_idle_ms = 5000,
                           .image_total_ms = 300,
                           .stalled_ms = 100,
                           .check_ms = 1000,
                           .linger_ms = 100};
  Board board;
  board.receiver = TestReceiver(kShort);
  board.receiver.open(0);
  board.go_to(Situation::image);
  EXPECT_EQ(board.receiver.deadline_ms(), 300u);
}

TEST(Receiver, IsClosedBeforeItIsOpened) {
  OneSender board;
  TestReceiver fresh(kTestTimings);
  EXPECT_FALSE(fresh.open());
  EXPECT_EQ(fresh.step(board.update, {Event::Kind::time, {}}, 0).next, Next::close);
}

TEST(Receiver, StartsAfreshWhenOpenedAgain) {
  for (const Row& row : kTable) {
    Board board;
    board.go_to(row.situation);
    if (board.receiver.updating()) continue;  // its port tells it first that the connection is lost
    board.receiver.open(77);
    EXPECT_EQ(board.receiver.state(), State::announcement) << row.name;
    EXPECT_FALSE(board.receiver.committed()) << row.name;
    EXPECT_EQ(board.receiver.deadline_ms(), 77 + kTestTimings.headers_ms) << row.name;
    EXPECT_EQ(board.step(Event::Kind::time).next, Next::wait) << row.name;
  }
}

}  // namespace
}  // namespace otaru::push
