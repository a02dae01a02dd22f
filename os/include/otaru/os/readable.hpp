// A descriptor or socket that calls back when there is something to read.
#pragma once

#include <functional>
#include <memory>
#include <utility>

namespace otaru::os {

/// Owns `Stream`, a class of Asio's that can wait (`async_wait`). Destroying it closes the stream; no
/// callback comes afterwards.
template <class Stream>
class Readable {
 public:
  explicit Readable(Stream stream) : stream_(std::move(stream)) {}

  auto descriptor() { return stream_.native_handle(); }

  /// Calls `handler` each time when there is something to read. The handler reads, but not for ever: it is
  /// called again for what it left. It may destroy this object.
  void start(std::function<void()> handler) {
    handler_ = std::make_shared<std::function<void()>>(std::move(handler));
    wait();
  }

 private:
  void wait() {
    stream_.async_wait(Stream::wait_read,
                       [this, alive = std::weak_ptr(handler_)](const std::error_code& error) {
                         // A call that was already on its way when this object was destroyed is no error.
                         const auto handler = alive.lock();
                         if (!handler || error) return;
                         (*handler)();
                         if (handler.use_count() > 1) wait();
                       });
  }

  Stream stream_;
  std::shared_ptr<std::function<void()>> handler_;
};

}  // namespace otaru::os
