#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <otaru/host/browser.hpp>
#include <otaru/host/discover.hpp>
#include <otaru/host/sightings.hpp>

namespace otaru::host {
namespace {

// A board with both families may be heard by IPv6 first; its IPv4 address is then not far.
constexpr std::chrono::milliseconds kWaitForIpv4{200};

bool has_ipv4(const DiscoveredBoard& board) {
  return board.address.find(':') == std::string::npos;
}

}  // namespace

bool is_called(const DiscoveredBoard& board, std::string_view name) {
  if (same_text(board.name, name)) return true;
  if (name.ends_with('.')) name.remove_suffix(1);
  constexpr std::string_view kLocal = ".local";
  std::string_view label = board.host;
  if (label.size() > kLocal.size() && same_text(label.substr(label.size() - kLocal.size()), kLocal))
    label.remove_suffix(kLocal.size());
  return same_text(board.host, name) || same_text(label, name);
}

std::optional<bool> DiscoveredBoard::wants_password() const {
  const auto entry = txt.find("auth_upload");
  if (entry == txt.end()) return std::nullopt;
  if (entry->second == "yes") return true;
  if (otaru && entry->second == "no") return false;
  return std::nullopt;
}

std::optional<DiscoveredBoard> find_board(const std::string& name, std::chrono::milliseconds limit,
                                          const std::vector<std::string>& interfaces) {
  asio::io_context io;
  std::optional<DiscoveredBoard> found;
  asio::steady_timer patience(io);

  const auto look_at = [&](const DiscoveredBoard& board) {
    if (!is_called(board, name)) return;
    const bool first = !found;
    found = board;
    if (has_ipv4(board)) {
      io.stop();
    } else if (first) {
      patience.expires_after(kWaitForIpv4);
      patience.async_wait([&io](const std::error_code& error) {
        if (!error) io.stop();
      });
    }
  };
  BrowserEvents events;
  events.found = look_at;
  events.changed = look_at;
  events.gone = [&](const DiscoveredBoard& board) {
    if (!is_called(board, name)) return;
    found.reset();
    patience.cancel();
  };
  const Browser browser(io, interfaces, std::move(events));
  io.run_for(limit);
  return found;
}

}  // namespace otaru::host
