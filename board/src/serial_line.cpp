#include <chrono>

#include <unistd.h>

#include <otaru/board/serial_line.hpp>

namespace otaru::board {
namespace {

DownloadMode::Time now() {
  return std::chrono::duration_cast<DownloadMode::Time>(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace

SerialLine::SerialLine(asio::io_context& io, Console& console, NorModel& part)
    : console_(console), mode_(part), input_(io, ::dup(console.descriptor())), timer_(io) {
  listen();
}

void SerialLine::start_download() {
  active_ = true;
  mode_.reset(now());
  send();
  wait();
}

void SerialLine::end_download() {
  active_ = false;
  timer_.cancel();
}

void SerialLine::listen() {
  input_.async_read_some(asio::buffer(buffer_), [this](asio::error_code error, std::size_t count) {
    if (error) return;
    if (active_) {
      mode_.receive(Bytes(buffer_).first(count), console_.baud(), now());
      send();
      wait();
    }
    listen();
  });
}

void SerialLine::wait() {
  timer_.expires_at(std::chrono::steady_clock::time_point(mode_.next_tick()));
  timer_.async_wait([this](asio::error_code cancelled) {
    if (cancelled || !active_) return;
    mode_.tick(now());
    send();
    wait();
  });
}

void SerialLine::send() {
  for (DownloadMode::Output& output : mode_.take_output()) {
    // The other end listens at another rate: it gets as many bytes, and none of them right.
    if (output.baud != console_.baud())
      for (std::byte& b : output.bytes) b ^= std::byte{0xA5};
    console_.write(output.bytes);
  }
}

}  // namespace otaru::board
