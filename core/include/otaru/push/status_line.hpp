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

/// One line, built in place.
class StatusLine {
 public:
  /// `OTARU/1 progress <written> <total>`
  static StatusLine progress(std::uint32_t written, std::uint32_t total) noexcept;
  /// `OTARU/1 ok slot=OTA2 version=0x01020304`
  static StatusLine ok(flash::SlotId slot, std::uint32_t version) noexcept;
  /// `OTARU/1 error <code> <text>`
  static StatusLine error(Status status) noexcept;

  /// With its newline; empty for a line that was never built.
  std::string_view text() const noexcept { return {text_.data(), size_}; }

 private:
  StatusLine& add(std::string_view text) noexcept;
  StatusLine& add_decimal(std::uint32_t value) noexcept;
  StatusLine& add_hex(std::uint32_t value) noexcept;

  std::array<char, kMaxStatusLine> text_{};
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
