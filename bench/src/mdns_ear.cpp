#include "mdns_ear.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <otaru/mdns/message_reader.hpp>
#include <otaru/mdns/message_writer.hpp>

namespace otaru::bench {
namespace {

struct Name {
  explicit Name(std::string_view dotted) { mdns::append_labels(bytes, 0, dotted); }
  std::array<std::byte, mdns::kMaxName> bytes{};
};

const Name kService("_arduino._tcp.local");

bool names(const mdns::Record& record, const std::string& instance) {
  if (record.type != mdns::kTypePtr || !mdns::same_name(record.name, mdns::WireName(kService.bytes)))
    return false;
  const Bytes label = mdns::LabelWalk(record.data.name).next();
  return std::ranges::equal(label, instance,
                            [](std::byte b, char c) { return std::to_integer<char>(b) == c; });
}

}  // namespace

MdnsEar::MdnsEar() : network_(io_, net::LocalNetwork::Role::querier, {"lo"}) {
  if (!network_.shares_port()) throw std::runtime_error("another program keeps UDP port 5353 for itself");
  net::LocalNetworkEvents events;
  events.up = [this](const net::Interface& interface) { loopback_ = interface.index; };
  events.down = [](mdns::InterfaceId) {};
  events.packet = [this](const mdns::Incoming& incoming) { hear(incoming); };
  events.warning = [](const std::string&) {};
  network_.start(std::move(events));
  if (loopback_ == 0) throw std::runtime_error("the loopback interface cannot be used");
}

void MdnsEar::hear(const mdns::Incoming& incoming) {
  if (incoming.unicast || incoming.from.family != mdns::Family::ipv4) return;
  mdns::MessageReader reader(incoming.packet);
  if ((reader.header().flags & mdns::kFlagResponse) == 0) return;
  mdns::Record record;
  while (reader.next(record))
    if (record.ttl_s > 0 && names(record, wanted_)) heard_ = Clock::now();
}

std::optional<MdnsEar::Clock::time_point> MdnsEar::wait_for(const std::string& name,
                                                            std::chrono::milliseconds limit) {
  wanted_ = name;
  heard_.reset();
  const Clock::time_point deadline = Clock::now() + limit;
  io_.restart();
  while (!heard_ && Clock::now() < deadline) io_.run_one_until(deadline);
  return heard_;
}

void MdnsEar::ask() {
  std::array<std::byte, mdns::kMaxPacket> buffer{};
  mdns::MessageWriter writer(buffer, 0, 0);
  writer.question(mdns::WireName(kService.bytes), mdns::kTypePtr, mdns::kClassIn);
  network_.send({.packet = writer.finish(),
                 .interface = loopback_,
                 .to = mdns::group(mdns::Family::ipv4),
                 .multicast = true});
}

}  // namespace otaru::bench
