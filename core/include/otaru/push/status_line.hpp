// The lines that a board of ours answers to a push. Stock uploaders ignore them. docs/SPEC-push.md,
// section 3.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <otaru/flash/layout.hpp>
#include <otaru/status.hpp>

namespace otaru::push {

inline constexpr std::size_t kMaxStatusLine = 160;  ///< bytes, with the newline

/// What a board says to the sender.
struct Reply {
  enum class Kind : std::uint8_t { none, progress, ok, error };
  Kind kind = Kind::none;
  Status reason = Status::ok;                ///< error
  flash::SlotId slot = flash::SlotId::ota1;  ///< ok: the slot that boots next
  std::uint32_t version = 0;                 ///< ok: of the OTA file
  std::uint32_t written = 0;                 ///< progress, bytes
  std::uint32_t total = 0;                   ///< progress, bytes

  static constexpr Reply progress(std::uint32_t written, std::uint32_t total) noexcept {
    return {Kind::progress, Status::ok, flash::SlotId::ota1, 0, written, total};
  }
  static constexpr Reply ok(flash::SlotId slot, std::uint32_t version) noexcept {
    return {Kind::ok, Status::ok, slot, version, 0, 0};
  }
  static constexpr Reply error(Status reason) noexcept {
    return {Kind::error, reason, flash::SlotId::ota1, 0, 0, 0};
  }
};

/// A reply as one line of text, built in place:
/// `OTARU/1 progress <written> <total>`, `OTARU/1 ok slot=OTA2 version=0x01020304` or
/// `OTARU/1 error <code> <text>`, each ended by a newline; empty for Kind::none.
class StatusLine {
 public:
  explicit StatusLine(const Reply& reply) noexcept;

  std::string_view text() const noexcept { return {text_.data(), size_}; }

 private:
  StatusLine& add(std::string_view text) noexcept;
  StatusLine& add_decimal(std::uint32_t value) noexcept;
  StatusLine& add_hex(std::uint32_t value) noexcept;

  std::array<char, kMaxStatusLine> text_;
  std::uint8_t size_ = 0;
};

/// A line as the uploader reads it. The views point into the line.
struct ParsedLine {
  enum class Kind : std::uint8_t { progress, ok, error, other };
  Kind kind = Kind::other;
  std::uint32_t written = 0;  ///< progress
  std::uint32_t total = 0;    ///< progress
  std::string_view slot;      ///< ok
  std::string_view version;   ///< ok
  std::string_view code;      ///< error
  std::string_view text;      ///< error
};

/// Reads one line without its newline. Unknown words after `ok` are skipped, so that boards may say more
/// later; a line that is not of this protocol, or broken, is `other`.
ParsedLine parse_status_line(std::string_view line) noexcept;

}  // namespace otaru::push
