// The words between an IDE and a discovery: Arduino's pluggable discovery specification, protocol version 1.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <otaru/host/board_list.hpp>
#include <otaru/host/discover.hpp>

namespace otaru::host {

/// A port as the IDE is told of it.
struct IdePort {
  std::string address;                            ///< with `network` in front of it, what tells ports apart
  std::string label;                              ///< as the port menu shows it
  std::string hardware_id;                        ///< the same for each way to one board; empty if unknown
  std::map<std::string, std::string> properties;  ///< `hostname`, `port`, and the TXT entries

  friend bool operator==(const IdePort&, const IdePort&) = default;
};

/// The port of a board that mDNS shows.
IdePort port_of(const DiscoveredBoard& board);

/// The port of a board of the list; the port number is 8020 unless its address says another.
IdePort port_of(const ListedBoard& board);

/// The discovery's side of the conversation, without I/O: command lines in, JSON messages out.
///
/// States as the specification has them: only HELLO at first, then START (for LIST) or START_SYNC (for
/// events), each ended by STOP; QUIT always.
class PluggableDiscovery {
 public:
  struct Actions {
    /// Starts looking for boards; may already set ports. What it throws is told to the IDE as the reason.
    std::function<void()> start;
    std::function<void()> stop;
    /// Sends one message.
    std::function<void(const nlohmann::ordered_json&)> send;
  };

  explicit PluggableDiscovery(Actions actions) : actions_(std::move(actions)) {}

  /// Takes one line, without its end, and answers it.
  /// @return false after QUIT: the program is to end
  bool take(std::string_view line);

  /// The ports that there are now, and no others. What differs from before is told at once in events mode,
  /// else with the next LIST. Of two ports with one address the first counts.
  void set_ports(const std::vector<IdePort>& ports);

 private:
  enum class State : std::uint8_t { alive, idle, listing, syncing };

  void hello(std::string_view rest);
  void start(State wanted, const char* event);
  void list();
  void stop();
  void answer(const char* event);
  void refuse(const char* event, const std::string& reason);

  Actions actions_;
  State state_ = State::alive;
  std::map<std::string, IdePort> ports_;
};

}  // namespace otaru::host
