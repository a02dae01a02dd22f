// The board's side of discovery: says who the board is, and keeps its name its own.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include <otaru/mdns/message_reader.hpp>
#include <otaru/mdns/message_writer.hpp>
#include <otaru/mdns/packet.hpp>

namespace otaru::mdns {

/// What a board advertises. The texts and the TXT data stay the owner's and must outlive the responder.
struct Service {
  std::string_view instance;  ///< UTF-8, such as `MyAmeba`; cut to 63 bytes,
                              ///< after a rename with its `-2`
  std::string_view host;      ///< one label, shown as `<host>.local`; empty: the
                              ///< same as `instance`
  std::string_view type;      ///< such as `_arduino._tcp`, at most 21 bytes
  std::uint16_t port = 0;
  Bytes txt;  ///< TXT data in wire form (Txt::bytes()); empty: one empty string
              ///< is sent
};

inline constexpr std::size_t kMaxIpv6 = 2;  ///< IPv6 addresses advertised on an interface

/// The addresses of one interface. mDNS is spoken in each family that has one.
struct Addresses {
  std::optional<Ipv4Address> ipv4;
  std::span<const Ipv6Address> ipv6;  ///< the first kMaxIpv6 count
};

/// The records of the service, as bits of a RecordSet.
enum class RecordId : std::uint8_t {
  services_ptr,  ///< _services._dns-sd._udp.local -> the type (RFC 6763, section
                 ///< 9)
  service_ptr,   ///< the type -> the instance
  txt,           ///< in the order of types, which the tie-break of probes needs
  srv,
  a,
  aaaa_0,
  aaaa_1,
  nsec_host,  ///< says which address families the host lacks (RFC 6762,
              ///< section 6.1)
  nsec_instance,
};
inline constexpr std::size_t kRecordCount = 9;
using RecordSet = std::uint32_t;

/// The names that the records belong to.
enum class NameId : std::uint8_t { none, services, service, instance, host };

/// One family on one interface: what went out there, and what is still to go.
struct ResponderLink {
  std::array<std::uint32_t, kRecordCount> multicast_at_ms{};
  RecordSet multicast_lately = 0;  ///< those whose multicast_at_ms means anything
  RecordSet pending = 0;           ///< to be multicast at due_ms
  RecordSet defending = 0;         ///< of these, the ones that answer a probe
  std::uint32_t due_ms = 0;
};

/// One interface. A board has no need to look inside.
struct ResponderInterface {
  enum class Phase : std::uint8_t { absent, probing, announcing, established };

  struct Own {
    Ipv4Address ipv4{};
    std::array<Ipv6Address, kMaxIpv6> ipv6{};  ///< in ascending order
    RecordSet present = 0;                     ///< the records that exist with these addresses
  };

  InterfaceId id = 0;
  Own own;
  Phase phase = Phase::absent;
  std::uint8_t step = 0;     ///< probes or announcements sent
  std::uint8_t outbox = 0;   ///< families that this step's packet still has to go to, as bits
  std::uint8_t goodbye = 0;  ///< families that a goodbye still has to go to
  std::uint32_t due_ms = 0;  ///< of the next step
  std::array<ResponderLink, 2> links{};
};

/// The responder without its interfaces' memory; use Responder.
///
/// How a port drives it: tell it the interfaces, hand it every packet that comes to port 5353, and after
/// each event, and whenever wait_ms() has passed, call poll() until it gives nothing more.
/// `now_ms` is a clock that never jumps and wraps at 2^32. Nothing blocks, nothing fails. Not thread-safe.
class ResponderBase {
 public:
  enum class State : std::uint8_t {
    idle,       ///< no interface is up
    probing,    ///< asking on every interface whether the name is free
    announced,  ///< the name is the board's own on at least one interface
    stopping,   ///< after shutdown(), until the goodbyes are out
    stopped,    ///< poll() will never give anything again
  };

  ResponderBase(const ResponderBase&) = delete;
  ResponderBase& operator=(const ResponderBase&) = delete;

  /// An interface came up: the name is probed and announced there. Or its addresses changed: they are
  /// announced. The same addresses again change nothing, so a port may simply repeat its whole list. Without
  /// any address it is as interface_down(). The port joins the groups on it first.
  /// @return false if there are already as many interfaces as there is room for
  bool interface_up(std::uint32_t now_ms, InterfaceId id, const Addresses& addresses) noexcept;

  /// An interface is gone, and what was to be sent on it too.
  void interface_down(InterfaceId id) noexcept;

  /// Takes a packet; broken, foreign or unknown ones change nothing. Answers come from poll().
  void receive(std::uint32_t now_ms, const Incoming& incoming) noexcept;

  /// Builds the next packet that has to be sent now into `buffer` (up to kMaxPacket bytes; it may be the
  /// one that receive() read from). Call until it gives nothing. One packet may go to several places: the
  /// same bytes are then given again with another `to`.
  std::optional<Outgoing> poll(std::uint32_t now_ms, MutableBytes buffer) noexcept;

  /// How long poll() can wait if nothing happens before; 0: it has something now; at most 10 minutes.
  std::uint32_t wait_ms(std::uint32_t now_ms) const noexcept;

  /// The TXT data has new content (perhaps in the same memory): announces it.
  void update_txt(std::uint32_t now_ms, Bytes txt) noexcept;

  /// Says goodbye (TTL 0) where the service was announced: call poll() until it gives nothing, then the
  /// sockets can be closed.
  void shutdown() noexcept;

  State state() const noexcept;

  /// The instance's name at present: `MyAmeba`, or `MyAmeba-2` after a conflict. Valid until the next call.
  std::string_view instance_name() const noexcept;

  /// The host's label at present; its name is this and `.local`.
  std::string_view host_label() const noexcept;

