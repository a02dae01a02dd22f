// Follows the machine's network interfaces as they come, go and change their addresses.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <asio/io_context.hpp>

#include <otaru/net/interface.hpp>
#include <otaru/net/netlink.hpp>
#include <otaru/net/readable.hpp>

namespace otaru::net {

struct InterfaceChange {
  enum class Kind : std::uint8_t { appeared, changed, vanished };
  Kind kind = Kind::appeared;
  Interface interface;  ///< as it is now; of a vanished one: as it was
};

/// Listens to the kernel (rtnetlink): nothing is polled. Not thread-safe.
class InterfaceWatch {
 public:
  using Handler = std::function<void(const InterfaceChange&)>;

  /// Reads the list of interfaces, which takes well under a millisecond.
  ///
  /// @param names  the interfaces to use, loopback included if it is named; empty: all that are up, can
  ///               multicast, have an address and are not loopback
  /// @throws NoSuchInterface    one of `names` does not exist. (It may vanish and come back later.)
  /// @throws std::system_error  the kernel gives no list
  InterfaceWatch(asio::io_context& io, std::vector<std::string> names);

  /// The interfaces that can be used now.
  const std::vector<Interface>& usable() const noexcept { return usable_; }

  /// From now on calls `handler` for each change, from the io_context. It must not destroy this object.
  void start(Handler handler);

 private:
  void request(std::uint16_t type);
  void read_whole_list();
  void read_changes();
  void tell_changes();

  std::vector<std::string> names_;
  Readable socket_;
  InterfaceTable table_;
  std::vector<Interface> usable_;
  Handler handler_;
  bool lost_changes_ = false;
};

}  // namespace otaru::net
