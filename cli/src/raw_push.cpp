#include "raw_push.hpp"

#include <array>
#include <chrono>

#include <asio/connect.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

#include <otaru/push/announcement.hpp>

#include "context.hpp"

namespace otaru::cli {
namespace {

using asio::ip::tcp;

constexpr std::chrono::seconds kPatience{20};

std::string last_line(const std::string& said) {
  const std::size_t end = said.find_last_not_of('\n');
  if (end == std::string::npos) return {};
  const std::size_t before = said.rfind('\n', end);
  const std::size_t start = before == std::string::npos ? 0 : before + 1;
  return said.substr(start, end + 1 - start);
}

}  // namespace

std::string push_raw(Bytes file, std::uint16_t port) {
  std::array<std::byte, push::kAnnouncementSize> announcement{};
  push::write_announcement({byte_sum(file), static_cast<std::uint32_t>(file.size())}, announcement);

  asio::io_context io;
  tcp::socket socket(io);
  asio::error_code error;
  socket.connect({asio::ip::address_v4::loopback(), port}, error);
  if (error) throw Failure(ExitCode::no_board, "the board takes no connection: " + error.message());

  // Sending and listening go on side by side: a refusal comes before all is sent.
  std::string said;
  bool closed = false;
  const std::array<asio::const_buffer, 2> everything{asio::buffer(announcement),
                                                     asio::buffer(file.data(), file.size())};
  asio::async_write(socket, everything, [&socket](asio::error_code failed, std::size_t) {
    asio::error_code ignored;
    if (!failed) socket.shutdown(tcp::socket::shutdown_send, ignored);
  });
  asio::async_read(socket, asio::dynamic_buffer(said), [&](asio::error_code end, std::size_t) {
    closed = end == asio::error::eof;
    io.stop();
  });
  io.run_for(kPatience);
  if (!closed) throw Failure(ExitCode::connection, "the board has not closed the connection in good order");
  return last_line(said);
}

}  // namespace otaru::cli
