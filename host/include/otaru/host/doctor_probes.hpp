// What `otaru doctor` looks at, apart from what it concludes: probes that a test can replace.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <otaru/host/discover.hpp>
#include <otaru/net/interface.hpp>

namespace otaru::host {

/// What became of a question that was asked by multicast.
struct MulticastEcho {
  bool shares_port = true;             ///< UDP port 5353 can be shared
  std::vector<std::string> heard_on;   ///< interfaces where another socket of this program heard the question
  std::vector<std::string> silent_on;  ///< interfaces where none did
  std::vector<std::string> neighbours;  ///< addresses of other machines that answered
  std::vector<std::string> troubles;    ///< what the system refused, a sentence each
};

/// What a connection attempt met. Nothing is sent.
enum class Knock : std::uint8_t {
  open,         ///< connected, and closed again
  refused,      ///< the machine answers, and nothing listens there
  unreachable,  ///< this computer knows no way
  timed_out,    ///< no answer at all
};

/// An AmebaD package of an Arduino IDE.
struct IdeFinding {
  enum class State : std::uint8_t { installed, not_installed, out_of_date, damaged };
  std::string package;  ///< its folder
  State state = State::not_installed;
  std::string message;  ///< for people; may be empty
};

struct SerialFinding {
  std::string path;
  std::string description;
  bool may_open = false;
  std::string why_not;
  std::optional<std::vector<std::string>> holders{};  ///< programs that have it open; nothing: not known here
};

/// Each blocks for at most the limit that it is given, or not noticeably. A probe that is left empty was not
/// built for this system: its checks are left out.
struct DoctorProbes {
  using Limit = std::chrono::milliseconds;

  /// Those that mDNS can be spoken on.
  std::function<std::vector<net::Interface>()> interfaces;
  std::function<MulticastEcho(Limit)> multicast;
  /// All boards that answer; ends early once `enough` says so.
  std::function<std::vector<DiscoveredBoard>(Limit,
                                             const std::function<bool(const DiscoveredBoard&)>& enough)>
      look;
  std::function<std::vector<std::string>(const std::string& host, Limit)> resolve;
  std::function<Knock(const std::string& address, std::uint16_t port, Limit)> knock;
  std::function<std::vector<IdeFinding>()> ide;
  std::function<std::vector<SerialFinding>()> serial_ports;
};

/// The real ones.
/// @param interfaces  as Browser takes them
DoctorProbes make_doctor_probes(const std::vector<std::string>& interfaces);

}  // namespace otaru::host
