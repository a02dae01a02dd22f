// `otaru doctor`: goes through what keeps boards from being found and updated, and says what to do.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <otaru/host/check.hpp>
#include <otaru/host/doctor_probes.hpp>
#include <otaru/host/push_target.hpp>

namespace otaru::host {

/// How long each step may wait.
inline constexpr std::chrono::milliseconds kEchoLimit{1500};
inline constexpr std::chrono::milliseconds kLookLimit{3000};
inline constexpr std::chrono::milliseconds kLookupLimit{3000};
inline constexpr std::chrono::milliseconds kKnockLimit{3000};  // of each connection attempt

struct DoctorQuestion {
  std::optional<PushTarget> board;        ///< else all boards that answer
  std::vector<std::string> serial_ports;  ///< else all that there are
};

/// How it ended.
struct DoctorSummary {
  unsigned fine = 0;
  unsigned warnings = 0;
  unsigned wrong = 0;
  unsigned unknown = 0;
  bool board_unreachable = false;  ///< the board that was asked for was not found, or cannot be connected to

  void count(Verdict verdict) noexcept;
  /// 3 if the asked board cannot be reached, else 2 if anything is wrong, else 0.
  int exit_code() const noexcept;
};

/// `{"event":"summary","fine":..,"warnings":..,"wrong":..,"unknown":..,"exit":..}`
nlohmann::ordered_json to_json(const DoctorSummary& summary);

/// One line that says how many checks ended how.
std::string to_text(const DoctorSummary& summary);

using CheckHandler = std::function<void(const Check&)>;

/// Does all checks, and hands each over as soon as it is done. Blocks for the limits above: about 5 s, and up
/// to 6 s more for each board that does not answer.
DoctorSummary examine(const DoctorQuestion& question, const DoctorProbes& probes, const CheckHandler& tell);

}  // namespace otaru::host
