// A session with a board on a serial port: download mode, loader, then upload, read or compare, and the
// reset.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <otaru/host/serial_entry.hpp>
#include <otaru/host/serial_link.hpp>
#include <otaru/host/serial_plan.hpp>

namespace otaru::host::serial {

/// Told what happens; may stop it.
class SessionWatcher {
 public:
  virtual ~SessionWatcher() = default;
  virtual void say(const std::string& line) = 0;
  /// @param doing  `loader`, `erase`, `write`, `check`, `read`
  virtual void progress(const std::string& doing, std::size_t done, std::size_t total) = 0;
  virtual bool interrupted() = 0;
};

struct SessionOptions {
  std::uint32_t baud = 1'500'000;  ///< one that baud_index() knows
  Entry entry = Entry::either;
  SerialTime::Milliseconds wait{3000};  ///< for a board after the countdown
  std::vector<std::byte> loader;
};

/// A range that differs between a file and the board.
struct Difference {
  std::string what;
  std::uint32_t first = 0;  ///< offset in flash of the first byte that differs
  std::size_t count = 0;    ///< bytes that differ
};

struct Comparison {
  std::vector<Difference> differences;
  bool older_ota2 = false;  ///< OTA1 was compared, and OTA2 has a signature: the board boots that instead
};

/// One session; use each object for one of upload(), read() or verify(), once.
///
/// Flash is changed by upload() alone. Whatever fails throws SerialFailure, whose text says what the board
/// holds then and how to go on. Download mode is in the chip's ROM: no upload, however it is cut, takes it
/// away.
class SerialSession {
 public:
  SerialSession(os::SerialPort& port, SerialTime& time, SessionOptions options, SessionWatcher& watcher);

  /// Carries out `plan`, checks all of it against the board's own sums, and resets the board.
  void upload(const UploadPlan& plan);

  /// @param offset, size  multiples of a sector
  std::vector<std::byte> read(std::uint32_t offset, std::uint32_t size);

  /// Reads what the board holds where `pieces` should be, and resets the board. The radio's calibration is
  /// not compared.
  Comparison verify(const std::vector<FlashPiece>& pieces, const flash::Layout& layout);

 private:
  /// How far the upload has come: decides what a failure means for the board.
  enum class Stage : std::uint8_t { asleep, sending, loader, untouched, writing, written, done };

  template <typename Work>
  auto guarded(Work work);
  [[noreturn]] void explain(SerialFailure::Kind kind, const std::string& message, bool port_gone);
  void begin();
  void finish();
  void erase(const flash::Region& region, const std::string& what);
  void resolve(UploadStep& step, bool& same);
  void write_step(UploadStep step, std::size_t before, std::size_t total);
  void check(const UploadStep& step, Bytes content);
  std::vector<std::uint32_t> sums(const std::vector<flash::Region>& regions);

  os::SerialPort& port_;
  SerialTime& time_;
  SessionOptions options_;
  SessionWatcher& watcher_;
  SerialLink link_;
  Stage stage_ = Stage::asleep;
  bool uploading_ = false;
  bool by_lines_ = false;
};

}  // namespace otaru::host::serial
