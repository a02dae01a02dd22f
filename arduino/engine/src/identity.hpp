// Who a board is: name, type, version.
#pragma once

#include <array>
#include <string_view>

#include <otaru/bytes.hpp>
#include <otaru/mdns/txt.hpp>

#include "otaru_engine.h"

namespace otaru::engine {

/// The value of `key` in a marker (OTARU_IMAGE); empty if there is none, or no marker.
std::string_view marker_value(const char* marker, std::string_view key) noexcept;

/// A short text with memory of its own, ended by a zero byte. Longer ones are cut.
template <std::size_t kRoom>
class ShortText {
 public:
  void set(std::string_view text) noexcept {
    const std::size_t size = text.size() < kRoom ? text.size() : kRoom;
    copy(std::as_bytes(std::span(text.data(), size)), std::as_writable_bytes(std::span(text_)));
    text_[size] = '\0';
    size_ = size;
  }

  bool empty() const noexcept { return size_ == 0; }
  std::string_view text() const noexcept { return {text_.data(), size_}; }
  const char* c_str() const noexcept { return text_.data(); }

 private:
  std::array<char, kRoom + 1> text_{};
  std::size_t size_ = 0;
};

struct Identity {
  ShortText<63> name;     ///< of the mDNS instance
  ShortText<32> board;    ///< type, as in seals
  ShortText<32> version;  ///< may be empty
  ShortText<12> id;       ///< the MAC address in hex; may be empty

  /// What the board says of itself by mDNS. Values that cannot be said are left out.
  void describe(bool password, std::string_view slot, mdns::Txt<256>& txt) const noexcept;
};

}  // namespace otaru::engine
