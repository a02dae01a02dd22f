// Why the front of a board with a password sends somebody away, and the words for it. docs/SPEC-push.md,
// sections 3 and 6.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <otaru/push/status_line.hpp>

namespace otaru::mbed {

/// Apart from core's Status, so that a board without a password does not carry the words.
enum class GateRefusal : std::uint8_t {
  none,
  password_required,  ///< the board takes a password, and the sender showed none
  password_wrong,     ///< the sender does not know the board's password
  no_password,        ///< the sender wants to show a password to a board that has none
  too_many_guesses,   ///< wrong passwords were tried; nobody may try for a while
  channel_broken,     ///< bytes of the secure channel are no TLS, or were changed
  busy,               ///< no memory for another channel
};

inline constexpr GateRefusal kLastGateRefusal = GateRefusal::busy;

/// The `<code>` of an error line. Never changed once released.
std::string_view wire_code(GateRefusal refusal) noexcept;
/// The `<text>` of an error line, for people.
std::string_view wire_text(GateRefusal refusal) noexcept;

/// `OTARU/1 error <code> <text>` with its newline, built in place.
class RefusalLine {
 public:
  /// @param wait_s  adds ` (in N s)` to the text, unless 0
  explicit RefusalLine(GateRefusal refusal, std::uint32_t wait_s = 0) noexcept;

  std::string_view text() const noexcept { return {text_.data(), size_}; }

 private:
  void add(std::string_view text) noexcept;

  std::array<char, push::kMaxStatusLine> text_;
  std::size_t size_ = 0;
};

}  // namespace otaru::mbed
