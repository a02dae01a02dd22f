// The time of a new image on trial: watchdog, confirmation, or the way back.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "port.hpp"
#include "voice.hpp"

namespace otaru::engine {

/// When a new image counts as good, and what happens if it does not get there.
struct ProbationRules {
  std::uint32_t watchdog_ms;  ///< longest time between two polls; 0: no watchdog
  std::uint32_t within_ms;    ///< of a start
  std::uint32_t after_ms;     ///< automatic: network and listener up for so long
  bool by_hand;               ///< only the sketch confirms
};

class Probation {
 public:
  /// All references outlive this object.
  Probation(const otaru_port& port, const Voice& voice, Trial& trial) noexcept
      : port_(&port), voice_(&voice), trial_(&trial) {}

  /// After the start was judged, and after each stop(): arms the watchdog if the image is on trial.
  void start(const ProbationRules& rules, std::uint32_t now_ms) noexcept;

  /// @param up  network and listener are there
  /// @return false if the board must reset now
  [[nodiscard]] bool poll(std::uint32_t now_ms, bool up) noexcept;

  /// Nobody polls from here on: writes a confirmation that was asked for, and stops the watchdog. What else
  /// was asked for waits for idle(), or for poll() after the next start().
  void stop(std::uint32_t now_ms) noexcept;

  /// Between stop() and start(): does what the sketch asks for, and nothing by itself.
  /// @return false if the board must reset now
  [[nodiscard]] bool idle(std::uint32_t now_ms) noexcept;

  // For any thread.
  void confirm() noexcept { confirm_asked_.store(true, std::memory_order_relaxed); }
  void reject() noexcept { reject_asked_.store(true, std::memory_order_relaxed); }

 private:
  static constexpr std::uint32_t kRetry_ms = 1000;  // after flash did not take the mark

  void try_to_confirm(std::uint32_t now_ms) noexcept;
  bool roll_back() noexcept;
  void stop_watchdog() noexcept;

  const otaru_port* port_;
  const Voice* voice_;
  Trial* trial_;
  ProbationRules rules_{};
  std::uint32_t started_ms_ = 0;
  std::optional<std::uint32_t> up_since_ms_;
  std::optional<std::uint32_t> retry_ms_;
  bool guarded_ = false;  // the watchdog runs
  std::atomic<bool> confirm_asked_{false};
  std::atomic<bool> reject_asked_{false};
};

}  // namespace otaru::engine
