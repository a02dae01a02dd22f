// What `otaru doctor` makes of this computer's network.
#include <algorithm>
#include <system_error>

#include <asio/ip/address.hpp>
#include <fmt/format.h>

#include "doctor_checks.hpp"

namespace otaru::host {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  return text;
}

Check of_computer(std::string code, Verdict verdict, std::string message, std::string advice = {}) {
  return {std::move(code), std::string(kThisComputer), verdict, std::move(message), std::move(advice)};
}

mdns::Endpoint endpoint_of(const asio::ip::address& address) {
  if (address.is_v4()) return mdns::endpoint(address.to_v4().to_bytes(), 0);
  return mdns::endpoint(address.to_v6().to_bytes(), 0);
}

std::string network_text(const net::Interface& interface) {
  // The IPv4 networks tell people more; boards have no others.
  const bool ipv4 = interface.speaks(mdns::Family::ipv4);
  std::vector<std::string> addresses;
  for (const net::InterfaceAddress& own : interface.addresses)
    if (own.family == mdns::Family::ipv4 || !ipv4)
      addresses.push_back(fmt::format("{}/{}", net::address_text({own.family, own.bytes, 0}, interface.index),
                                      own.prefix_length));
  return fmt::format("{} ({})", interface.name, joined(addresses));
}

constexpr std::string_view kFirewallAdvice =
    "Allow UDP port 5353 in and out in this computer's firewall, for private networks at least.";

}  // namespace

std::string networks_text(const std::vector<net::Interface>& interfaces) {
  std::vector<std::string> texts;
  for (const net::Interface& interface : interfaces) texts.push_back(network_text(interface));
  return joined(texts);
}

Check check_interfaces(const std::vector<net::Interface>& interfaces) {
  if (interfaces.empty())
    return of_computer("network", Verdict::wrong,
                       "No network can be used: no interface is up, has an address and can multicast.",
                       "Connect this computer to the network that the board is in.");
  const bool ipv4 = std::ranges::any_of(
      interfaces, [](const net::Interface& interface) { return interface.speaks(mdns::Family::ipv4); });
  if (!ipv4)
    return of_computer("network", Verdict::warning,
                       fmt::format("This computer has no IPv4 address: {}. Boards have no others.",
                                   networks_text(interfaces)),
                       "Look whether the network gives out addresses (DHCP).");
  if (interfaces.size() == 1)
    return of_computer("network", Verdict::fine,
                       fmt::format("The network is reached by {}.", networks_text(interfaces)));
  return of_computer("network", Verdict::fine,
                     fmt::format("There are {} networks, and all of them are asked: {}.", interfaces.size(),
                                 networks_text(interfaces)),
                     "If boards stay unseen, have only the one that they are on asked: --interface NAME.");
}

std::vector<Check> check_multicast(const MulticastEcho& echo) {
  std::vector<Check> checks;
  checks.push_back(
      echo.shares_port
          ? of_computer("mdns_port", Verdict::fine, "UDP port 5353 (mDNS) can be shared with other programs.")
          : of_computer(
                "mdns_port", Verdict::warning,
                "Another program keeps UDP port 5353 (mDNS) for itself. Boards are asked from another port; "
                "the Arduino IDE may see none.",
                "Find it (Linux: sudo ss -ulpn sport = :5353) and end it."));
  for (const std::string& trouble : echo.troubles)
    checks.push_back(of_computer("multicast", Verdict::wrong, trouble, std::string(kFirewallAdvice)));
  if (!echo.shares_port) {
    checks.push_back(
        of_computer("multicast", Verdict::unknown,
                    "Whether multicast leaves this computer cannot be found out without port 5353."));
  } else if (echo.heard_on.empty() && echo.silent_on.empty()) {
    checks.push_back(of_computer("multicast", Verdict::unknown, "There is no network to try multicast on."));
  } else if (echo.silent_on.empty()) {
    checks.push_back(of_computer(
        "multicast", Verdict::fine,
        fmt::format("Multicast works on {}: its own question was heard.", joined(echo.heard_on))));
  } else {
    const bool none = echo.heard_on.empty();
    checks.push_back(of_computer(
        "multicast", none ? Verdict::wrong : Verdict::warning,
        fmt::format("Multicast does not work on {}: its own question was not heard.", joined(echo.silent_on)),
        std::string(kFirewallAdvice)));
  }
  return checks;
}

Check check_neighbours(const MulticastEcho& echo, std::size_t boards) {
  if (boards > 0)
    return of_computer(
        "neighbours", Verdict::fine,
        boards == 1 ? "One board answers here." : fmt::format("{} boards answer here.", boards));
  if (!echo.neighbours.empty())
    return of_computer(
        "neighbours", Verdict::warning,
        fmt::format("No board answers, but multicast gets through: {} does.", joined(echo.neighbours)),
        "Look at the board's serial monitor (otaru monitor): is it on, in this network, and does it say "
        "\"Start "
        "mDNS service\"? Then reset it.");
  return of_computer(
      "neighbours", Verdict::unknown,
      fmt::format("Nobody answers by mDNS within {} s, so multicast may not get through this network.",
                  kLookLimit.count() / 1000),
      "Guest networks and access points with client isolation keep it back, and 2.4 and 5 GHz may be parted: "
      "look "
      "at the access point, or reach the board by its address.");
}

Check check_network_of(const Patient& patient, const std::vector<net::Interface>& interfaces) {
  Check check{"same_network", patient.label, Verdict::unknown, {}, {}};
  std::error_code error;
  const asio::ip::address address = asio::ip::make_address(patient.address, error);
  if (error) {
    check.message = fmt::format("{} is no address that can be compared.", patient.address);
    return check;
  }
  if (address.is_loopback()) {
    check.verdict = Verdict::fine;
    check.message = "It is on this computer itself.";
    return check;
  }
  const mdns::Endpoint place = endpoint_of(address);
  std::vector<std::string> on;
  for (const net::Interface& interface : interfaces)
    if (interface.on_link(place)) on.push_back(interface.name);
  if (!on.empty()) {
    check.verdict = Verdict::fine;
    check.message = fmt::format("{} is in this computer's network, by {}.", patient.address, joined(on));
    if (on.size() > 1) {
      check.verdict = Verdict::warning;
      check.message += " One of them may lead to another board of this address.";
      check.advice = "Disconnect one of them.";
    }
    return check;
  }
  check.verdict = Verdict::warning;
  check.message = fmt::format(
      "{} is in none of this computer's networks{}{}. mDNS does not reach it there, so the "
      "Arduino IDE does not show it.",
      patient.address, interfaces.empty() ? "" : ": ", networks_text(interfaces));
  check.advice =
      "Bring both into the same network, or push by address: otaru push FILE --to " + patient.address + ".";
  return check;
}

}  // namespace otaru::host