 protected:
  ResponderBase(const Service& service, std::uint32_t seed,
                std::span<ResponderInterface> interfaces) noexcept;
  ~ResponderBase() = default;

 private:
  using Phase = ResponderInterface::Phase;

  // A call of poll().
  struct Turn {
    std::uint32_t now_ms;
    MutableBytes buffer;
    Outgoing& out;
  };

  // A question of a legacy query, to be given back with its answer.
  struct Asked {
    NameId name = NameId::none;
    std::uint16_t type = 0;
  };

  // An answer to one asker: by unicast, or later by multicast because its known answers come in more packets.
  struct Reply {
    RecordSet answers = 0;  // 0: free
    bool unicast = false;
    bool legacy = false;
    bool more_known = false;
    std::uint8_t asked_count = 0;
    std::array<Asked, 4> asked{};
    std::uint16_t id = 0;
    std::uint32_t due_ms = 0;
    InterfaceId interface = 0;
    Endpoint to;
  };

  // Our side of a record, in the shape that reader and writer use. `scratch` holds what is not stored
  // anywhere.
  struct Own {
    NameRef name;
    std::uint16_t type = 0;
    Rdata data;
    std::array<std::byte, 6> scratch{};
  };

  // What a stranger's record is to us.
  struct Match {
    NameId name = NameId::none;
    RecordSet same = 0;  // the record of ours on this interface that it equals
    bool ours = false;   // it equals one of ours on any interface
  };

  // names and records (own_records.cpp)
  void build_names() noexcept;
  WireName wire_name(NameId id) const noexcept;
  NameId name_id(const NameRef& name) const noexcept;
  void own_record(RecordId id, const ResponderInterface& on, Own& own) const noexcept;
  Match match(const Record& record, const ResponderInterface& on) const noexcept;
  bool loses_tie(const MessageReader& at_records, NameId name, const ResponderInterface& on) const noexcept;

  // what comes in (responder_receive.cpp)
  void receive_query(std::uint32_t now_ms, const Incoming& incoming, MessageReader& reader,
                     ResponderInterface& on) noexcept;
  void receive_response(std::uint32_t now_ms, const Incoming& incoming, MessageReader& reader,
                        ResponderInterface& on) noexcept;
  void receive_known_answers(std::uint32_t now_ms, const Incoming& incoming, RecordSet known,
                             bool more) noexcept;
  std::uint32_t more_known_at(std::uint32_t now_ms) noexcept;
  std::uint32_t shared_at(std::uint32_t now_ms) noexcept;
  bool add_reply(const Reply& reply) noexcept;
  void conflict(std::uint32_t now_ms, ResponderInterface& on) noexcept;

  // what goes out and when (responder.cpp)
  ResponderInterface* find(InterfaceId id) noexcept;
  void start_probing(std::uint32_t due_ms, ResponderInterface& on) noexcept;
  void announce_again(std::uint32_t now_ms, ResponderInterface& on) noexcept;
  void probe_soon(std::uint32_t now_ms, ResponderInterface& on) noexcept;
  void say_goodbye() noexcept;
  void rename(std::uint32_t now_ms) noexcept;
  void schedule(ResponderLink& link, RecordSet records, std::uint32_t due_ms) noexcept;
  void forget_old_times(std::uint32_t now_ms) noexcept;
  bool poll_any(const Turn& turn) noexcept;
  bool poll_goodbyes(const Turn& turn) noexcept;
  bool poll_reply(const Turn& turn, Reply& reply) noexcept;
  bool poll_step(const Turn& turn, ResponderInterface& on) noexcept;
  bool poll_link(const Turn& turn, ResponderInterface& on, Family family) noexcept;

  // the packets (responder_build.cpp)
  bool send_probe(const Turn& turn, const ResponderInterface& on, Family family) const noexcept;
  bool send_to_group(const Turn& turn, ResponderInterface& on, Family family, RecordSet answers,
                     bool goodbye) const noexcept;
  bool send_reply(const Turn& turn, const ResponderInterface& on, const Reply& reply,
                  RecordSet answers) const noexcept;
  RecordSet add_answers(MessageWriter& writer, RecordSet answers, const ResponderInterface& on,
                        std::uint16_t flush_bit, std::uint32_t ttl_limit_s) const noexcept;
  void add_records(MessageWriter& writer, Section section, RecordSet records, const ResponderInterface& on,
                   std::uint16_t flush_bit, std::uint32_t ttl_limit_s) const noexcept;

  Service service_;
  std::span<ResponderInterface> interfaces_;
  Random random_;
  std::array<Reply, 3> replies_{};
  std::array<std::byte, 96> instance_{};  // the wire names: label, type, `local`; and label, `local`
  std::array<std::byte, 72> host_{};
  std::uint16_t number_ = 1;  // of the name: 2 is `-2`
  std::uint8_t conflicts_ = 0;
  bool rename_pending_ = false;
  bool stopping_ = false;
  bool stopped_ = false;
  std::uint32_t first_conflict_ms_ = 0;
};

/// Answers for one service on up to `kInterfaces` interfaces (RFC 6762, RFC 6763).
///
/// Memory: this object only. Advertises PTR, SRV, TXT, A and AAAA, and answers for what it lacks with NSEC;
/// no reverse-mapping PTR, because several boards, and the computer's own responder, may share an address.
template <std::size_t kInterfaces = 4>
class Responder : public ResponderBase {
 public:
  /// @param seed  differs from board to board: see Random
  Responder(const Service& service, std::uint32_t seed) noexcept
      : ResponderBase(service, seed, interface_table_) {}

 private:
  std::array<ResponderInterface, kInterfaces> interface_table_{};
};

}  // namespace otaru::mdns
