// What a board says while it is pushed to. docs/SPEC-push.md, section 3.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <otaru/bytes.hpp>

namespace otaru::host {

/// Gathers the status lines of a board from the bytes that it sends, in pieces of any size.
///
/// Lines of another kind, broken lines and lines that are too long are passed over. What is kept holds
/// no control characters, so that a board cannot play with the terminal.
class BoardWords {
 public:
  enum class Verdict : std::uint8_t { none, ok, error };

  /// Takes the next bytes. What follows a verdict is dropped.
  /// @return true if they tell something new: more bytes in flash, or the verdict
  bool take(Bytes bytes);

  /// The board will say no more. A refusal whose end is missing still is one; an `ok` without its newline is
  /// not.
  void end();

  /// At least one line of the protocol came. Stock boards never say any.
  bool spoke() const noexcept { return spoke_; }
  Verdict verdict() const noexcept { return verdict_; }
  std::uint32_t written() const noexcept { return written_; }  ///< bytes of the image in flash
  std::uint32_t total() const noexcept { return total_; }      ///< bytes of the image, 0 if it never said
  const std::string& slot() const noexcept { return slot_; }   ///< with `ok`: `OTA2`
  const std::string& version() const noexcept { return version_; }  ///< with `ok`: `0x01020304`
  const std::string& code() const noexcept { return code_; }        ///< with `error`
  const std::string& text() const noexcept { return text_; }        ///< with `error`: in the board's words

 private:
  bool take_line();

  std::string line_;
  bool too_long_ = false;
  bool spoke_ = false;
  Verdict verdict_ = Verdict::none;
  std::uint32_t written_ = 0;
  std::uint32_t total_ = 0;
  std::string slot_, version_, code_, text_;
};

}  // namespace otaru::host
