// An instance of a service as a querier sees it.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include <otaru/mdns/name.hpp>
#include <otaru/mdns/packet.hpp>
#include <otaru/mdns/txt.hpp>

namespace otaru::mdns {

/// How long a record is good for.
struct Lifetime {
  std::uint32_t received_ms = 0;
  std::uint32_t ttl_ms = 0;  ///< 0: there is no such record
  std::uint8_t refreshes = 0;

  bool known() const noexcept { return ttl_ms != 0; }
  bool expired(std::uint32_t now_ms) const noexcept { return known() && now_ms - received_ms >= ttl_ms; }
  /// What is left of it; 0 if there is no record.
  std::uint32_t left_ms(std::uint32_t now_ms) const noexcept {
    return !known() || expired(now_ms) ? 0 : ttl_ms - (now_ms - received_ms);
  }
};

/// One address of an instance's host.
struct HostAddress {
  Endpoint address;  ///< without a port
  Lifetime life;
};

/// One instance on one interface. A board seen by two interfaces has two of these.
class Instance {
 public:
  static constexpr std::size_t kMaxTxt = 512;
  static constexpr std::size_t kMaxAddresses = 6;

  /// The first label, UTF-8: `MyAmeba`.
  std::string_view name() const noexcept;

  /// Writes the host's name with dots, without the last one: `MyAmeba.local`. Dots, backslashes and
  /// unprintable bytes inside of labels are written as in zone files (`\.`, `\007`).
  /// @return what was written into `to`
  std::string_view host(std::span<char> to) const noexcept;

  std::uint16_t port() const noexcept { return port_; }
  InterfaceId interface() const noexcept { return interface_; }

  /// TXT data in wire form, for txt_value() and TxtWalk. Over kMaxTxt bytes: its first whole strings.
  Bytes txt() const noexcept { return Bytes(txt_).first(txt_length_); }

  /// The addresses, IPv4 before IPv6, each in the order in which they were heard.
  std::span<const HostAddress> addresses() const noexcept {
    return std::span<const HostAddress>(addresses_).first(address_count_);
  }

  /// True if there is a port, TXT data and at least one address.
  bool complete() const noexcept { return srv_.known() && txt_life_.known() && address_count_ > 0; }

  /// How long it is good for if nothing more is heard.
  std::uint32_t left_ms(std::uint32_t now_ms) const noexcept { return ptr_.left_ms(now_ms); }

  /// True if the entry of the table is in use.
  bool used() const noexcept { return ptr_.known(); }

 private:
  friend class QuerierBase;

  void forget() noexcept;  // frees the entry

  std::array<std::byte, kMaxLabel + 1> label_{};  // with its length byte
  std::array<std::byte, kMaxName> target_{};      // SRV's host in wire form
  std::array<std::byte, kMaxTxt> txt_{};
  std::array<HostAddress, kMaxAddresses> addresses_{};
  std::uint8_t address_count_ = 0;
  std::uint16_t txt_length_ = 0;
  std::uint16_t port_ = 0;
  InterfaceId interface_ = 0;
  Lifetime ptr_;
  Lifetime srv_;
  Lifetime txt_life_;
  std::uint32_t ask_at_ms_ = 0;  // not before: for what is missing or grows old
  std::uint32_t ask_interval_ms_ = 0;
  std::uint8_t wants_ = 0;   // what the next question is about
  std::uint8_t outbox_ = 0;  // families that it still has to go to
  bool told_ = false;        // the caller knows of it
  bool changed_ = false;     // and not yet of what changed since
  bool gone_ = false;        // to be removed as soon as the caller was told
};

}  // namespace otaru::mdns
