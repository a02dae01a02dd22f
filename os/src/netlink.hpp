// Messages of Linux's rtnetlink (rtnetlink(7)), as far as interfaces and their addresses go.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <otaru/bytes.hpp>
#include <otaru/os/interfaces.hpp>

namespace otaru::os {

/// One message of a datagram.
struct NetlinkMessage {
  std::uint16_t type = 0;  ///< such as RTM_NEWADDR
  Bytes payload;
};

/// Goes through the messages of a datagram; a broken length ends it.
class NetlinkWalk {
 public:
  explicit NetlinkWalk(Bytes datagram) noexcept : rest_(datagram) {}

  /// @return false after the last message
  bool next(NetlinkMessage& message) noexcept;

 private:
  Bytes rest_;
};

/// The machine's interfaces, built from what the kernel tells: first the whole list, then every change.
class InterfaceTable {
 public:
  /// Takes in a message; those of other kinds change nothing.
  void apply(const NetlinkMessage& message);

  void clear() { links_.clear(); }

  /// All interfaces, by index.
  std::vector<InterfaceState> interfaces() const;

 private:
  struct Link {
    std::string name;
    unsigned flags = 0;
    std::vector<InterfaceAddress> addresses;
  };

  void apply_link(const NetlinkMessage& message);
  void apply_address(const NetlinkMessage& message);

  std::map<mdns::InterfaceId, Link> links_;
};

}  // namespace otaru::os
