#include "announcer.hpp"

#include <algorithm>

namespace otaru::engine {

using namespace std::string_view_literals;

namespace {

constexpr mdns::InterfaceId kInterface = 1;  // boards have one

}  // namespace

void Announcer::start(const Identity& identity, bool password, std::string_view slot, std::uint16_t tcp_port,
                      std::uint32_t seed) noexcept {
  identity.describe(password, slot, txt_);
  told_name_.set(identity.name.text());
  told_start_ = told_failure_ = waiting_ = announced_ = false;
  responder_.emplace(mdns::Service{identity.name.text(), {}, "_arduino._tcp"sv, tcp_port, txt_.bytes()},
                     seed);
}

std::uint32_t Announcer::poll(std::uint32_t now_ms, const std::optional<Address>& own) noexcept {
  if (!responder_) return kLook_ms;
  if (!follow(now_ms, own)) return kLook_ms;
  const bool received = receive(now_ms);
  const bool sent = send(now_ms);
  tell();
  if (received || sent) return 0;
  return std::min(responder_->wait_ms(now_ms), kLook_ms);
}

/// Opens and joins as the address comes, changes and goes. @return true if packets can go in and out
bool Announcer::follow(std::uint32_t now_ms, const std::optional<Address>& own) noexcept {
  if (joined_ && joined_ != own) leave();
  if (!own) return false;
  if (joined_) return true;
  if (waiting_ && !mdns::has_come(retry_ms_, now_ms)) return false;
  handle_ = port_->mdns_open(port_->context, own->data());
  if (handle_ < 0) {
    handle_ = -1;
    waiting_ = true;
    retry_ms_ = now_ms + kRetry_ms;
    if (!told_failure_)
      voice_->say(
          "[mDNS] not announced: port 5353 cannot be had. The board can still be pushed to by its address."sv);
    told_failure_ = true;
    return false;
  }
  waiting_ = told_failure_ = false;
  joined_ = own;
  (void)responder_->interface_up(now_ms, kInterface, {own, {}});
  if (!told_start_) {
    voice_->say("Start mDNS service"sv);  // stock lines
    voice_->say("register mDNS service"sv);
  }
  told_start_ = true;
  return true;
}

void Announcer::leave() noexcept {
  responder_->interface_down(kInterface);
  port_->mdns_close(port_->context, handle_);
  handle_ = -1;
  joined_.reset();
}

bool Announcer::receive(std::uint32_t now_ms) noexcept {
  otaru_peer from{};
  const int got = port_->mdns_receive(port_->context, handle_, packet_.data(), packet_.size(), &from);
  if (got == OTARU_NOT_NOW) return false;
  if (got < 0) {
    leave();
    waiting_ = true;
    retry_ms_ = now_ms + kRetry_ms;
    return false;
  }
  const Address address{from.address[0], from.address[1], from.address[2], from.address[3]};
  responder_->receive(now_ms, {Bytes(packet_).first(static_cast<std::size_t>(got)), kInterface,
                               mdns::endpoint(address, from.port), false});
  return true;
}

/// @return true if a packet went out
bool Announcer::send(std::uint32_t now_ms) noexcept {
  if (handle_ < 0) return false;
  const auto packet = responder_->poll(now_ms, packet_);
  if (!packet) return false;
  otaru_peer to{};
  for (std::size_t i = 0; i < 4; ++i) to.address[i] = packet->to.address[i];
  to.port = packet->to.port;
  (void)port_->mdns_send(port_->context, handle_, packet->packet.data(), packet->packet.size(), &to);
  return true;
}

void Announcer::tell() noexcept {
  const std::string_view name = responder_->instance_name();
  if (name != told_name_.text()) {
    voice_->say(ConsoleLine("[mDNS] another device is called "sv)
                    .add(told_name_.text())
                    .add(": going on as "sv)
                    .add(name));
    told_name_.set(name);
    announced_ = false;
  }
  const bool announced = responder_->state() == mdns::ResponderBase::State::announced;
  if (announced && !announced_)
    voice_->say(ConsoleLine("[mDNS] announced as "sv)
                    .add(name)
                    .add(" ("sv)
                    .add(responder_->host_label())
                    .add(".local)"sv));
  announced_ = announced;
}

void Announcer::stop(std::uint32_t now_ms) noexcept {
  if (!responder_) return;
  responder_->shutdown();
  while (send(now_ms)) continue;
  if (joined_) leave();
  responder_.reset();
}

}  // namespace otaru::engine
