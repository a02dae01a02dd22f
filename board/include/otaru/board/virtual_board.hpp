// A virtual AmebaD board: flash, boot loader, console, network, and core running on them.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <asio.hpp>

#include <otaru/board/console.hpp>
#include <otaru/board/listener.hpp>
#include <otaru/board/nor_file.hpp>
#include <otaru/board/nor_model.hpp>
#include <otaru/board/serial_line.hpp>
#include <otaru/flash/layout.hpp>
#include <otaru/mbed/crypto.hpp>
#include <otaru/mbed/shared_secret.hpp>
#include <otaru/push/receiver.hpp>
#include <otaru/update/trial.hpp>
#include <otaru/update/trust.hpp>

namespace otaru::board {

/// What an image on trial does wrong, so that a person can watch the roll back.
enum class Misbehaviour : std::uint8_t {
  none,
  never_confirms,  ///< runs, but never says that it works
  crashes,         ///< resets at its start
  hangs,           ///< stops at its start: no sketch, no listener
};

struct BoardOptions {
  std::filesystem::path flash;           ///< made if missing, with boot images in place
  std::vector<std::byte> image;          ///< put into OTA1 as a serial upload would, unless empty
  std::string name = "MyAmeba";          ///< asked for; a conflict may change it
  std::uint16_t port = 8020;             ///< 0 takes a free one
  std::string bind;                      ///< an address of this machine; empty: all of them
  std::vector<std::string> interfaces;   ///< for mDNS; empty: every usable one
  std::string board = "ameba_rtl8721d";  ///< TXT `board`
  const flash::Layout* layout = &flash::kAmebaD2Mb;
  bool model_timing = false;            ///< take as long as the real part would
  std::optional<std::uint32_t> boots;   ///< end when it has booted so often
  std::vector<crypto::PublicKey> keys;  ///< public keys that it was built with; none: takes every image
  std::optional<mbed::SharedSecret>
      password;  ///< made of the one that senders must know; none: takes everybody
  Misbehaviour misbehaviour = Misbehaviour::none;  ///< of an image on trial
  std::uint32_t tries = 3;                         ///< starts that an image has to get itself confirmed in
  std::chrono::milliseconds confirm_after{0};      ///< that network and listener must have been up
  std::chrono::milliseconds watchdog{10'000};      ///< resets an image on trial that is not confirmed by then
  bool download = false;                           ///< starts in download mode; needs a console on a pty
  bool clock = true;                               ///< knows the time of day, so that seals can expire
};

/// The board cannot run as asked; what() says why and what to do.
class BoardError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Runs core as a board would: boot rule, sketch, listener, mDNS, soft reset, boot again.
///
/// It does not execute ARM instructions: the "sketch" of an image is Sketch, whatever the image holds.
class VirtualBoard {
 public:
  /// Opens or makes the flash file. Throws NorFileError or BoardError.
  VirtualBoard(BoardOptions options, Console& console);
  ~VirtualBoard();

  enum class End {
    stopped,      ///< by stop()
    boots_done,   ///< it booted as often as asked
    boot_failed,  ///< nothing boots and a number of boots was asked for, which can never come
  };

  /// Runs until stop(), or until it has booted `boots` times. Throws BoardError if it cannot listen.
  End run();

  /// Ends run() soon, with an mDNS goodbye. Safe to call from a signal handler of `io()`.
  void stop();

  /// The reset button; with `download` while the download button is held, which needs a console on a pty.
  /// Safe to call from a handler of `io()`.
  void press_reset(bool download);

  asio::io_context& io() noexcept { return io_; }

 private:
  class Boot;

  void say(const std::string& line) { console_.line(line); }
  /// Boots `running`. @return false if the board must reset at once
  bool start(flash::SlotId running);
  bool start_trial(flash::SlotId running);
  void read_own_seal(flash::SlotId running);
  void go_on(flash::SlotId running);
  void tell(const push::Action& action, const std::string& sender);
  void say_goodbye();
  void run_download();

  BoardOptions options_;
  Console& console_;
  NorFile file_;
  NorModel part_;
  mbed::Crypto library_;
  asio::io_context io_;
  asio::steady_timer watchdog_{io_};
  asio::steady_timer confirmation_{io_};
  std::optional<Trial> trial_;
  update::Trust trust_;
  std::vector<crypto::PublicKey> keys_;  // those that trust_ points at
  std::string version_;                  // of the running image, as far as known
  std::unique_ptr<Boot> boot_;
  std::uint16_t port_;
  std::uint32_t boots_ = 0;
  bool stopping_ = false;
  bool reset_ = false;
  bool download_ = false;             // the next start is one into download mode
  std::optional<SerialLine> serial_;  // of a console on a pty
};

}  // namespace otaru::board
