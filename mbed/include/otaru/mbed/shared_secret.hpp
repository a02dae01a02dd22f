// What both ends of a secure channel know.
#pragma once

#include <array>
#include <string_view>

#include <otaru/bytes.hpp>
#include <otaru/mbed/wipe.hpp>

namespace otaru::mbed {

/// Made of a password and kept instead of it: the SHA-256 of a label and the password. It does not make a
/// short password stronger; it makes passwords of every length the same to the key exchange, and who reads a
/// board's memory does not read what its owner may use elsewhere. Wiped when it ends.
class SharedSecret {
 public:
  explicit SharedSecret(std::string_view password) noexcept;
  SharedSecret(const SharedSecret&) = default;
  SharedSecret& operator=(const SharedSecret&) = default;
  ~SharedSecret() { wipe(bytes_); }

  Bytes bytes() const noexcept { return bytes_; }

 private:
  std::array<std::byte, 32> bytes_{};
};

}  // namespace otaru::mbed
