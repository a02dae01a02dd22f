// Follows the machine's network interfaces as they come, go and change their addresses.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <asio/io_context.hpp>

#include <otaru/net/interface.hpp>
#include <otaru/os/interfaces.hpp>

namespace otaru::net {

struct InterfaceChange {
  enum class Kind : std::uint8_t { appeared, changed, vanished };
  Kind kind = Kind::appeared;
  Interface interface;  ///< as it is now; of a vanished one: as it was
};

/// What os::InterfaceFeed tells, for the interfaces that are to be used. Not thread-safe.
class InterfaceWatch {
 public:
  using Handler = std::function<void(const InterfaceChange&)>;

  /// Reads the list of interfaces, which takes a few milliseconds at most.
  ///
  /// @param names  the interfaces to use, loopback included if it is named; empty: all that are up, can
  ///               multicast, have an address and are not loopback
  /// @throws NoSuchInterface    one of `names` does not exist. (It may vanish and come back later.)
  /// @throws std::system_error  the system gives no list
  InterfaceWatch(asio::io_context& io, std::vector<std::string> names);

  /// The interfaces that can be used now.
  const std::vector<Interface>& usable() const noexcept { return usable_; }

  /// From now on calls `handler` for each change, from the io_context. It must not destroy this object.
  void start(Handler handler);

 private:
  void tell_changes();

  std::vector<std::string> names_;
  os::InterfaceFeed feed_;
  std::vector<Interface> usable_;
  Handler handler_;
};

}  // namespace otaru::net
