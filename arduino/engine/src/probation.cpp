#include "probation.hpp"

namespace otaru::engine {

using namespace std::string_view_literals;

void Probation::start(const ProbationRules& rules, std::uint32_t now_ms) noexcept {
  rules_ = rules;
  started_ms_ = now_ms;
  up_since_ms_.reset();
  if (retry_ms_) retry_ms_ = now_ms;
  if (!trial_->on_trial() || rules_.watchdog_ms == 0 || port_->watchdog_start == nullptr) return;
  port_->watchdog_start(port_->context, rules_.watchdog_ms);
  guarded_ = true;
}

bool Probation::poll(std::uint32_t now_ms, bool up) noexcept {
  const bool confirm = confirm_asked_.exchange(false, std::memory_order_relaxed);
  const bool reject = reject_asked_.exchange(false, std::memory_order_relaxed);
  if (!trial_->on_trial()) {
    stop_watchdog();
    return true;
  }
  if (guarded_) port_->watchdog_feed(port_->context);
  if (reject) return roll_back();

  if (!up) up_since_ms_.reset();
  if (up && !up_since_ms_) up_since_ms_ = now_ms;
  const bool good = !rules_.by_hand && up_since_ms_ && now_ms - *up_since_ms_ >= rules_.after_ms;
  if (confirm || good || retry_ms_) try_to_confirm(now_ms);
  if (!trial_->on_trial() || now_ms - started_ms_ < rules_.within_ms) return true;
  voice_->say("[trial] not confirmed in time: resetting"sv);
  return false;
}

void Probation::stop(std::uint32_t now_ms) noexcept {
  const bool confirm = confirm_asked_.exchange(false, std::memory_order_relaxed);
  if (confirm && trial_->on_trial()) try_to_confirm(now_ms);
  stop_watchdog();
}

bool Probation::idle(std::uint32_t now_ms) noexcept {
  const bool confirm = confirm_asked_.exchange(false, std::memory_order_relaxed);
  const bool reject = reject_asked_.exchange(false, std::memory_order_relaxed);
  if (!trial_->on_trial()) return true;
  if (reject) return roll_back();
  if (confirm || retry_ms_) try_to_confirm(now_ms);
  return true;
}

void Probation::try_to_confirm(std::uint32_t now_ms) noexcept {
  if (retry_ms_ && static_cast<std::int32_t>(now_ms - *retry_ms_) < 0) return;
  if (trial_->confirm() != Status::ok) {
    if (!retry_ms_) voice_->say("[trial] the flash did not take the confirmation: trying again"sv);
    retry_ms_ = now_ms + kRetry_ms;
    return;
  }
  retry_ms_.reset();
  stop_watchdog();
  voice_->say(rules_.by_hand ? "[trial] confirmed by the program"sv
                             : "[trial] confirmed: network and listener are up"sv);
  voice_->tell(OTARU_EVENT_CONFIRMED);
}

/// @return false if the board must reset now
bool Probation::roll_back() noexcept {
  switch (trial_->reject()) {
    case update::Started::rolling_back:
      voice_->say("[trial] rejected by the program: resetting into the old image"sv);
      return false;
    case update::Started::no_fallback:
      voice_->say("[trial] rejected by the program, but there is nothing to go back to: staying"sv);
      break;
    default: voice_->say("[trial] rejected by the program, but the flash does not take it"sv); break;
  }
  return true;
}

void Probation::stop_watchdog() noexcept {
  if (guarded_) port_->watchdog_stop(port_->context);
  guarded_ = false;
}

}  // namespace otaru::engine
