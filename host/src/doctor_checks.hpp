// The judgements of `otaru doctor`, one function a matter: evidence in, verdict out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <otaru/host/check.hpp>
#include <otaru/host/doctor.hpp>

namespace otaru::host {

inline constexpr std::string_view kThisComputer = "This computer";

/// A board, and what is known of it.
struct Patient {
  std::string label;
  std::string address;
  std::optional<DiscoveredBoard> seen;  ///< as it announces itself
  std::optional<std::uint16_t> port;    ///< that the user named
  bool asked = false;                   ///< this one was asked for
};

// This computer's network (doctor_network.cpp)
Check check_interfaces(const std::vector<net::Interface>& interfaces);
std::vector<Check> check_multicast(const MulticastEcho& echo);
Check check_neighbours(const MulticastEcho& echo, std::size_t boards);
Check check_network_of(const Patient& patient, const std::vector<net::Interface>& interfaces);
/// `eth0 (192.0.2.7/24) and wlan0 (198.51.100.9/24)`
std::string networks_text(const std::vector<net::Interface>& interfaces);

// A board (doctor_board.cpp)
bool is_stock(const Patient& patient) noexcept;
Check check_kind(const Patient& patient);
Check check_open_port(const Patient& patient, std::uint16_t port, Knock knock);
/// A stock board's listener is not touched: it serves one connection, and then no other before the next
/// reset.
Check check_reach(const Patient& patient, std::uint16_t port, Knock knock);
/// Of a stock board that announces itself.
Check check_advertised_port(const Patient& patient, Knock knock);
// Those below are for boards that announce themselves.
Check check_password(const Patient& patient);
Check check_slot(const Patient& patient);
Check check_board_id(const Patient& patient);

// IDE and serial ports (doctor_desk.cpp)
std::vector<Check> check_ide(const std::vector<IdeFinding>& packages);
std::vector<Check> check_serial(const std::vector<SerialFinding>& ports,
                                const std::vector<std::string>& wanted);

}  // namespace otaru::host
