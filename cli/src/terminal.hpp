// What stands at the other end of stdout or stderr: a terminal with colours, or a pipe.
#pragma once

#include <cstdio>

#include <otaru/host/colour.hpp>

namespace otaru::cli {

/// Asked once at start. A pipe or a file gets plain text. Colours obey NO_COLOR (https://no-color.org: any
/// value that is not empty), TERM and COLORTERM.
class Terminal {
 public:
  explicit Terminal(std::FILE* stream);

  /// True for a terminal: progress bars may redraw their line.
  bool interactive() const noexcept { return interactive_; }
  host::ColourDepth colours() const noexcept { return colours_; }
  /// True if block elements and box lines will be shown as such (a terminal and a UTF-8 locale).
  bool unicode() const noexcept { return unicode_; }
  /// Columns now; 80 if unknown.
  int width() const noexcept;

 private:
  std::FILE* stream_;
  bool interactive_;
  host::ColourDepth colours_;
  bool unicode_;
};

}  // namespace otaru::cli
