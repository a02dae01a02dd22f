// One TCP connection of the port: what came and was not consumed, what is still to be sent.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <otaru/bytes.hpp>

#include "gates.hpp"
#include "otaru_engine.h"

namespace otaru::engine {

class Connection {
 public:
  enum class Way : std::uint8_t {
    undecided,  ///< too few bytes to tell the dialect
    direct,     ///< plain: the wire's bytes are the sender's
    gated,      ///< through a gate
    turned_away,
  };
  enum class Input : std::uint8_t { none, bytes, closed, lost };

  bool open() const noexcept { return handle_ >= 0; }
  const otaru_peer& from() const noexcept { return from_; }
  /// It is over, and not one byte came: a port scan, or somebody who only looks whether the board is there.
  bool only_knocked() const noexcept { return no_input_ && !heard_; }

  void begin(int handle, const otaru_peer& from) noexcept;
  /// Closes it, and its gate. What was handed to the network before still goes out.
  void end(const otaru_port& port, const Gates* gates) noexcept;

  /// Takes what came in. Nothing after `closed` or `lost`, and nothing while bytes wait to be consumed.
  Input receive(const otaru_port& port) noexcept;
  Bytes unconsumed() const noexcept { return Bytes(buffer_).subspan(begin_, end_ - begin_); }
  void consume(std::size_t bytes) noexcept { begin_ = static_cast<std::uint16_t>(begin_ + bytes); }

  /// Says a line to the sender. It may be dropped if the sender does not read, unless it is the last: behind
  /// that one a FIN is sent.
  void say(std::string_view line, bool last, const Gates* gates) noexcept;
  /// Hands over to the network what it takes now.
  void flush(const otaru_port& port, const Gates* gates) noexcept;

  Way way = Way::undecided;
  int gate = -1;       ///< with Way::gated, and after it
  bool again = false;  ///< the update wants its next step at once

 private:
  static constexpr std::size_t kLastLine = 168;  // room that is kept for it

  bool send_gate(const otaru_port& port, const Gates* gates) noexcept;
  bool send_lines(const otaru_port& port) noexcept;

  int handle_ = -1;
  otaru_peer from_{};
  bool no_input_ = false;
  bool heard_ = false;
  bool finish_ = false;
  bool lost_ = false;
  std::uint16_t begin_ = 0;
  std::uint16_t end_ = 0;
  std::uint16_t out_begin_ = 0;
  std::uint16_t out_end_ = 0;
  std::array<std::byte, 1536> buffer_{};  // a segment of Ethernet's size
  std::array<char, 384> out_{};
};

}  // namespace otaru::engine
