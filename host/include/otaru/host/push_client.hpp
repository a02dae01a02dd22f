// Pushes a file to a board over TCP: the uploader's side. docs/SPEC-push.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <otaru/host/push_file.hpp>
#include <otaru/host/push_outcome.hpp>
#include <otaru/host/push_target.hpp>
#include <otaru/mbed/shared_secret.hpp>

namespace otaru::host {

/// Every wait of a push has an end.
struct PushLimits {
  std::chrono::milliseconds connect{8000};  ///< for one address and port
  /// Without a byte taken by the board and without news from it. A stock board erases for 7 s without
  /// reading.
  std::chrono::milliseconds idle{45'000};
  /// Without news while a secure channel opens: a board computes for some seconds.
  std::chrono::milliseconds handshake{15'000};
  std::chrono::milliseconds last_words{2000};  ///< for what the board still says when it takes no more bytes
  std::chrono::milliseconds reset{2000};       ///< left to a board to reset, before it is looked for
  std::chrono::milliseconds look_again{20'000};
  /// For a board that refuses only for the moment: another update is under way, or its image is on trial.
  std::chrono::milliseconds wait{0};
};

struct PushProgress {
  std::uint64_t sent = 0;      ///< bytes of the OTA file that arrived at the board
  std::uint64_t written = 0;   ///< bytes in flash, by the board's own word; `total` when all are
  std::uint64_t total = 0;     ///< of the OTA file, bytes
  bool board_reports = false;  ///< the board tells what it has written; stock boards do not
  double seconds = 0;          ///< since the connection stood
};

/// Hears what happens during a push; calls come from within push().
class PushWatcher {
 public:
  PushWatcher() = default;
  PushWatcher(const PushWatcher&) = delete;
  PushWatcher& operator=(const PushWatcher&) = delete;
  virtual ~PushWatcher() = default;

  virtual void connected(const BoardPlace& place, std::uint16_t port) = 0;
  /// At most ten times a second, and once at the end.
  virtual void progress(const PushProgress& progress) = 0;
  /// The board gave no verdict; it is now looked for, for at most `limit`.
  virtual void looking_again(std::chrono::milliseconds limit) = 0;
  /// The board refuses for the moment, for `outcome.code`; the push is tried again, for at most `limit`.
  virtual void waiting(const PushOutcome& outcome, std::chrono::milliseconds limit) = 0;
  /// Asked at least ten times a second; true ends the push.
  virtual bool interrupted() = 0;
};

/// Connects, sends, and finds out what happened. Blocks until then; every wait has a limit.
///
/// @param password  the secure dialect and nothing else is spoken; without one, the plain dialect
/// @param find_board  used to look again for a board that was found by mDNS; may be empty
/// @throws NoBoard  no connection
PushOutcome push(const PushFile& file, const BoardPlace& place, const PushLimits& limits,
                 const BoardFinder& find_board, PushWatcher& watcher,
                 const std::optional<mbed::SharedSecret>& password = std::nullopt);

}  // namespace otaru::host
