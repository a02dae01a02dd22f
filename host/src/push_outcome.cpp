#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include <otaru/host/numbers.hpp>
#include <otaru/host/push_outcome.hpp>

namespace otaru::host {
namespace {

constexpr std::array<std::string_view, 6> kEndings{"verdict", "closed",      "reset",
                                                   "silent",  "interrupted", "channel"};

std::string seconds_text(std::chrono::milliseconds time) {
  return fmt::format("{:g} s", std::chrono::duration<double>(time).count());
}

/// `what happened`, as the start of a sentence.
std::string what_ended(const PushTrace& trace) {
  switch (trace.ending) {
    case PushEnding::closed: return "The board closed the connection";
    case PushEnding::reset: return "The connection was reset";
    case PushEnding::interrupted: return "Interrupted";
    case PushEnding::channel: return "The secure channel broke, as if somebody changed its bytes,";
    case PushEnding::silent:
    case PushEnding::verdict: break;
  }
  return fmt::format("{} for {}",
                     trace.sent < trace.total ? "The board took nothing more" : "The board was silent",
                     seconds_text(trace.idle_limit));
}

std::string lost_message(const PushTrace& trace) {
  const std::string where = trace.sent < trace.total
                                ? fmt::format("after {} of {}", grouped(trace.sent), bytes_text(trace.total))
                                : "when everything was sent";
  return fmt::format(
      "{} {}, before the board gave its verdict. What the board holds is unknown: look at it, and "
      "push again.",
      what_ended(trace), where);
}

std::string verdict_message(const BoardWords& words) {
  if (words.verdict() == BoardWords::Verdict::error) {
    return fmt::format("The board refused the image: {} ({})",
                       words.text().empty() ? "no reason given" : words.text(), words.code());
  }
  const std::string slot = words.slot().empty() ? "its free slot" : words.slot();
  return fmt::format("The board verified the image in {} and starts it now.", slot);
}

PushOutcome refused(PushOutcome outcome, std::string code, std::string message) {
  outcome.status = PushStatus::refused;
  outcome.code = std::move(code);
  outcome.message = std::move(message);
  return outcome;
}

/// Refusals that a board of ours says in the clear to who asks for a secure channel.
bool is_own_answer(std::string_view code) noexcept {
  constexpr std::array<std::string_view, 5> kCodes{"no_password", "too_many_guesses", "busy", "timed_out",
                                                   "closed"};
  return std::ranges::find(kCodes, code) != kCodes.end();
}

/// A push whose secure channel never stood: nothing of the image was sent.
PushOutcome judge_opening(const PushTrace& trace, PushOutcome outcome) {
  const BoardWords& said = trace.clear_words;
  switch (trace.channel) {
    case PushChannel::wrong_password:
      return refused(std::move(outcome), "password_wrong",
                     "The board does not know this password (or somebody changed the bytes on their way). "
                     "Nothing was written. It takes no other for some seconds, longer after each wrong one: "
                     "check the password first.");
    case PushChannel::others_guess:
      return refused(std::move(outcome), "too_many_guesses",
                     "Somebody else has just shown the board a wrong password, so it takes none for some "
                     "seconds, at most a minute. Nothing was written. Try again then.");
    case PushChannel::silent:
    case PushChannel::not_secure:
      if (said.verdict() == BoardWords::Verdict::error && is_own_answer(said.code()))
        return refused(std::move(outcome), said.code(),
                       verdict_message(said) + (said.code() == "no_password"
                                                    ? ". Nothing was sent. Without one, it goes in the clear."
                                                    : ""));
      if (trace.ending == PushEnding::closed || trace.ending == PushEnding::silent ||
          trace.ending == PushEnding::verdict)
        return refused(
            std::move(outcome), "no_secure_channel",
            "The board does not speak the secure dialect: it is a stock board, or its Otaru is too "
            "old. Nothing was written. To push without a password, in the clear, leave it out.");
      break;
    default: break;
  }
  outcome.code = kEndings[static_cast<std::size_t>(trace.ending)];
  outcome.message = fmt::format(
      "{} before the secure channel was open. Nothing of the image was sent: push again.", what_ended(trace));
  return outcome;
}

}  // namespace

std::string_view name(PushStatus status) noexcept {
  constexpr std::array<std::string_view, 4> kNames{"ok", "refused", "lost", "unknown"};
  return kNames[static_cast<std::size_t>(status)];
}

PushOutcome judge(const PushTrace& trace) {
  const BoardWords& words = trace.words;
  PushOutcome outcome;
  outcome.seconds = trace.seconds;
  if (words.verdict() != BoardWords::Verdict::none) {
    const bool ok = words.verdict() == BoardWords::Verdict::ok;
    outcome.status = ok ? PushStatus::ok : PushStatus::refused;
    outcome.slot = words.slot();
    outcome.version = words.version();
    outcome.code = words.code();
    outcome.message = verdict_message(words);
    return outcome;
  }
  const bool secure = trace.channel != PushChannel::none;
  if (secure && trace.channel != PushChannel::open && trace.channel != PushChannel::broken)
    return judge_opening(trace, std::move(outcome));
  outcome.code = kEndings[static_cast<std::size_t>(trace.ending)];
  // Stock boards know no secure channel: one that had opened it and says nothing is none.
  if (secure || trace.ending == PushEnding::interrupted || words.spoke() || trace.sent < trace.total) {
    outcome.status = PushStatus::lost;
    outcome.message = lost_message(trace);
  } else {
    outcome.status = PushStatus::unknown;
    outcome.message = fmt::format(
        "{} without a word when everything was sent, as stock boards do. Whether it took the image is "
        "unknown.",
        what_ended(trace));
  }
  return outcome;
}

PushOutcome judge_again(PushOutcome outcome, bool back, std::chrono::milliseconds looked_for) {
  if (back) {
    outcome.message += " It answers on the network: check that the new program runs.";
    return outcome;
  }
  outcome.message +=
      fmt::format(" It was not seen on the network again within {}: look at it.", seconds_text(looked_for));
  if (outcome.code != kEndings[static_cast<std::size_t>(PushEnding::closed)])
    outcome.status = PushStatus::lost;
  return outcome;
}

}  // namespace otaru::host
