// Watches the local network for boards: core's querier with sockets and a clock.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <asio/io_context.hpp>

#include <otaru/host/discover.hpp>

namespace otaru::host {

/// What a Browser calls, always from the io_context, except for `warning` inside of its constructor's call;
/// any may be left empty. None may destroy the Browser.
struct BrowserEvents {
  std::function<void(const DiscoveredBoard&)> found;
  /// Port, address, host or TXT are now others.
  std::function<void(const DiscoveredBoard&)> changed;
  /// It said goodbye, was not heard of for its time to live, or its interface is gone; as it was.
  std::function<void(const DiscoveredBoard&)> gone;
  /// Something that a person should know, as one sentence.
  std::function<void(const std::string&)> warning;
};

/// Looks for boards for as long as it lives. A board that is seen by several interfaces counts once. Up to
/// 256 boards. Not thread-safe; runs on the io_context's thread.
class Browser {
 public:
  /// Asks at once.
  ///
  /// @param interfaces  names of the interfaces to use, and no others; empty for every usable one
  /// @throws BadInput           an interface in `interfaces` does not exist
  /// @throws std::system_error  no socket could be opened
  Browser(asio::io_context& io, const std::vector<std::string>& interfaces, BrowserEvents events);
  ~Browser();
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  /// The boards that are there now, by name.
  std::vector<DiscoveredBoard> boards() const;

 private:
  class Running;
  std::shared_ptr<Running> running_;
};

}  // namespace otaru::host
