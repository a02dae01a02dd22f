// The computer's side of discovery: finds the instances of a service.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include <otaru/mdns/instance.hpp>
#include <otaru/mdns/message_reader.hpp>
#include <otaru/mdns/message_writer.hpp>
#include <otaru/mdns/packet.hpp>

namespace otaru::mdns {

struct Search {
  std::string_view type = "_arduino._tcp";  ///< at most 64 bytes

  /// How the questions are asked.
  enum class Way : std::uint8_t {
    multicast,  ///< from port 5353: answers come to the group
    unicast,    ///< from port 5353, the first question of each interface with the
                ///< QU bit: not where another program shares the port, since the
                ///< answer may go to that one (RFC 6762, section 15.1)
    legacy,     ///< from any other port: answers come to that port (RFC 6762,
                ///< section 5.1)
  };
  Way way = Way::multicast;

  /// Questions are repeated after 1 s, 2 s, 4 s and so on, up to this (RFC 6762, section 5.2).
  std::uint32_t max_interval_ms = 60'000;
};

/// What happened to an instance. `instance` points into the table; valid until the next call.
struct Event {
  enum class Kind : std::uint8_t {
    added,    ///< it is complete: host, port, TXT and an address are known
    updated,  ///< any of these changed
    removed,  ///< it said goodbye, was not heard of for its TTL, or its
              ///< interface is gone; last values
  };
  Kind kind = Kind::added;
  const Instance* instance = nullptr;
};

/// One interface of a querier.
struct QuerierInterface {
  InterfaceId id = 0;
  bool up = false;
  bool started = false;       ///< the first question is out
  std::uint8_t families = 0;  ///< bit 0 IPv4, bit 1 IPv6
  std::uint8_t outbox = 0;    ///< families that the question still has to go to
  std::uint32_t interval_ms = 0;
  std::uint32_t due_ms = 0;    ///< of the next question for instances
  std::size_t known_from = 0;  ///< where the list of known answers goes on in a further packet
  bool known_more = false;     ///< there is such a list
  Family known_family = Family::ipv4;
};

/// The querier over tables that the caller owns; or use Querier, which has its own.
///
/// Driven like a responder: interfaces and packets in, poll() and next_event() until they give nothing,
/// again after wait_ms(). Nothing blocks, nothing fails. Not thread-safe.
class QuerierBase {
 public:
  /// The spans and the search's text must outlive the querier.
  QuerierBase(const Search& search, std::uint32_t seed, std::span<Instance> instances,
              std::span<QuerierInterface> interfaces) noexcept;
  QuerierBase(const QuerierBase&) = delete;
  QuerierBase& operator=(const QuerierBase&) = delete;

  /// Starts to ask on an interface, in the families given. Repeating it changes nothing.
  /// @return false if there are already as many interfaces as there is room for
  bool interface_up(std::uint32_t now_ms, InterfaceId id, bool ipv4, bool ipv6) noexcept;

  /// Stops there; its instances are removed.
  void interface_down(InterfaceId id) noexcept;

  /// Takes a packet from the sockets; only answers from port 5353 count (RFC 6762, section 6).
  void receive(std::uint32_t now_ms, const Incoming& incoming) noexcept;

  /// Builds the next packet that has to be sent now into `buffer`. Call until it gives nothing.
  std::optional<Outgoing> poll(std::uint32_t now_ms, MutableBytes buffer) noexcept;

  /// What happened since the last call. Call until it gives nothing: a removed instance leaves the table with
  /// the call after.
  std::optional<Event> next_event(std::uint32_t now_ms) noexcept;

  /// How long poll() and next_event() can wait if nothing happens before; at most 10 minutes.
  std::uint32_t wait_ms(std::uint32_t now_ms) const noexcept;

  /// Asks again at once, and starts over with short intervals.
  void ask_now(std::uint32_t now_ms) noexcept;

  /// The table: entries with used() are instances, those with complete() have been or will be events.
  std::span<const Instance> instances() const noexcept { return instances_; }

  /// Instances that were heard of when the table was full.
  std::uint32_t overflows() const noexcept { return overflows_; }

 private:
  WireName type_name() const noexcept { return Bytes(type_).first(type_length_); }

  // what comes in (querier_receive.cpp)
  Instance* find(NameRef name, InterfaceId interface) noexcept;
  void ask_soon(std::uint32_t now_ms, Instance& instance) noexcept;
  void take_ptr(std::uint32_t now_ms, const Record& record, InterfaceId interface) noexcept;
  void take_srv(std::uint32_t now_ms, const Record& record, Instance& instance) noexcept;
  void take_txt(std::uint32_t now_ms, const Record& record, Instance& instance) noexcept;
  void take_address(std::uint32_t now_ms, const Record& record, Instance& instance) noexcept;
  void drop_address(Instance& instance, std::size_t index) noexcept;

  // what it tells (querier.cpp)
  void expire(std::uint32_t now_ms) noexcept;
  void expire_in(std::uint32_t now_ms, Instance& instance) noexcept;

  // what goes out and when (querier_ask.cpp)
  using FullName = std::array<std::byte, kMaxLabel + 1 + 72>;
  FullName instance_name(const Instance& instance) const noexcept;
  std::uint8_t wanted(std::uint32_t now_ms, const Instance& instance) const noexcept;
  void prepare(std::uint32_t now_ms, QuerierInterface& on) noexcept;
  Bytes build(std::uint32_t now_ms, MutableBytes buffer, QuerierInterface& on, Family family) noexcept;
  bool ask_about(MessageWriter& writer, const Instance& instance) const noexcept;
  void add_known(std::uint32_t now_ms, MessageWriter& writer, QuerierInterface& on) noexcept;

  Search search_;
  std::span<Instance> instances_;
  std::span<QuerierInterface> interfaces_;
  Random random_;
  std::array<std::byte, 72> type_{};
  std::size_t type_length_ = 0;
  std::uint32_t overflows_ = 0;
  Instance* leaving_ = nullptr;  // reported as removed by the last next_event()
};

/// A querier with its own tables.
template <std::size_t kInstances, std::size_t kInterfaces = 8>
class Querier : public QuerierBase {
 public:
  /// @param seed  see Random
  Querier(const Search& search, std::uint32_t seed) noexcept
      : QuerierBase(search, seed, instance_table_, interface_table_) {}

 private:
  std::array<Instance, kInstances> instance_table_{};
  std::array<QuerierInterface, kInterfaces> interface_table_{};
};

}  // namespace otaru::mdns
