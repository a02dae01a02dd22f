// Download mode as a serial port sees it: the chip's ROM, and the loader that it starts. A model.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <otaru/board/nor_model.hpp>
#include <otaru/bytes.hpp>

namespace otaru::board {

/// Where the ROM puts a loader and starts it (docs/SPEC-serial.md, section 4).
inline constexpr std::uint32_t kLoaderAddress = 0x0008'2000;
inline constexpr std::size_t kLoaderRoom = 0x1'0000;  ///< bytes of RAM that the model has there

/// A loader of our own making, for the model only: it holds no code, and a real chip can do nothing with it.
/// The vendor's loader is never part of this project.
std::vector<std::byte> make_stand_in_loader();

/// What a board in download mode answers on its serial line, in the caller's time.
///
/// Modelled on the public facts of docs/SPEC-serial.md. The ROM knows set baud, check baud, data and end; the
/// loader adds erase, read, status register and checksum. Flash goes through the part's own rules, and is
/// protected against writing until the status register is cleared: so the model makes sure that an upload
/// does that, whatever state a real part is in.
class DownloadMode {
 public:
  using Time = std::chrono::milliseconds;

  enum class Stage : std::uint8_t {
    rom,     ///< the chip's ROM
    loader,  ///< the stand-in loader
    lost,    ///< something that is no loader of the model was started: silent until a reset
  };

  /// Bytes that go out, and at which baud rate.
  struct Output {
    std::uint32_t baud;
    std::vector<std::byte> bytes;
  };

  static constexpr std::uint32_t kFirstBaud = 115'200;
  static constexpr Time kNakPeriod{50};
  static constexpr Time kPatience{300};       ///< with a frame or command that stopped in the middle
  static constexpr Time kReadPatience{1000};  ///< with a computer that stopped answering while it reads
  static constexpr unsigned kTries = 6;       ///< bad frames in a row until it gives up

  explicit DownloadMode(NorModel& part) noexcept : part_(part) {}

  /// The download button was held at a reset: the ROM starts over, RAM and rate are forgotten.
  void reset(Time now);

  /// Takes bytes that were sent at `baud`; at another rate than the board's they arrive as nonsense.
  void receive(Bytes bytes, std::uint32_t baud, Time now);

  /// Lets time pass: NAKs, and the end of patience.
  void tick(Time now);

  /// When tick() has something to do next.
  Time next_tick() const noexcept;

  /// What was to be sent since the last call, in order.
  std::vector<Output> take_output();

  std::uint32_t baud() const noexcept { return baud_; }
  Stage stage() const noexcept { return stage_; }
  bool flash_protected() const noexcept { return protected_; }

 private:
  static constexpr std::size_t kFrame = 1032;
  static constexpr std::size_t kData = 1024;

  struct Reading {
    std::uint32_t next;
    std::uint32_t end;
    std::uint8_t sequence;
    bool ending;
  };

  void put(std::uint8_t byte) { put(Bytes{std::array{std::byte{byte}}}); }
  void put(Bytes bytes);
  std::optional<std::size_t> wanted() const noexcept;
  void take(std::byte byte, Time now);
  void obey(Time now);
  void bad_frame();
  void take_frame();
  Status store(std::uint32_t address, Bytes data);
  void set_baud();
  void end(Time now);
  void erase();
  void start_read(Time now);
  void send_read_frame();
  void reading_reply(std::uint8_t byte, Time now);
  void checksum();

  NorModel& part_;
  Stage stage_ = Stage::rom;
  std::uint32_t baud_ = kFirstBaud;
  bool data_mode_ = false;  // check baud was said: frames are taken
  bool protected_ = true;
  std::uint8_t sequence_ = 1;
  std::optional<std::uint8_t> last_taken_;
  unsigned bad_frames_ = 0;
  std::optional<Reading> reading_;
  std::vector<std::byte> pending_;
  Time pending_since_{0};
  Time reading_since_{0};
  Time next_nak_{0};
  std::vector<std::byte> ram_ = std::vector<std::byte>(kLoaderRoom, std::byte{0xFF});
  std::vector<Output> output_;
};

}  // namespace otaru::board
