#include <algorithm>
#include <charconv>
#include <exception>

#include <fmt/format.h>

#include <otaru/host/clean_text.hpp>
#include <otaru/host/pluggable_discovery.hpp>
#include <otaru/host/push_target.hpp>

namespace otaru::host {
namespace {

constexpr std::string_view kProtocol = "network";

nlohmann::ordered_json json_of(const IdePort& port) {
  nlohmann::ordered_json json = {{"address", port.address},
                                 {"label", port.label},
                                 {"protocol", kProtocol},
                                 {"protocolLabel", "Network port"}};
  if (!port.hardware_id.empty()) json["hardwareId"] = port.hardware_id;
  json["properties"] = port.properties;
  return json;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string upper_case(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return upper;
}

/// `1 "Arduino IDE 2.3"`: a version, and a name in quotes without quotes in it.
bool is_greeting(std::string_view text) {
  unsigned version = 0;
  const auto [behind, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc{} || version == 0) return false;
  const std::string_view agent = trimmed(text.substr(static_cast<std::size_t>(behind - text.data())));
  return agent.size() > 2 && agent.front() == '"' && agent.find('"', 1) == agent.size() - 1;
}

/// The IDE puts properties into command lines, looks for braces in them, and then splits them at quotes:
/// what strangers announce must hold none.
std::string harmless(std::string_view text) {
  std::string clean = clean_text(text);
  for (char& c : clean)
    if (std::string_view("\"'`{}").find(c) != std::string_view::npos) c = '?';
  return clean;
}

}  // namespace

IdePort port_of(const DiscoveredBoard& board) {
  IdePort port{board.address, harmless(board.label), {}, {}};
  for (const auto& [key, value] : board.txt) {
    const bool says_whether = value == "yes" || value == "no";
    if (key != "auth_upload" || says_whether) port.properties[harmless(key)] = harmless(value);
  }
  if (const auto id = port.properties.find("id"); id != port.properties.end()) port.hardware_id = id->second;
  port.properties["name"] = harmless(board.name);
  port.properties["hostname"] = harmless(board.host);
  port.properties["port"] = std::to_string(board.port);
  return port;
}

IdePort port_of(const ListedBoard& board) {
  const PushTarget target = parse_push_target(board.address);
  const std::string name = clean_text(board.name);
  IdePort port{board.address, board.name == board.address ? name : name + " at " + board.address, {}, {}};
  port.properties = {{"name", name},
                     {"hostname", target.name},
                     {"port", std::to_string(target.port.value_or(kPushPort))},
                     {"ssh_upload", "no"},
                     {"tcp_check", "no"}};
  return port;
}

bool PluggableDiscovery::take(std::string_view line) {
  line = trimmed(line);
  const std::size_t blank = std::min(line.find(' '), line.size());
  const std::string command = upper_case(line.substr(0, blank));
  const std::string_view rest = trimmed(line.substr(blank));
  if (command == "QUIT") {
    if (state_ == State::listing || state_ == State::syncing) actions_.stop();
    answer("quit");
    return false;
  }
  if (command == "HELLO") {
    hello(rest);
  } else if (state_ == State::alive) {
    refuse("command_error", fmt::format("The first command must be HELLO, and not {}", clean_text(command)));
  } else if (command == "START") {
    start(State::listing, "start");
  } else if (command == "START_SYNC") {
    start(State::syncing, "start_sync");
  } else if (command == "LIST") {
    list();
  } else if (command == "STOP") {
    stop();
  } else {
    refuse("command_error", fmt::format("Unknown command {}", clean_text(command)));
  }
  return true;
}

void PluggableDiscovery::hello(std::string_view rest) {
  if (state_ != State::alive) return refuse("hello", "HELLO was said before");
  if (!is_greeting(rest)) return refuse("hello", "Invalid HELLO: it is to be HELLO 1 \"NAME\"");
  state_ = State::idle;
  // The client's version may be greater: it then comes down to this one.
  actions_.send({{"eventType", "hello"}, {"protocolVersion", 1}, {"message", "OK"}});
}

void PluggableDiscovery::start(State wanted, const char* event) {
  if (state_ != State::idle) return refuse(event, "The discovery runs already: STOP comes first");
  ports_.clear();
  // What is found while starting is told behind the answer, not before it.
  state_ = State::listing;
  try {
    actions_.start();
  } catch (const std::exception& error) {
    state_ = State::idle;
    return refuse(event, error.what());
  }
  answer(event);
  state_ = wanted;
  if (wanted != State::syncing) return;
  for (const auto& [address, port] : ports_) actions_.send({{"eventType", "add"}, {"port", json_of(port)}});
}

void PluggableDiscovery::list() {
  if (state_ == State::syncing) return refuse("list", "No LIST in events mode: STOP and START come first");
  if (state_ != State::listing) return refuse("list", "The discovery does not run: START comes first");
  nlohmann::ordered_json ports = nlohmann::ordered_json::array();
  for (const auto& [address, port] : ports_) ports.push_back(json_of(port));
  actions_.send({{"eventType", "list"}, {"ports", ports}});
}

void PluggableDiscovery::stop() {
  if (state_ == State::idle) return refuse("stop", "The discovery does not run");
  actions_.stop();
  state_ = State::idle;
  ports_.clear();
  answer("stop");
}

void PluggableDiscovery::set_ports(const std::vector<IdePort>& ports) {
  std::map<std::string, IdePort> before;
  before.swap(ports_);
  for (const IdePort& port : ports) ports_.emplace(port.address, port);
  if (state_ != State::syncing) return;
  for (const auto& [address, port] : before) {
    if (ports_.contains(address)) continue;
    actions_.send({{"eventType", "remove"}, {"port", {{"address", address}, {"protocol", kProtocol}}}});
  }
  for (const auto& [address, port] : ports_) {
    const auto old = before.find(address);
    if (old == before.end() || !(old->second == port))
      actions_.send({{"eventType", "add"}, {"port", json_of(port)}});
  }
}

void PluggableDiscovery::answer(const char* event) {
  actions_.send({{"eventType", event}, {"message", "OK"}});
}

void PluggableDiscovery::refuse(const char* event, const std::string& reason) {
  actions_.send({{"eventType", event}, {"error", true}, {"message", reason}});
}

}  // namespace otaru::host
