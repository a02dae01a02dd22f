#include <span>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <otaru/host/push_outcome.hpp>

namespace otaru::host {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr PushEnding kWithoutVerdict[]{PushEnding::closed, PushEnding::reset, PushEnding::silent};

PushTrace trace_of(PushEnding ending, std::uint64_t sent, std::string_view said) {
  PushTrace trace;
  trace.ending = ending;
  trace.sent = sent;
  trace.total = 1000;
  trace.words.take(std::as_bytes(std::span(said)));
  trace.idle_limit = 45s;
  return trace;
}

TEST(PushOutcome, BelievesAVerdictHoweverTheConnectionEnded) {
  for (const PushEnding ending : kWithoutVerdict) {
    EXPECT_EQ(judge(trace_of(ending, 1000, "OTARU/1 ok slot=OTA2 version=0x1\n")).status, PushStatus::ok);
    EXPECT_EQ(judge(trace_of(ending, 10, "OTARU/1 error busy later\n")).status, PushStatus::refused);
  }
}

TEST(PushOutcome, IsUnknownOnlyIfAllWasSentToABoardThatNeverSpoke) {
  for (const PushEnding ending : kWithoutVerdict) {
    EXPECT_EQ(judge(trace_of(ending, 1000, "")).status, PushStatus::unknown);
    EXPECT_EQ(judge(trace_of(ending, 999, "")).status, PushStatus::lost);
    EXPECT_EQ(judge(trace_of(ending, 1000, "OTARU/1 progress 1 2\n")).status, PushStatus::lost);
  }
  EXPECT_EQ(judge(trace_of(PushEnding::interrupted, 1000, "")).status, PushStatus::lost);
}

TEST(PushOutcome, SaysWhatHappenedAndWhen) {
  EXPECT_THAT(judge(trace_of(PushEnding::closed, 100, "")).message,
              HasSubstr("The board closed the connection after 100 of 1,000 bytes"));
  EXPECT_THAT(judge(trace_of(PushEnding::silent, 100, "")).message,
              HasSubstr("The board took nothing more for 45 s after 100"));
  EXPECT_THAT(judge(trace_of(PushEnding::silent, 1000, "")).message,
              HasSubstr("The board was silent for 45 s"));
}

TEST(PushOutcome, IsLostIfABoardThatDidNotCloseIsNotSeenAgain) {
  for (const PushEnding ending : kWithoutVerdict) {
    const PushOutcome first = judge(trace_of(ending, 1000, ""));
    EXPECT_EQ(judge_again(first, true, 20s).status, PushStatus::unknown);
    EXPECT_EQ(judge_again(first, false, 20s).status,
              ending == PushEnding::closed ? PushStatus::unknown : PushStatus::lost);
  }
}

PushOutcome judge_secure(PushChannel channel, PushEnding ending, std::string_view clear = {}) {
  PushTrace trace = trace_of(ending, 0, "");
  trace.channel = channel;
  trace.clear_words.take(std::as_bytes(std::span(clear)));
  return judge(trace);
}

TEST(PushOutcome, TellsAWrongPasswordFromABoardThatKnowsNone) {
  EXPECT_EQ(judge_secure(PushChannel::wrong_password, PushEnding::channel).code, "password_wrong");
  EXPECT_EQ(judge_secure(PushChannel::others_guess, PushEnding::channel).code, "too_many_guesses");
  for (const PushEnding ending : {PushEnding::closed, PushEnding::silent}) {
    EXPECT_EQ(judge_secure(PushChannel::silent, ending).code, "no_secure_channel");
    EXPECT_EQ(judge_secure(PushChannel::silent, ending).status, PushStatus::refused);
  }
  EXPECT_EQ(judge_secure(PushChannel::not_secure, PushEnding::verdict, "OTARU/1 error header_count x\n").code,
            "no_secure_channel");
  const PushOutcome none =
      judge_secure(PushChannel::not_secure, PushEnding::verdict, "OTARU/1 error no_password it has none\n");
  EXPECT_EQ(none.code, "no_password");
  EXPECT_THAT(none.message, HasSubstr("in the clear"));
}

TEST(PushOutcome, IsLostWhenAChannelBreaksAndNeverUnknown) {
  EXPECT_EQ(judge_secure(PushChannel::silent, PushEnding::reset).status, PushStatus::lost);
  for (const PushEnding ending : {PushEnding::closed, PushEnding::reset, PushEnding::silent}) {
    EXPECT_EQ(judge_secure(PushChannel::opening, ending).status, PushStatus::lost);
    PushTrace trace = trace_of(ending, 1000, "");
    trace.channel = PushChannel::open;
    EXPECT_EQ(judge(trace).status, PushStatus::lost) << "no stock board opens a channel";
  }
  EXPECT_EQ(judge_secure(PushChannel::broken, PushEnding::channel).status, PushStatus::lost);
}

}  // namespace
}  // namespace otaru::host
