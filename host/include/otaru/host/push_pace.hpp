// How fast a push goes, and how long it still takes.
#pragma once

#include <optional>
#include <string>

#include <otaru/host/push_client.hpp>

namespace otaru::host {

struct PushPace {
  unsigned sent_percent = 0;           ///< to the nearest, but 100 only when all is done
  unsigned written_percent = 0;        ///< the same; of a board that reports
  double bytes_per_second = 0;         ///< since the start: written if the board reports, else sent
  std::optional<double> seconds_left;  ///< at that rate; none before the first byte
};

PushPace pace_of(const PushProgress& progress) noexcept;

/// `850 B/s`, `115 KB/s`, `1.2 MB/s`; a KB has 1000 bytes.
std::string rate_text(double bytes_per_second);

/// `4 s`, `1 min 20 s`; rounded up.
std::string time_text(double seconds);

/// `sent 45 %, in flash 40 %, 115 KB/s, 4 s left`; what is not known is left out.
std::string progress_text(const PushProgress& progress);

}  // namespace otaru::host
