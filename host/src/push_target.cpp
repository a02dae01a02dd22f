#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

#include <asio/ip/address.hpp>
#include <fmt/format.h>

#include <otaru/host/failure.hpp>
#include <otaru/host/push_target.hpp>

namespace otaru::host {
namespace {

constexpr std::string_view kLocal = ".local";

bool is_address(const std::string& text) {
  std::error_code error;
  const asio::ip::address address = asio::ip::make_address(text, error);
  // Windows takes a port behind the address, too, and short forms that are names elsewhere.
  return !error && (address.is_v4() ? address.to_string() == text : text.front() != '[');
}

/// `192.0.2.999`: meant for an IPv4 address, and none.
bool is_mistaken_ipv4(const std::string& text) {
  return text.find_first_not_of("0123456789.") == std::string::npos &&
         std::count(text.begin(), text.end(), '.') == 3 && !is_address(text);
}

std::uint16_t read_port(std::string_view text, std::string_view whole) {
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc{} || rest != end || port == 0) {
    throw BadInput(fmt::format("'{}' in '{}' is no port. Ports are numbers from 1 to 65535.", text, whole));
  }
  return port;
}

PushTarget read_bracketed(std::string_view text) {
  const std::size_t end = text.find(']');
  const std::string_view behind = end == std::string_view::npos ? "" : text.substr(end + 1);
  PushTarget target{std::string(text.substr(1, end == std::string_view::npos ? end : end - 1)), std::nullopt};
  if (end == std::string_view::npos || !is_address(target.name) || (!behind.empty() && behind[0] != ':')) {
    throw BadInput(
        fmt::format("'{}' is no address. Write an IPv6 address with its port as [ADDRESS]:PORT.", text));
  }
  if (!behind.empty()) target.port = read_port(behind.substr(1), text);
  return target;
}

bool ends_in_local(const std::string& name) {
  return name.size() > kLocal.size() &&
         std::equal(kLocal.rbegin(), kLocal.rend(), name.rbegin(),
                    [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); });
}

/// Both ways to look a name up, and what they found.
class Search {
 public:
  Search(const PushTarget& target, const LocateOptions& options) : target_(target), options_(options) {}

  bool by_mdns() {
    if (!options_.find_board || stopped()) return false;
    std::optional<DiscoveredBoard> board;
    try {
      board = options_.find_board(target_.name, options_.mdns_limit);
    } catch (const std::system_error& error) {
      trouble_ = fmt::format(" (mDNS: {})", error.what());
    }
    if (!board) return false;
    place_ = {board->label, {board->address}, {}, board->name};
    if (board->otaru) place_.ports = {board->port};
    place_.wants_password = board->wants_password();
    return true;
  }

  bool by_resolver() {
    // Names under .local belong to mDNS alone (RFC 6762, section 3).
    if (stopped() || ends_in_local(target_.name) || target_.name.find(' ') != std::string::npos) return false;
    std::vector<std::string> addresses =
        resolve_host(target_.name, options_.lookup_limit, options_.interrupted);
    if (addresses.empty()) return false;
    place_ = {fmt::format("{} at {}", target_.name, addresses.front()), std::move(addresses), {}, {}};
    return true;
  }

  bool stopped() const { return options_.interrupted && options_.interrupted(); }
  const std::string& trouble() const { return trouble_; }
  BoardPlace& place() { return place_; }

 private:
  const PushTarget& target_;
  const LocateOptions& options_;
  std::string trouble_;
  BoardPlace place_;
};

}  // namespace

PushTarget parse_push_target(std::string_view text) {
  if (text.starts_with('[')) return read_bracketed(text);
  PushTarget target{std::string(text), std::nullopt};
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && !is_address(target.name)) {
    target.port = read_port(text.substr(colon + 1), text);
    target.name.resize(colon);
  }
  if (target.name.empty())
    throw BadInput("No board is named. Give its name or its address, as in --to MyAmeba or --to 192.0.2.7.");
  if (is_mistaken_ipv4(target.name))
    throw BadInput(
        fmt::format("'{}' is no address: it takes four numbers from 0 to 255, as 192.0.2.7.", target.name));
  return target;
}

std::vector<std::uint16_t> ports_to_try(std::uint16_t announced) {
  constexpr std::uint16_t kStockAnnouncement = 5000;
  std::vector<std::uint16_t> ports;
  if (announced != 0 && announced != kStockAnnouncement) ports.push_back(announced);
  for (const std::uint16_t usual : {kPushPort, kStockPushPort})
    if (usual != announced) ports.push_back(usual);
  return ports;
}

BoardPlace locate(const PushTarget& target, const LocateOptions& options) {
  Search search(target, options);
  bool found = true;
  if (is_address(target.name)) {
    search.place() = {target.name, {target.name}, {}, {}};
  } else if (target.name == "localhost") {
    found = search.by_resolver();
  } else if (target.name.find('.') == std::string::npos || ends_in_local(target.name)) {
    found = search.by_mdns() || search.by_resolver();
  } else {
    found = search.by_resolver() || search.by_mdns();
  }
  if (search.stopped())
    throw NoBoard("interrupted", "Interrupted before the board was found. Nothing was sent.");
  if (!found) {
    throw NoBoard(
        "not_found",
        fmt::format("No board or host '{}' was found{}. Check that the board is on and in this network "
                    "(`otaru discover` lists those that answer), or give its IP address.",
                    target.name, search.trouble()));
  }
  BoardPlace place = std::move(search.place());
  if (target.port) place.ports = {*target.port};
  if (place.ports.empty()) place.ports = {kPushPort, kStockPushPort};
  return place;
}

}  // namespace otaru::host
