#include "accounts.hpp"

#include <array>

#include "clock.hpp"

namespace otaru::firmware {
namespace {

constinit std::array<std::uint64_t, kAccounts> cycles_of{};
constinit Account current = Account::rest;
constinit std::uint32_t since = 0;  // cycles

/// Books up to now, and lets another account begin. @return whose time it was
Account change_to(Account next) noexcept {
  const std::uint32_t now = cycles();
  cycles_of[static_cast<std::size_t>(current)] += now - since;
  since = now;
  const Account before = current;
  current = next;
  return before;
}

}  // namespace

Booking::Booking(Account account) noexcept : before_(change_to(account)) {}

Booking::~Booking() {
  change_to(before_);
}

std::uint64_t booked(Account account) noexcept {
  change_to(current);
  return cycles_of[static_cast<std::size_t>(account)];
}

void clear_accounts() noexcept {
  cycles_of = {};
  since = cycles();
}

}  // namespace otaru::firmware
