#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <otaru/host/browser.hpp>
#include <otaru/host/doctor_probes.hpp>
#include <otaru/host/failure.hpp>
#include <otaru/host/ide_setup.hpp>
#include <otaru/host/push_target.hpp>
#include <otaru/net/interface_watch.hpp>
#include <otaru/os/folders.hpp>
#include <otaru/os/port_holders.hpp>
#include <otaru/os/program.hpp>
#include <otaru/os/serial_port.hpp>

#include "multicast_echo.hpp"
#include "push_connection.hpp"

namespace otaru::host {
namespace {

using Limit = DoctorProbes::Limit;

/// After the board that was asked for: others of its name are not far, nor is its IPv4 address.
constexpr Limit kGrace{400};

std::vector<net::Interface> usable_interfaces(const std::vector<std::string>& names) {
  asio::io_context io;
  try {
    return net::InterfaceWatch(io, names).usable();
  } catch (const net::NoSuchInterface& error) {
    throw BadInput(error.what());
  }
}

std::vector<DiscoveredBoard> look_for_boards(const std::vector<std::string>& interfaces, Limit limit,
                                             const std::function<bool(const DiscoveredBoard&)>& enough) {
  asio::io_context io;
  asio::steady_timer grace(io);
  const auto look_at = [&](const DiscoveredBoard& board) {
    if (!enough(board)) return;
    grace.expires_after(kGrace);
    grace.async_wait([&io](const std::error_code& error) {
      if (!error) io.stop();
    });
  };
  BrowserEvents events;
  events.found = look_at;
  events.changed = look_at;
  const Browser browser(io, interfaces, std::move(events));
  io.run_for(limit);
  return browser.boards();
}

Knock knock_at(const std::string& address, std::uint16_t port, Limit limit) {
  PushConnection connection;  // closes without having sent anything
  switch (connection.connect(address, port, limit, {})) {
    case Reach::connected: return Knock::open;
    case Reach::refused: return Knock::refused;
    case Reach::unreachable: return Knock::unreachable;
    case Reach::timed_out:
    case Reach::interrupted: break;
  }
  return Knock::timed_out;
}

IdeFinding::State state_of(IdeState state) noexcept {
  switch (state) {
    case IdeState::installed: return IdeFinding::State::installed;
    case IdeState::not_installed: return IdeFinding::State::not_installed;
    case IdeState::out_of_date: return IdeFinding::State::out_of_date;
    case IdeState::damaged: break;
  }
  return IdeFinding::State::damaged;
}

std::vector<IdeFinding> find_ides() {
  std::vector<std::filesystem::path> places = os::arduino_folders();
  // arduino-cli's own variable for the same folder.
  if (const auto data = os::environment_variable("ARDUINO_DIRECTORIES_DATA"); data && !data->empty())
    places.emplace_back(*data);
  std::vector<IdeFinding> findings;
  for (const IdePackage& package : find_ide_packages(places)) {
    IdeFinding finding{package.folder.string(), IdeFinding::State::damaged, {}};
    try {
      const IdeReport report = ide_status(package, os::running_program());
      finding.state = state_of(report.state);
      finding.message = report.message;
    } catch (const BadInput& error) {
      finding.message = error.what();
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<SerialFinding> find_serial_ports() {
  std::vector<SerialFinding> findings;
  for (const os::SerialPortEntry& port : os::list_serial_ports())
    findings.push_back(
        {port.path, port.description, port.may_open, port.why_not, os::port_holders(port.path)});
  return findings;
}

}  // namespace

DoctorProbes make_doctor_probes(const std::vector<std::string>& interfaces) {
  DoctorProbes probes;
  probes.interfaces = [interfaces] { return usable_interfaces(interfaces); };
  probes.multicast = [interfaces](Limit limit) { return ask_by_multicast(interfaces, limit); };
  probes.look = [interfaces](Limit limit, const auto& enough) {
    return look_for_boards(interfaces, limit, enough);
  };
  probes.resolve = [](const std::string& host, Limit limit) { return resolve_host(host, limit, {}); };
  probes.knock = knock_at;
  probes.ide = find_ides;
  probes.serial_ports = find_serial_ports;
  return probes;
}

}  // namespace otaru::host
