// What a board sends, made readable: lines with the time they began, or a hex view.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <otaru/bytes.hpp>

namespace otaru::host {

/// Turns bytes into text as they come. Text: control characters other than tab are left out, so that a board
/// cannot play tricks on a terminal; CR, LF and CR LF end a line. Hex: 16 bytes a row, with their letters.
class MonitorText {
 public:
  struct Options {
    bool timestamps = true;
    bool hex = false;
  };

  explicit MonitorText(Options options) : options_(options) {}

  /// @param clock  the time now, `12:34:56.789`; put before a line that begins with these bytes
  /// @return what is to be printed now; a line that has not ended yet is printed as far as it goes
  std::string take(Bytes bytes, std::string_view clock);

  /// The board was silent for a while, or is gone: a hex row that is not full is printed, too.
  std::string pause();

  /// The same, and ends a line that has begun: before something else is printed.
  std::string end_line();

 private:
  void text(char letter, std::string_view clock, std::string& out);
  std::string row();

  Options options_;
  bool in_line_ = false;
  bool after_cr_ = false;
  std::string row_clock_;
  std::string row_;
  std::uint64_t offset_ = 0;
};

}  // namespace otaru::host
