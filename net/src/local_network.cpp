#include <algorithm>

#include <otaru/net/local_network.hpp>

namespace otaru::net {

using mdns::Family;

LocalNetwork::LocalNetwork(asio::io_context& io, Role role, std::vector<std::string> interfaces)
    : watch_(io, std::move(interfaces)) {
  try {
    open(io, MdnsSocket::Port::shared);
  } catch (const std::system_error& error) {
    const bool taken =
        error.code() == std::errc::address_in_use || error.code() == std::errc::permission_denied;
    if (role == Role::responder || !taken) throw;
    sockets_.clear();
    shares_port_ = false;
    open(io, MdnsSocket::Port::own);
  }
}

void LocalNetwork::open(asio::io_context& io, MdnsSocket::Port port) {
  sockets_.push_back(std::make_unique<MdnsSocket>(io, Family::ipv4, port));
  try {
    sockets_.push_back(std::make_unique<MdnsSocket>(io, Family::ipv6, port));
  } catch (const std::system_error& error) {
    // A kernel without IPv6 is fine; a port that only IPv4 can share would lose half of the answers.
    if (error.code() == std::errc::address_in_use) throw;
  }
}

void LocalNetwork::start(LocalNetworkEvents events) {
  events_ = std::move(events);
  if (!shares_port_)
    warn_once(warned_of_port_,
              "Another program keeps UDP port 5353 for itself, so boards are asked from another port: each "
              "answers, but news and goodbyes between questions are not heard.");
  for (const auto& socket : sockets_)
    socket->start([this](const mdns::Incoming& incoming) { receive(incoming); });
  for (const Interface& interface : watch_.usable()) bring_up(interface);
  watch_.start([this](const InterfaceChange& change) {
    if (change.kind == InterfaceChange::Kind::vanished)
      take_down(change.interface);
    else
      bring_up(change.interface);
  });
}

void LocalNetwork::bring_up(const Interface& interface) {
  for (const auto& socket : sockets_) {
    if (!interface.speaks(socket->family())) {
      socket->leave(interface.index);
      continue;
    }
    const std::error_code error = socket->join(interface);
    // One that has gone meanwhile will be reported by the watch.
    if (error && error != std::errc::no_such_device)
      warn_once(warned_of_group_,
                "Cannot join the mDNS group on " + interface.name + ": " + error.message() + ".");
  }
  events_.up(interface);
}

void LocalNetwork::take_down(const Interface& interface) {
  for (const auto& socket : sockets_) socket->leave(interface.index);
  events_.down(interface.index);
}

void LocalNetwork::receive(const mdns::Incoming& incoming) {
  const Interface* on = find(incoming.interface);
  if (on == nullptr || !on->speaks(incoming.from.family)) return;
  if (incoming.unicast && !on->on_link(incoming.from)) return;
  events_.packet(incoming);
}

void LocalNetwork::send(const mdns::Outgoing& packet) {
  const Interface* on = find(packet.interface);
  if (on == nullptr) return;
  for (const auto& socket : sockets_) {
    if (socket->family() != packet.to.family) continue;
    const std::error_code error = socket->send(packet, *on);
    if (error == std::errc::operation_not_permitted || error == std::errc::permission_denied)
      warn_once(warned_of_refusal_,
                "A firewall on this machine forbids mDNS on " + on->name + " (UDP port 5353).");
  }
}

const Interface* LocalNetwork::find(mdns::InterfaceId index) const noexcept {
  const auto& all = watch_.usable();
  const auto found =
      std::find_if(all.begin(), all.end(), [index](const Interface& one) { return one.index == index; });
  return found == all.end() ? nullptr : &*found;
}

void LocalNetwork::warn_once(bool& warned, const std::string& message) {
  if (warned) return;
  warned = true;
  if (events_.warning) events_.warning(message);
}

}  // namespace otaru::net
