// The board's serial console: on stdout, or on a pseudo-terminal that a serial monitor can open.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <otaru/bytes.hpp>

namespace otaru::board {

/// Prints lines as the board's UART would (115200 baud is not modelled). Never blocks the board: what nobody
/// reads from a pseudo-terminal is dropped once its buffer is full, as on a wire.
class Console {
 public:
  enum class Kind { stdout_, pty };

  /// Throws std::system_error if no pseudo-terminal can be had.
  explicit Console(Kind kind);
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  /// Prints `text` and a line end, at once.
  void line(std::string_view text);

  /// What to open to see the console: a path for a pty, else empty.
  const std::string& path() const noexcept { return path_; }

  /// Sends bytes as they are.
  void write(Bytes bytes);

  /// Of a pseudo-terminal: the board's end of it, and the baud rate that the other end is set to.
  int descriptor() const noexcept { return fd_; }
  std::uint32_t baud() const noexcept;

 private:
  int fd_;
  int held_open_ = -1;  // our own end of the terminal side, so that the line stays up without a reader
  std::string path_;
};

}  // namespace otaru::board
