#include "push_connection.hpp"

#include <algorithm>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/ip/address.hpp>
#include <asio/write.hpp>

#include <otaru/os/tcp.hpp>

namespace otaru::host {
namespace {

/// How often the watcher is told and asked.
constexpr std::chrono::milliseconds kTick{100};

Reach reach(const std::error_code& error) noexcept {
  if (!error) return Reach::connected;
  if (error == asio::error::connection_refused || error == asio::error::connection_reset)
    return Reach::refused;
  if (error == asio::error::timed_out) return Reach::timed_out;
  return Reach::unreachable;
}

PushEnding ending_of(const std::error_code& error) noexcept {
  if (error == asio::error::eof) return PushEnding::closed;
  // The probes and repeated packets of TCP itself found nobody.
  if (error == asio::error::timed_out || error == asio::error::host_unreachable ||
      error == asio::error::network_unreachable) {
    return PushEnding::silent;
  }
  return PushEnding::reset;
}

}  // namespace

Reach PushConnection::connect(const std::string& address, std::uint16_t port, std::chrono::milliseconds limit,
                              const Interrupted& interrupted) {
  std::error_code error;
  const asio::ip::address ip = asio::ip::make_address(address, error);
  if (error) return Reach::unreachable;
  const asio::ip::tcp::endpoint endpoint(ip, port);
  socket_ = Socket(io_);
  socket_.open(endpoint.protocol(), error);
  if (error) return Reach::unreachable;
  os::prepare_for_push(socket_.native_handle());

  bool done = false;
  Reach result = Reach::timed_out;
  socket_.async_connect(endpoint, [&](const std::error_code& failure) {
    if (failure != asio::error::operation_aborted) result = reach(failure);
    done = true;
  });
  io_.restart();
  const Clock::time_point deadline = Clock::now() + limit;
  while (!done) {
    const Clock::time_point now = Clock::now();
    const bool stop = interrupted && interrupted();
    if (stop || now >= deadline) {
      socket_.close(error);
      io_.run();  // lets the handler go
      return stop ? Reach::interrupted : Reach::timed_out;
    }
    io_.run_one_until(std::min(deadline, now + kTick));
  }
  return result;
}

PushTrace PushConnection::run(Bytes file, bool force, const PushLimits& limits, PushWatcher& watcher,
                              const mbed::SharedSecret* password) {
  total_ = file.size();
  push::write_announcement({byte_sum(file), static_cast<std::uint32_t>(file.size()), force}, announcement_);
  started_ = Clock::now();
  io_.restart();
  wire_.emplace(Bytes(announcement_), file, password);
  receive();
  send();

  Clock::time_point moved = started_;
  Clock::time_point told = started_;
  Clock::time_point give_up = Clock::time_point::max();
  while (!over_) {
    const Clock::time_point now = Clock::now();
    if (look()) moved = now;
    if (now - told >= kTick) {
      told = now;
      watcher.progress(progress(now));
      if (watcher.interrupted()) end(PushEnding::interrupted);
    }
    if (send_failed_ && give_up == Clock::time_point::max()) give_up = now + limits.last_words;
    if (now >= give_up) end(PushEnding::reset);
    const bool opening = wire_->channel() == PushChannel::silent || wire_->channel() == PushChannel::opening;
    const std::chrono::milliseconds idle = opening ? std::min(limits.idle, limits.handshake) : limits.idle;
    if (now - moved >= idle) end(PushEnding::silent);
    if (!over_) io_.run_one_until(std::min({told + kTick, moved + idle, give_up}));
  }

  // The last bytes may have been accepted in the same moment in which the end was seen.
  io_.poll();
  const Clock::time_point now = Clock::now();
  look();
  wire_->words().end();
  wire_->clear_words().end();
  watcher.progress(progress(now));

  PushTrace trace;
  trace.ending = wire_->words().verdict() != BoardWords::Verdict::none ? PushEnding::verdict : ending_;
  trace.channel = wire_->channel();
  trace.clear_words = wire_->clear_words();
  trace.sent = sent_;
  trace.total = total_;
  trace.words = wire_->words();
  trace.idle_limit = limits.idle;
  trace.seconds = std::chrono::duration<double>(now - started_).count();
  std::error_code ignored;
  socket_.close(ignored);
  io_.run();  // lets the handlers go: they refer to `file`
  return trace;
}

void PushConnection::send() {
  if (sending_ || send_failed_ || over_) return;
  const Bytes bytes = wire_->next();
  if (bytes.empty()) return;
  sending_ = true;
  socket_.async_write_some(asio::buffer(bytes.data(), bytes.size()),
                           [this](const std::error_code& error, std::size_t count) {
                             sending_ = false;
                             accepted_ += count;
                             wire_->taken(count);
                             // The board may have said why before it closed: only the reading side ends the
                             // push.
                             if (error) send_failed_ = true;
                             send();
                           });
}

void PushConnection::receive() {
  socket_.async_read_some(asio::buffer(inbox_), [this](const std::error_code& error, std::size_t count) {
    if (wire_->received(Bytes(inbox_).first(count))) news_ = true;
    const bool verdict = wire_->words().verdict() != BoardWords::Verdict::none ||
                         wire_->clear_words().verdict() == BoardWords::Verdict::error;
    if (error && !verdict && !wire_->failed())
      return end(send_failed_ ? PushEnding::reset : ending_of(error));
    if (verdict) return end(PushEnding::verdict);
    if (wire_->failed()) return end(PushEnding::channel);
    send();
    if (!over_) receive();
  });
}

void PushConnection::end(PushEnding ending) noexcept {
  if (!std::exchange(over_, true)) ending_ = ending;
}

/// Bytes of the file that the board's network has acknowledged.
std::uint64_t PushConnection::arrived() noexcept {
  const std::uint64_t under_way = os::unacknowledged(socket_.native_handle());
  return wire_->file_bytes(accepted_ > under_way ? accepted_ - under_way : 0);
}

/// Notes what moved since the last look; true if anything did.
bool PushConnection::look() noexcept {
  const std::uint64_t arrived_now = arrived();
  const bool more = arrived_now > sent_;
  if (more) sent_ = arrived_now;
  return std::exchange(news_, false) || more;
}

PushProgress PushConnection::progress(Clock::time_point now) noexcept {
  PushProgress progress;
  progress.sent = sent_;
  progress.total = total_;
  const BoardWords& words = wire_->words();
  progress.board_reports = words.spoke();
  // The board counts the image, the computer the file: when the board has all, so has the file.
  const bool all = words.total() != 0 && words.written() == words.total();
  progress.written = all ? total_ : std::min<std::uint64_t>(words.written(), total_);
  progress.seconds = std::chrono::duration<double>(now - started_).count();
  return progress;
}

}  // namespace otaru::host
