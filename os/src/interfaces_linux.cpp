#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <asio/posix/stream_descriptor.hpp>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <otaru/os/interfaces.hpp>
#include <otaru/os/readable.hpp>

#include "netlink.hpp"

namespace otaru::os {
namespace {

constexpr std::size_t kDatagram = 32768;  // the kernel sends no longer ones when asked for lists

[[noreturn]] void fail(int error, const char* what) {
  throw std::system_error(error, std::generic_category(), what);
}

int open_netlink() {
  const int descriptor = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (descriptor < 0) fail(errno, "cannot ask the kernel for network interfaces");
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
  sockaddr_storage storage{};
  std::memcpy(&storage, &address, sizeof address);
  if (::bind(descriptor, static_cast<sockaddr*>(static_cast<void*>(&storage)), sizeof address) != 0) {
    const int error = errno;
    ::close(descriptor);
    fail(error, "cannot follow the network interfaces");
  }
  return descriptor;
}

}  // namespace

/// Listens to the kernel: nothing is polled.
class InterfaceFeed::Source {
 public:
  explicit Source(asio::io_context& io) : socket_(asio::posix::stream_descriptor(io, open_netlink())) {
    read_whole_list();
  }

  const InterfaceTable& table() const noexcept { return table_; }

  void start(std::function<void()> handler) {
    handler_ = std::move(handler);
    socket_.start([this] { read_changes(); });
  }

 private:
  // Waits for the kernel's answer, which is at once. Changes that come in between are taken in as well.
  void read_whole_list() {
    do {
      lost_changes_ = false;
      table_.clear();
      request(RTM_GETLINK);
      request(RTM_GETADDR);
    } while (lost_changes_);
  }

  void request(std::uint16_t type);
  void read_changes();

  Readable<asio::posix::stream_descriptor> socket_;
  InterfaceTable table_;
  std::function<void()> handler_;
  bool lost_changes_ = false;
};

void InterfaceFeed::Source::request(std::uint16_t type) {
  struct {
    nlmsghdr header;
    rtgenmsg body;
  } message{};
  message.header.nlmsg_len = NLMSG_LENGTH(sizeof message.body);
  message.header.nlmsg_type = type;
  message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  message.body.rtgen_family = AF_UNSPEC;
  if (::send(socket_.descriptor(), &message, message.header.nlmsg_len, 0) < 0)
    fail(errno, "cannot ask the kernel for network interfaces");

  std::array<std::byte, kDatagram> buffer;
  for (;;) {
    const ssize_t length = ::recv(socket_.descriptor(), buffer.data(), buffer.size(), 0);
    if (length < 0) {
      if (errno == EINTR) continue;
      if (errno == ENOBUFS) {  // changes were lost meanwhile; the list itself goes on
        lost_changes_ = true;
        continue;
      }
      fail(errno, "the kernel gives no list of network interfaces");
    }
    NetlinkWalk walk(Bytes(buffer).first(static_cast<std::size_t>(length)));
    NetlinkMessage answer;
    while (walk.next(answer)) {
      if (answer.type == NLMSG_DONE) return;
      if (answer.type == NLMSG_ERROR) fail(EPROTO, "the kernel gives no list of network interfaces");
      table_.apply(answer);
    }
  }
}

void InterfaceFeed::Source::read_changes() {
  std::array<std::byte, kDatagram> buffer;
  const ssize_t length = ::recv(socket_.descriptor(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (length < 0) {
    if (errno != ENOBUFS) return;  // else: changes were lost, so ask for everything
    read_whole_list();
    handler_();
    return;
  }
  // After each message, not only after the last: an interface that went down and up again must be seen to
  // have done so.
  NetlinkWalk walk(Bytes(buffer).first(static_cast<std::size_t>(length)));
  NetlinkMessage message;
  while (walk.next(message)) {
    table_.apply(message);
    handler_();
  }
}

InterfaceFeed::InterfaceFeed(asio::io_context& io) : source_(std::make_shared<Source>(io)) {}

InterfaceFeed::~InterfaceFeed() = default;

std::vector<InterfaceState> InterfaceFeed::interfaces() const {
  return source_->table().interfaces();
}

void InterfaceFeed::start(std::function<void()> handler) {
  source_->start(std::move(handler));
}

}  // namespace otaru::os
