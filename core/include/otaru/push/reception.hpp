// All senders of a board: several connections, one update.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include <otaru/push/receiver.hpp>
#include <otaru/push/timings.hpp>
#include <otaru/update/update.hpp>

namespace otaru::push {

/// Keeps up to `kSeats` senders apart, so that silent ones cannot keep an honest one out.
///
/// Only one sender can update; the others are told `busy`. When all seats are taken, a new sender gets that
/// of the one that has sat longest without updating. An updating sender that stalls loses the update to
/// the next one whose file's start is good.
template <flash::Flash F, crypto::Crypto C, std::size_t kSeats = 4>
class Reception {
  static_assert(kSeats >= 2, "one may be updating; another must be free to be told so");

 public:
  static constexpr std::size_t seats() noexcept { return kSeats; }

  /// The references are those of Update.
  Reception(F& part, C& library, const flash::Layout& layout, const update::Trial<F, C>& trial,
            const update::Trust& trust, const Timings& timings = {}) noexcept
      : timings_(timings), update_(part, library, layout, trial, trust) {}

  Reception(const Reception&) = delete;
  Reception& operator=(const Reception&) = delete;

  struct Seat {
    std::size_t index;
    bool evicts;  ///< the connection that sat there must be closed by the port, at once and without a line
  };

  /// A sender connected. Gives it a seat; always finds one.
  Seat open(std::uint32_t now_ms) noexcept {
    const std::size_t index = seat_for_next(now_ms);
    const Seat seat{index, receivers_[index].open()};
    receivers_[index].open(now_ms);
    opened_ms_[index] = now_ms;
    return seat;
  }

  /// One event of the sender on `seat`; see Receiver::step. If another sender lost the update by this step,
  /// `taken_over()` tells which, until the next call.
  Action step(std::size_t seat, const Event& event, std::uint32_t now_ms) noexcept {
    taken_over_.reset();
    if (receivers_[seat].about_to_update(event, now_ms)) {
      for (std::size_t i = 0; i < kSeats; ++i) {
        if (i == seat || !receivers_[i].stalled(now_ms)) continue;
        last_words_ = receivers_[i].end(update_, Status::timed_out, now_ms);
        taken_over_ = i;
      }
    }
    return receivers_[seat].step(update_, event, now_ms);
  }

  /// Ends the connection of the sender on `seat`; see Receiver::end.
  Action end(std::size_t seat, Status reason, std::uint32_t now_ms) noexcept {
    taken_over_.reset();
    return receivers_[seat].end(update_, reason, now_ms);
  }

  /// The seat that lost the update in the last step; its port carries out last_words().
  std::optional<std::size_t> taken_over() const noexcept { return taken_over_; }
  const Action& last_words() const noexcept { return last_words_; }

  bool open_at(std::size_t seat) const noexcept { return receivers_[seat].open(); }
  std::uint32_t deadline_ms(std::size_t seat) const noexcept { return receivers_[seat].deadline_ms(); }
  const update::Update<F, C>& update() const noexcept { return update_; }

 private:
  std::size_t seat_for_next(std::uint32_t now_ms) const noexcept {
    std::size_t longest = kSeats;
    for (std::size_t i = 0; i < kSeats; ++i) {
      if (!receivers_[i].open()) return i;
      if (receivers_[i].updating() || receivers_[i].committed()) continue;
      if (longest == kSeats || now_ms - opened_ms_[i] > now_ms - opened_ms_[longest]) longest = i;
    }
    return longest;
  }

  template <std::size_t... I>
  static std::array<Receiver<F, C>, kSeats> make(const Timings& timings, std::index_sequence<I...>) noexcept {
    return {((void)I, Receiver<F, C>(timings))...};
  }

  Timings timings_;
  update::Update<F, C> update_;
  std::array<Receiver<F, C>, kSeats> receivers_ = make(timings_, std::make_index_sequence<kSeats>{});
  std::array<std::uint32_t, kSeats> opened_ms_{};
  std::optional<std::size_t> taken_over_;
  Action last_words_{};
};

}  // namespace otaru::push
