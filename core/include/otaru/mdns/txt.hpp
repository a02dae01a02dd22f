// The data of a TXT record (RFC 6763, section 6).
#pragma once

#include <array>
#include <string_view>

#include <otaru/bytes.hpp>
#include <otaru/status.hpp>

namespace otaru::mdns {

/// The value of `key` in TXT data (keys in either case, RFC 6763 section 6.4; the first one counts).
/// @return empty if there is none, or if it has no value
std::string_view txt_value(Bytes txt, std::string_view key) noexcept;

/// Goes through the `key=value` strings of TXT data; broken data ends it.
class TxtWalk {
 public:
  constexpr explicit TxtWalk(Bytes txt) noexcept : rest_(txt) {}

  /// Sets `entry` to the next string that is not empty. @return false after the last
  bool next(std::string_view& entry) noexcept;

 private:
  Bytes rest_;
};

/// Appends `key=value` to the first `length` bytes of `to`.
///
/// @retval ok            appended, `length` has grown
/// @retval too_short     no room in `to`, or the entry is over 255 bytes, or `key` is empty
/// @retval out_of_range  `key` or `value` contains `=`, which Arduino's IDE cannot read
Status append_txt(MutableBytes to, std::size_t& length, std::string_view key,
                  std::string_view value) noexcept;

/// TXT data with room for `kRoom` bytes, kept by the owner of a responder. With 400 or less an announcement
/// surely fits in one packet.
template <std::size_t kRoom = 256>
class Txt {
 public:
  /// Appends an entry. Errors as append_txt.
  Status add(std::string_view key, std::string_view value) noexcept {
    return append_txt(bytes_, length_, key, value);
  }

  void clear() noexcept { length_ = 0; }

  Bytes bytes() const noexcept { return Bytes(bytes_).first(length_); }

 private:
  std::array<std::byte, kRoom> bytes_{};
  std::size_t length_ = 0;
};

}  // namespace otaru::mdns
