// Puts together what several interfaces show of one board.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <otaru/host/discover.hpp>
#include <otaru/mdns/instance.hpp>

namespace otaru::host {

/// One board as one interface shows it.
struct Sighting {
  mdns::InterfaceId interface = 0;
  DiscoveredBoard board;
  std::vector<std::string> addresses;  ///< all that it said

  /// True if it is the same instance on the same interface, so that the newer one replaces the older.
  bool replaces(const Sighting& older) const;
};

Sighting sighting_of(const mdns::Instance& instance);

/// True if ASCII letters in either case make the texts alike.
bool same_text(std::string_view a, std::string_view b) noexcept;

/// The boards that are seen now. A board that is on two networks of this computer is one board if both
/// sightings have its name and host, and an address or the TXT `id` in common.
class Sightings {
 public:
  struct News {
    enum class Kind : std::uint8_t { found, changed, gone };
    Kind kind = Kind::found;
    DiscoveredBoard board;
  };

  /// @return nothing if the board looks as before
  std::optional<News> take(Sighting seen);

  std::optional<News> lose(const Sighting& lost);

  /// The boards as they were told last, by name.
  std::vector<DiscoveredBoard> boards() const;

 private:
  struct Board {
    std::vector<Sighting> seen;  // never empty
    DiscoveredBoard shown;
  };

  std::optional<News> refresh(Board& board);

  std::vector<Board> boards_;
};

}  // namespace otaru::host
