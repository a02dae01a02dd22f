// What became of a push: judged from what the computer saw of the connection.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <otaru/host/board_words.hpp>

namespace otaru::host {

enum class PushStatus : std::uint8_t {
  ok,       ///< the board says so
  refused,  ///< the board says so
  lost,     ///< the connection broke; what the board holds is unknown
  unknown,  ///< everything was sent to a board that says nothing, as stock boards do
};

/// For programs: `ok`, `refused`, `lost`, `unknown`.
std::string_view name(PushStatus status) noexcept;

/// How the connection ended.
enum class PushEnding : std::uint8_t {
  verdict,      ///< the board said `ok` or `error`
  closed,       ///< the board closed, in good order
  reset,        ///< the board, or something on the way, reset the connection
  silent,       ///< nothing moved for the idle limit
  interrupted,  ///< the user wanted to stop
  channel,      ///< the secure channel did not open, or broke
};

/// How far a secure channel came.
enum class PushChannel : std::uint8_t {
  none,        ///< the plain dialect
  silent,      ///< asked for, and the board has said nothing yet
  not_secure,  ///< the board answered something else than TLS
  opening,     ///< the board answers, and more has to come
  open,
  wrong_password,  ///< the board does not know the same password
  others_guess,    ///< the board ended the handshake: another sender guessed wrong meanwhile
  broken_opening,  ///< it broke before it was open
  broken,          ///< it broke later
};

/// All that is known at the end of the connection.
struct PushTrace {
  PushEnding ending = PushEnding::silent;
  std::uint64_t sent =
      0;  ///< bytes of the OTA file that the board's network received (not only the computer's)
  std::uint64_t total = 0;  ///< of the OTA file, bytes
  BoardWords words;
  PushChannel channel = PushChannel::none;
  BoardWords clear_words;                   ///< not_secure: what the board said instead
  std::chrono::milliseconds idle_limit{0};  ///< that was in force, for the message
  double seconds = 0;                       ///< from the connection to its end
};

struct PushOutcome {
  PushStatus status = PushStatus::lost;
  std::string slot;     ///< with ok: `OTA2`
  std::string version;  ///< with ok: `0x01020304`
  /// With refused: the board's own, or `password_wrong`, `too_many_guesses`, `no_secure_channel`. Else empty,
  /// or `closed`, `reset`, `silent`, `interrupted`, `channel`.
  std::string code;
  std::string message;  ///< for people: what happened, and what to do
  double seconds = 0;   ///< from the connection to its end
};

/// A verdict counts, whatever became of the connection behind it. Without one: if all was sent and the board
/// never said anything, it may be a stock board that took the image (`unknown`); else the connection is lost.
PushOutcome judge(const PushTrace& trace);

/// The second judgement, for `unknown`: `back` says whether the board was seen on the network again. One that
/// closed in good order stays unknown either way; one that did not, and was not seen again, is lost.
PushOutcome judge_again(PushOutcome outcome, bool back, std::chrono::milliseconds looked_for);

}  // namespace otaru::host
