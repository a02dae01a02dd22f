#include <algorithm>
#include <array>
#include <tuple>

#include <otaru/host/clean_text.hpp>
#include <otaru/host/sightings.hpp>
#include <otaru/mdns/txt.hpp>
#include <otaru/net/interface.hpp>

namespace otaru::host {
namespace {

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// IPv4, else IPv6 that needs no interface with it, else link-local. Each is preferred as first heard.
std::string best_address(const std::vector<std::string>& addresses) {
  const auto rank = [](const std::string& text) {
    if (text.find(':') == std::string::npos) return 0;
    return text.find('%') == std::string::npos ? 1 : 2;
  };
  const auto best =
      std::min_element(addresses.begin(), addresses.end(),
                       [&](const std::string& a, const std::string& b) { return rank(a) < rank(b); });
  return best == addresses.end() ? std::string() : *best;
}

std::map<std::string, std::string> txt_of(Bytes data) {
  std::map<std::string, std::string> txt;
  mdns::TxtWalk walk(data);
  std::string_view entry;
  while (walk.next(entry)) {
    const std::size_t at = entry.find('=');
    const std::string_view value = at == std::string_view::npos ? std::string_view() : entry.substr(at + 1);
    if (at != 0) txt.emplace(entry.substr(0, at), value);  // the first one counts (RFC 6763, section 6.4)
  }
  return txt;
}

const std::string* entry_of(const DiscoveredBoard& board, std::string_view key) {
  for (const auto& [name, value] : board.txt)
    if (same_text(name, key)) return &value;
  return nullptr;
}

bool same_board(const Sighting& a, const Sighting& b) {
  if (!same_text(a.board.name, b.board.name) || !same_text(a.board.host, b.board.host)) return false;
  const std::string* id_a = entry_of(a.board, "id");
  const std::string* id_b = entry_of(b.board, "id");
  if (id_a != nullptr && id_b != nullptr && !id_a->empty()) return *id_a == *id_b;
  return std::find_first_of(a.addresses.begin(), a.addresses.end(), b.addresses.begin(), b.addresses.end()) !=
         a.addresses.end();
}

auto everything(const DiscoveredBoard& board) {
  return std::tie(board.name, board.host, board.address, board.port, board.txt);
}

}  // namespace

bool same_text(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool Sighting::replaces(const Sighting& older) const {
  return interface == older.interface && same_text(board.name, older.board.name);
}

Sighting sighting_of(const mdns::Instance& instance) {
  Sighting made;
  made.interface = instance.interface();
  std::array<char, 4 * mdns::kMaxName> host;
  DiscoveredBoard& board = made.board;
  board.name = instance.name();
  board.host = instance.host(host);
  board.port = instance.port();
  board.txt = txt_of(instance.txt());
  if (const std::string* value = entry_of(board, "board")) board.board = *value;
  board.otaru = entry_of(board, "otaru") != nullptr;
  for (const mdns::HostAddress& address : instance.addresses())
    made.addresses.push_back(net::address_text(address.address, instance.interface()));
  board.address = best_address(made.addresses);
  board.label = clean_text(board.name) + " at " + board.address;
  return made;
}

std::optional<Sightings::News> Sightings::take(Sighting seen) {
  for (Board& board : boards_) {
    for (Sighting& older : board.seen) {
      if (!seen.replaces(older)) continue;
      older = std::move(seen);
      return refresh(board);
    }
  }
  for (Board& board : boards_) {
    if (!same_board(board.seen.front(), seen)) continue;
    board.seen.push_back(std::move(seen));
    return refresh(board);
  }
  const DiscoveredBoard shown = seen.board;
  boards_.push_back({{std::move(seen)}, shown});
  return News{News::Kind::found, shown};
}

std::optional<Sightings::News> Sightings::lose(const Sighting& lost) {
  for (auto board = boards_.begin(); board != boards_.end(); ++board) {
    const auto entry = std::find_if(board->seen.begin(), board->seen.end(),
                                    [&](const Sighting& one) { return lost.replaces(one); });
    if (entry == board->seen.end()) continue;
    board->seen.erase(entry);
    if (!board->seen.empty()) return refresh(*board);
    News news{News::Kind::gone, std::move(board->shown)};
    boards_.erase(board);
    return news;
  }
  return std::nullopt;
}

std::vector<DiscoveredBoard> Sightings::boards() const {
  std::vector<DiscoveredBoard> all;
  for (const Board& board : boards_) all.push_back(board.shown);
  std::sort(all.begin(), all.end(), [](const DiscoveredBoard& a, const DiscoveredBoard& b) {
    return std::tie(a.name, a.address) < std::tie(b.name, b.address);
  });
  return all;
}

std::optional<Sightings::News> Sightings::refresh(Board& board) {
  // With IPv4 before without, and for the rest as it was first seen.
  const auto best = std::min_element(board.seen.begin(), board.seen.end(), [](const auto& a, const auto& b) {
    const auto is_ipv6 = [](const Sighting& one) { return one.board.address.find(':') != std::string::npos; };
    return is_ipv6(a) < is_ipv6(b);
  });
  if (everything(best->board) == everything(board.shown)) return std::nullopt;
  board.shown = best->board;
  return News{News::Kind::changed, board.shown};
}

}  // namespace otaru::host
