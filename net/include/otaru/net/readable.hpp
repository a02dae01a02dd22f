// A file descriptor that calls back when there is something to read.
#pragma once

#include <functional>
#include <memory>

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>

namespace otaru::net {

/// Owns a descriptor. Destroying it closes the descriptor; no callback comes afterwards.
class Readable {
 public:
  Readable(asio::io_context& io, int descriptor) : stream_(io, descriptor) {}

  int descriptor() { return stream_.native_handle(); }

  /// Calls `handler` each time when the descriptor is readable. The handler reads, but not for ever: it is
  /// called again for what it left. It may destroy this object.
  void start(std::function<void()> handler) {
    handler_ = std::make_shared<std::function<void()>>(std::move(handler));
    wait();
  }

 private:
  void wait() {
    stream_.async_wait(asio::posix::stream_descriptor::wait_read,
                       [this, alive = std::weak_ptr(handler_)](const std::error_code& error) {
                         // A call that was already on its way when this object was destroyed is no error.
                         const auto handler = alive.lock();
                         if (!handler || error) return;
                         (*handler)();
                         if (handler.use_count() > 1) wait();
                       });
  }

  asio::posix::stream_descriptor stream_;
  std::shared_ptr<std::function<void()>> handler_;
};

}  // namespace otaru::net
