// The engine: trial, listener and announcement of one board, over one port.
#pragma once

#include <array>
#include <atomic>
#include <optional>
#include <span>

#include <otaru/image/seal.hpp>

#include "announcer.hpp"
#include "gates.hpp"
#include "identity.hpp"
#include "listener.hpp"
#include "port.hpp"
#include "probation.hpp"
#include "voice.hpp"

namespace otaru::engine {

/// What stands behind otaru_engine.h, function for function.
class Engine {
 public:
  explicit Engine(const otaru_port& port) noexcept
      : port_(&port), voice_(port, nullptr, nullptr), announcer_(port, voice_) {}
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // password.cpp and keys.cpp: each brings its library along only where it is called.
  void set_password(std::string_view password) noexcept;
  void set_keys(std::span<const crypto::PublicKey> keys) noexcept;

  otaru_engine_result start(const otaru_config& config) noexcept;
  std::uint32_t poll() noexcept;
  void stop() noexcept;
  void confirm() noexcept {
    if (probation_) probation_->confirm();
  }
  void reject() noexcept {
    if (probation_) probation_->reject();
  }

  bool on_trial() const noexcept { return has(kOnTrial); }
  bool listening() const noexcept { return has(kListening); }
  bool updating() const noexcept { return has(kUpdating); }
  int slot() const noexcept { return trial_ ? static_cast<int>(trial_->running()) : -1; }
  const char* version() const noexcept { return identity_.version.c_str(); }

 private:
  enum class Phase : std::uint8_t { idle, running, leaving, over };
  static constexpr std::uint8_t kOnTrial = 1, kListening = 2, kUpdating = 4;
  static constexpr std::uint32_t kBeforeReset_ms = 500;  // for the goodbye, and for others to hear `busy`
  static constexpr std::uint32_t kLastPackets_ms =
      50;  // of these: nobody is listened to, what was said leaves
  static constexpr std::uint32_t kNothingToDo_ms = 100;

  bool may_set(std::string_view what) const noexcept;
  bool has(std::uint8_t flag) const noexcept { return (flags_.load(std::memory_order_relaxed) & flag) != 0; }
  std::uint32_t now() const noexcept { return port_->millis(port_->context); }
  const char* fault(const otaru_config& config) const noexcept;
  otaru_engine_result refuse(std::string_view what, const char* text) const noexcept;
  flash::SlotId running_slot() noexcept;
  bool judge() noexcept;
  void tell_start(update::Started started) noexcept;
  void read_own_seal() noexcept;
  void set_version(const std::array<std::uint16_t, 3>& numbers) noexcept;
  void identify() noexcept;
  void tell_trust() noexcept;
  void announce() noexcept;
  std::optional<mdns::Ipv4Address> own_address() const noexcept;
  void leave(std::uint32_t now_ms) noexcept;
  std::uint32_t poll_leaving(std::uint32_t now_ms) noexcept;
  void reset() noexcept;
  void note_state() noexcept;

  const otaru_port* port_;
  EngineCrypto::Verify verify_ = nullptr;
  const Gates* gates_ = nullptr;
  std::span<const crypto::PublicKey> keys_;

  otaru_config config_{};
  const flash::Layout* layout_ = nullptr;
  Voice voice_;
  Identity identity_;
  update::Trust trust_{};
  std::array<crypto::PublicKey, image::kMaxSealKeys> next_keys_{};
  std::optional<PortFlash> part_;
  std::optional<EngineCrypto> crypto_;
  std::optional<Trial> trial_;
  std::optional<Probation> probation_;
  std::optional<Listener> listener_;
  Announcer announcer_;
  Phase phase_ = Phase::idle;
  bool judged_ = false;
  bool announced_ = false;  // or never to be
  std::uint32_t reset_at_ms_ = 0;
  std::atomic<std::uint8_t> flags_{0};
};

}  // namespace otaru::engine
