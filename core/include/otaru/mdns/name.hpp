// Domain names as they stand in packets (RFC 1035, sections 3.1 and 4.1.4; RFC 6762, section 16).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <otaru/bytes.hpp>

namespace otaru::mdns {

inline constexpr std::size_t kMaxName = 255;  ///< in wire form, with the lengths and the final 0
inline constexpr std::size_t kMaxLabel = 63;

/// A whole name in wire form, uncompressed, with its final 0: `\x05local\x00`.
using WireName = Bytes;

/// A name somewhere in a message, perhaps compressed. Made by a reader, which has checked it, or from a
/// WireName; so walking it always ends and stays inside `message`. Default: no name.
struct NameRef {
  const std::byte* message = nullptr;  ///< its length is not needed any more: the name is checked
  std::uint32_t offset = 0;

  constexpr NameRef() noexcept = default;
  constexpr NameRef(Bytes whole, std::size_t at) noexcept
      : message(whole.data()), offset(static_cast<std::uint32_t>(at)) {}
  constexpr NameRef(WireName name) noexcept : message(name.data()) {}

  constexpr bool empty() const noexcept { return message == nullptr; }
};

/// Goes through the labels of a name, following pointers.
class LabelWalk {
 public:
  constexpr explicit LabelWalk(NameRef name) noexcept : name_(name) {}

  /// The next label without its length byte; empty at the end of the name, and ever after.
  Bytes next() noexcept;

  /// The part of the name that next() has not given yet.
  constexpr NameRef rest() const noexcept { return name_; }

 private:
  NameRef name_;
};

/// Checks the name at `offset` of `message`: labels inside the message, at most 255 bytes in all, pointers
/// only backwards (so there are no loops) and not into the header.
///
/// @return where the bytes after the name begin, or 0 if the name is malformed
std::size_t name_end(Bytes message, std::size_t offset) noexcept;

enum class Letters : std::uint8_t {
  exact,   ///< bytes as they are: the order of RFC 6762, section 8.2.1
  either,  ///< ASCII letters in either case are alike (RFC 6762, section 16)
};

/// Compares bytes as unsigned numbers; bytes that are the beginning of the others come first.
int compare_bytes(Bytes a, Bytes b, Letters letters) noexcept;

/// Compares names as if uncompressed, with the length before each label.
int compare(NameRef a, NameRef b, Letters letters) noexcept;

/// True if both are the same name, whatever the case of their ASCII letters.
inline bool same_name(NameRef a, NameRef b) noexcept {
  return compare(a, b, Letters::either) == 0;
}

/// Writes `name` uncompressed into `to`.
/// @return the bytes written, or 0 if `to` is too small
std::size_t copy_name(NameRef name, MutableBytes to) noexcept;

/// Appends the labels of a dotted text such as `_arduino._tcp` at `at`, without the final 0. A label that is
/// empty or over 63 bytes, or that does not fit with room for a final 0, ends it there.
/// @return where the next label would go
std::size_t append_labels(MutableBytes to, std::size_t at, std::string_view dotted) noexcept;

/// Appends one label, which may contain dots. Longer text is cut to 63 bytes between UTF-8 characters.
/// @return where the next label would go; `at` if there is no room for it and a final 0
std::size_t append_label(MutableBytes to, std::size_t at, std::string_view label) noexcept;

/// The longest beginning of `text` within `limit` bytes that does not split a UTF-8 character.
std::string_view cut_utf8(std::string_view text, std::size_t limit) noexcept;

}  // namespace otaru::mdns
