#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <otaru/net/interface_watch.hpp>

namespace otaru::net {
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

const Interface* find(const std::vector<Interface>& in, mdns::InterfaceId index) {
  const auto found =
      std::find_if(in.begin(), in.end(), [index](const Interface& one) { return one.index == index; });
  return found == in.end() ? nullptr : &*found;
}

std::string list(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

InterfaceWatch::InterfaceWatch(asio::io_context& io, std::vector<std::string> names)
    : names_(std::move(names)), socket_(io, open_netlink()) {
  read_whole_list();
  usable_ = table_.usable(names_);
  const std::vector<std::string> all = table_.names();
  for (const std::string& name : names_) {
    if (std::find(all.begin(), all.end(), name) == all.end())
      throw NoSuchInterface("This machine has no network interface \"" + name + "\". It has: " + list(all) +
                            ".");
  }
}

void InterfaceWatch::start(Handler handler) {
  handler_ = std::move(handler);
  socket_.start([this] { read_changes(); });
}

void InterfaceWatch::request(std::uint16_t type) {
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

// Waits for the kernel's answer, which is at once. Changes that come in between are taken in as well.
void InterfaceWatch::read_whole_list() {
  do {
    lost_changes_ = false;
    table_.clear();
    request(RTM_GETLINK);
    request(RTM_GETADDR);
  } while (lost_changes_);
}

void InterfaceWatch::read_changes() {
  std::array<std::byte, kDatagram> buffer;
  const ssize_t length = ::recv(socket_.descriptor(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (length < 0) {
    if (errno != ENOBUFS) return;  // else: changes were lost, so ask for everything
    read_whole_list();
    tell_changes();
    return;
  }
  // After each message, not only after the last: an interface that went down and up again must be seen to
  // have done so.
  NetlinkWalk walk(Bytes(buffer).first(static_cast<std::size_t>(length)));
  NetlinkMessage message;
  while (walk.next(message)) {
    table_.apply(message);
    tell_changes();
  }
}

void InterfaceWatch::tell_changes() {
  std::vector<InterfaceChange> changes;
  std::vector<Interface> now = table_.usable(names_);
  for (const Interface& old : usable_)
    if (find(now, old.index) == nullptr) changes.push_back({InterfaceChange::Kind::vanished, old});
  for (const Interface& one : now) {
    const Interface* before = find(usable_, one.index);
    if (before == nullptr)
      changes.push_back({InterfaceChange::Kind::appeared, one});
    else if (*before != one)
      changes.push_back({InterfaceChange::Kind::changed, one});
  }
  usable_ = std::move(now);
  for (const InterfaceChange& change : changes) handler_(change);
}

}  // namespace otaru::net
