#include <array>

#include <fmt/format.h>

#include <otaru/host/numbers.hpp>
#include <otaru/host/push_outcome.hpp>

namespace otaru::host {
namespace {

constexpr std::array<std::string_view, 5> kEndings{"verdict", "closed", "reset", "silent", "interrupted"};

std::string seconds_text(std::chrono::milliseconds time) {
  return fmt::format("{:g} s", std::chrono::duration<double>(time).count());
}

/// `what happened`, as the start of a sentence.
std::string what_ended(const PushTrace& trace) {
  switch (trace.ending) {
    case PushEnding::closed: return "The board closed the connection";
    case PushEnding::reset: return "The connection was reset";
    case PushEnding::interrupted: return "Interrupted";
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
  outcome.code = kEndings[static_cast<std::size_t>(trace.ending)];
  if (trace.ending == PushEnding::interrupted || words.spoke() || trace.sent < trace.total) {
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
