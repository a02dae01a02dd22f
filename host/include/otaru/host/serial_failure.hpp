// How a serial upload ends when it does not end well.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace otaru::host::serial {

/// `what()` is for people and says what to do next.
class SerialFailure : public std::runtime_error {
 public:
  enum class Kind : std::uint8_t {
    no_port,      ///< there is no such port, or it cannot be opened: exit code 3
    no_board,     ///< no board answered: exit code 3
    refused,      ///< the board refused, or holds something else than was sent: exit code 4
    broken,       ///< the line broke, or the board fell silent on the way: exit code 5
    interrupted,  ///< the user stopped it: exit code 5
  };

  SerialFailure(Kind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  Kind kind() const noexcept { return kind_; }

 private:
  Kind kind_;
};

/// For JSON: `no_port`, `no_board`, `refused`, `broken`, `interrupted`.
constexpr const char* name(SerialFailure::Kind kind) noexcept {
  constexpr const char* kNames[] = {"no_port", "no_board", "refused", "broken", "interrupted"};
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace otaru::host::serial
