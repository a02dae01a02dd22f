#include "engine.hpp"

#include <algorithm>

#include <otaru/boot/select.hpp>

#include "port_functions.hpp"

namespace otaru::engine {

using namespace std::string_view_literals;

namespace {

constexpr std::uint16_t kPort = 8020;
constexpr std::uint32_t kTries = 3;
constexpr std::uint32_t kWatchdog_ms = 30'000;
constexpr std::uint32_t kConfirmWithin_ms = 120'000;
constexpr std::size_t kMaxName = 63;  // bytes of a DNS label

template <class Number>
Number or_default(Number value, Number standard) noexcept {
  return value == 0 ? standard : value;
}

/// Bytes from the start of the part that updates use.
std::uint32_t needed(const flash::Layout& layout) noexcept {
  return std::max({layout.backup.end(), layout.ota1.end(), layout.ota2.end()});
}

}  // namespace

/// @return false if the engine works with what is to be replaced, and the console was told
bool Engine::may_set(std::string_view what) const noexcept {
  if (phase_ == Phase::idle) return true;
  voice_.say(ConsoleLine("[Otaru] ignored: the "sv).add(what).add(" can only be set before the start"sv));
  return false;
}

otaru_engine_result Engine::start(const otaru_config& config) noexcept {
  if (phase_ == Phase::leaving || phase_ == Phase::over) return OTARU_RESETTING;
  stop();
  config_ = config;
  voice_ = Voice(*port_, config.on_event, config.context);
  const Uses uses{config.no_mdns == 0, gates_ != nullptr, config.no_watchdog == 0};
  if (const char* name = missing_function(*port_, uses)) return refuse("the port has no "sv, name);
  if (const char* reason = fault(config)) return refuse({}, reason);
  layout_ = flash::kLayouts[config.layout];
  config_.port = or_default(config.port, kPort);
  part_.emplace(*port_, or_default(port_->flash_size, layout_->size));
  crypto_.emplace(verify_);
  if (!judged_) trial_.emplace(*part_, *crypto_, *layout_, running_slot(), or_default(config.tries, kTries));
  if (!judge()) {
    reset();
    return OTARU_RESETTING;
  }
  if (!probation_) probation_.emplace(*port_, voice_, *trial_);  // or it knows what was asked for meanwhile
  identify();
  read_own_seal();
  tell_trust();
  listener_.emplace(*port_, voice_, gates_, *part_, *crypto_, *layout_, *trial_, trust_, config_.port);
  announced_ = false;
  probation_->start({config.no_watchdog != 0 ? 0 : or_default(config.watchdog_ms, kWatchdog_ms),
                     or_default(config.confirm_within_ms, kConfirmWithin_ms), config.confirm_after_ms,
                     config.confirm_by_hand != 0},
                    now());
  phase_ = Phase::running;
  note_state();
  return OTARU_STARTED;
}

/// What is wrong with the settings, for people; or nullptr.
const char* Engine::fault(const otaru_config& config) const noexcept {
  const std::string_view name =
      config.name != nullptr ? text_of(config.name, kMaxName + 1) : marker_value(config.marker, "name"sv);
  if (name.empty()) return "the board has no name";
  if (name.size() > kMaxName) return "the name has more than 63 bytes";
  if (config.layout >= flash::kLayouts.size()) return "this flash layout is unknown";
  if (config.tries > update::kMaxTries) return "an image can have 8 tries at most";
  const flash::Layout& layout = *flash::kLayouts[config.layout];
  if (port_->flash_size != 0 && port_->flash_size < needed(layout))
    return "the port's flash_size is too small for this flash layout";
  return nullptr;
}

otaru_engine_result Engine::refuse(std::string_view what, const char* text) const noexcept {
  voice_.say(ConsoleLine("[Otaru] cannot start: "sv).add(what).add(text_of(text, 100)));
  return OTARU_BAD_CONFIG;
}

flash::SlotId Engine::running_slot() noexcept {
  const int told = port_->running_slot != nullptr ? port_->running_slot(port_->context) : -1;
  if (told == 0 || told == 1) return static_cast<flash::SlotId>(told);
  const Result<boot::Selection> selection = boot::select(*part_, *layout_);
  return selection && selection->slot ? *selection->slot : flash::SlotId::ota1;
}

/// What core does before the sketch runs, once for each start of the board. @return false if it must reset
bool Engine::judge() noexcept {
  if (judged_) return true;
  judged_ = true;
  const update::Started started = trial_->start();
  tell_start(started);
  return !update::needs_reset(started);
}

void Engine::tell_start(update::Started started) noexcept {
  using update::Started;
  const std::string_view here = flash::name(trial_->running());
  const std::string_view there = flash::name(flash::other(trial_->running()));
  ConsoleLine line("[trial] "sv);
  switch (started) {
    case Started::normal: return;
    case Started::on_trial:
      line.add("the image in "sv).add(here).add(" is on trial, start "sv).add_decimal(trial_->own().tries);
      line.add(" of "sv).add_decimal(or_default(config_.tries, kTries));
      break;
    case Started::no_fallback:
      line.add("the image in "sv).add(here).add(" failed its trial, but "sv).add(there);
      line.add(" holds nothing to go back to: staying"sv);
      break;
    case Started::rolled_back:
      line.add("rolled back: the image in "sv).add(there).add(" was rejected"sv);
      break;
    case Started::commit_done:
      line.add("finished the commit of "sv).add(there).add(" that lost its power; resetting into it"sv);
      break;
    case Started::rolling_back:
      line.add("the image in "sv).add(here).add(" failed its trial: rejected, resetting into "sv).add(there);
      break;
    case Started::flash_failed: line.add("the flash does not hold what was written to it"sv); break;
  }
  voice_.say(line);
  if (started == Started::on_trial) voice_.tell(OTARU_EVENT_ON_TRIAL);
  if (started == Started::rolled_back) voice_.tell(OTARU_EVENT_ROLLED_BACK);
}

/// From the settings and the marker; the seal may know better.
void Engine::identify() noexcept {
  const auto chosen = [this](const char* setting, std::string_view key, std::size_t most) {
    return setting != nullptr ? text_of(setting, most) : marker_value(config_.marker, key);
  };
  identity_.name.set(chosen(config_.name, "name"sv, kMaxName));
  identity_.board.set(chosen(config_.board, "board"sv, image::kMaxBoardName));
  identity_.version.set(chosen(config_.version, "version"sv, 32));
}

/// The running image's own seal tells its version, its counter, and keys that replace the board's.
void Engine::read_own_seal() noexcept {
  trust_ = {.keys = keys_, .board = identity_.board.text(), .least_counter = 0, .now = std::nullopt};
  if (trial_->own().state == update::TrialState::none) return;
  const std::uint32_t length = trial_->own().record.length;
  if (length <= image::kSealSize) return;
  const MutableBytes bytes = announcer_.spare().first(image::kSealSize);  // nothing is announced yet
  const flash::Slot& slot = layout_->slot(trial_->running());
  if (part_->read(slot.offset + length - image::kSealSize, bytes) != Status::ok) return;
  const auto seal = image::SealView::open(bytes);
  if (!seal) return;
  if (config_.version == nullptr) set_version(seal->version());
  if (keys_.empty()) return;
  trust_.least_counter = seal->counter();
  const std::uint32_t count = seal->key_count();
  for (std::uint32_t i = 0; i < count; ++i) next_keys_[i] = seal->next_key(i);
  if (count > 0) trust_.keys = std::span(next_keys_).first(count);
}

[[gnu::noinline]] void Engine::set_version(const std::array<std::uint16_t, 3>& numbers) noexcept {
  ConsoleLine version;
  version.add_decimal(numbers[0]).add("."sv).add_decimal(numbers[1]).add("."sv).add_decimal(numbers[2]);
  identity_.version.set(version.text());
}

void Engine::tell_trust() noexcept {
  if (trust_.keys.empty()) {
    voice_.say(ConsoleLine("[trust] no keys: takes every image from everybody who "sv)
                   .add(gates_ != nullptr ? "knows its password"sv : "reaches its port"sv));
    return;
  }
  voice_.say(ConsoleLine("[trust] takes images sealed by "sv)
                 .add_decimal(static_cast<std::uint32_t>(trust_.keys.size()))
                 .add(" known key(s), counter "sv)
                 .add_decimal(trust_.least_counter)
                 .add(" or more"sv));
}

/// Once there is a network: before, a board may not know its MAC address.
void Engine::announce() noexcept {
  announced_ = true;
  if (config_.no_mdns != 0 || port_->mdns_open == nullptr) return;
  std::uint8_t mac[6];
  if (port_->mac != nullptr && port_->mac(port_->context, mac) == 0) {
    constexpr std::string_view kDigits = "0123456789abcdef"sv;
    std::array<char, 12> digits;
    for (std::size_t i = 0; i < digits.size(); ++i)
      digits[i] = kDigits[mac[i / 2] >> (i % 2 == 0 ? 4 : 0) & 0xF];
    identity_.id.set({digits.data(), digits.size()});
  }
  std::uint32_t seed = 0;
  (void)port_->random(port_->context, &seed, sizeof seed);
  announcer_.start(identity_, gates_ != nullptr, flash::name(trial_->running()), config_.port, seed);
}

std::optional<mdns::Ipv4Address> Engine::own_address() const noexcept {
  mdns::Ipv4Address own{};
  if (port_->own_address(port_->context, own.data()) != 1) return std::nullopt;
  return own;
}

std::uint32_t Engine::poll() noexcept {
  if (phase_ == Phase::idle && !probation_) return kNothingToDo_ms;  // never started: there may be no clock
  const std::uint32_t now_ms = now();
  if (phase_ == Phase::leaving) return poll_leaving(now_ms);
  if (phase_ == Phase::idle && probation_) {
    if (!probation_->idle(now_ms)) reset();
    note_state();
  }
  if (phase_ != Phase::running) return kNothingToDo_ms;
  const auto own = own_address();
  if (own && !announced_) announce();
  const std::uint32_t listener_ms = listener_->poll(now_ms, own.has_value());
  const std::uint32_t announcer_ms = announcer_.poll(now_ms, own);
  if (!probation_->poll(now_ms, own && listener_->listening())) {
    listener_->close(now_ms);
    leave(now_ms);
    return 0;
  }
  if (listener_->reset_due()) leave(now_ms);
  note_state();
  return listener_ms < announcer_ms ? listener_ms : announcer_ms;
}

/// Says goodbye; the reset follows when the last packets have left.
void Engine::leave(std::uint32_t now_ms) noexcept {
  announcer_.stop(now_ms);
  phase_ = Phase::leaving;
  reset_at_ms_ = now_ms + kBeforeReset_ms;
  note_state();
}

/// Behind an update the listener is still there, and core tells whoever comes that the board is busy: an
/// uploader that finds a closed port takes the board for one that wants no updates.
std::uint32_t Engine::poll_leaving(std::uint32_t now_ms) noexcept {
  const auto left_ms = static_cast<std::int32_t>(reset_at_ms_ - now_ms);
  if (left_ms <= 0) {
    reset();
    return kNothingToDo_ms;
  }
  if (!listener_->listening()) return kNothingToDo_ms;
  if (left_ms > static_cast<std::int32_t>(kLastPackets_ms)) return listener_->poll(now_ms, true);
  listener_->close(now_ms);
  return kLastPackets_ms;
}

void Engine::reset() noexcept {
  phase_ = Phase::over;
  port_->reset(port_->context);
}

void Engine::stop() noexcept {
  if (phase_ != Phase::running) return;
  const std::uint32_t now_ms = now();
  probation_->stop(now_ms);
  announcer_.stop(now_ms);
  listener_->close(now_ms);
  listener_.reset();
  phase_ = Phase::idle;
  note_state();
}

void Engine::note_state() noexcept {
  std::uint8_t flags = 0;
  if (trial_ && trial_->on_trial()) flags |= kOnTrial;
  if (phase_ == Phase::running && listener_->listening()) flags |= kListening;
  if (phase_ == Phase::running && listener_->updating()) flags |= kUpdating;
  flags_.store(flags, std::memory_order_relaxed);
}

}  // namespace otaru::engine
