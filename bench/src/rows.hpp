// What the benchmarks report.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace otaru::bench {

/// What a figure was promised to be.
struct Limit {
  double least = 0;
  double most = 0;
  bool with_reset = false;  ///< the reset counts too

  bool met_by(double value) const { return least <= value && value <= most; }
};

/// One update in the virtual time of board::Timing, from the sender's connection to "Update task exit"; the
/// reset is not in it, as in the serial log that the model is drawn from.
struct VirtualRow {
  std::string way;          ///< `stock`, `ours`, `again` (ours, after a lost sender) or `limit`
  std::uint32_t bytes = 0;  ///< of the image
  double receive_s = 0;     ///< on the air, while the flash is idle
  double erase_s = 0;
  double program_s = 0;
  double read_s = 0;   ///< to look whether flash is blank, and to verify
  double reset_s = 0;  ///< from reset to sketch, not in total_s()
  std::optional<Limit> limit{};

  double total_s() const { return receive_s + erase_s + program_s + read_s; }
  bool met() const { return !limit || limit->met_by(total_s() + (limit->with_reset ? reset_s : 0)); }
};

/// Something measured on this machine, several times.
struct RealRow {
  std::string name;         ///< `push_loopback`, `announcement`, `query_answer`
  std::string what;         ///< for people
  std::uint32_t bytes = 0;  ///< 0 if it is not about bytes
  double promised_s = 0;    ///< at most
  std::vector<double> samples_s{};
  std::string trouble{};  ///< why there is no sample

  double median_s() const;
  double worst_s() const;
  bool met() const { return !samples_s.empty() && median_s() <= promised_s; }
};

nlohmann::ordered_json to_json(const VirtualRow& row);
nlohmann::ordered_json to_json(const RealRow& row);

/// Tables for people.
std::string to_text(const std::vector<VirtualRow>& rows);
std::string to_text(const std::vector<RealRow>& rows);

}  // namespace otaru::bench
