// What the processor spends its time on.
#pragma once

#include <cstddef>
#include <cstdint>

namespace otaru::firmware {

/// Who has the processor. `rest` is the main loop, and all that nobody claimed.
enum class Account : std::uint8_t { rest, engine, flash, network, idle };
inline constexpr std::size_t kAccounts = 5;

/// Books the time from here to the end of its life to an account, and what came before to whose it was.
class Booking {
 public:
  explicit Booking(Account account) noexcept;
  ~Booking();
  Booking(const Booking&) = delete;
  Booking& operator=(const Booking&) = delete;

 private:
  Account before_;
};

/// Cycles (see clock.hpp) of an account since clear_accounts().
std::uint64_t booked(Account account) noexcept;

void clear_accounts() noexcept;

}  // namespace otaru::firmware
