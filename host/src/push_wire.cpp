#include <algorithm>
#include <array>

#include <otaru/host/push_wire.hpp>
#include <otaru/mbed/randomness.hpp>

namespace otaru::host {
namespace {

using mbed::SecureChannel;

/// Kinds of TLS records (RFC 5246, section 6.2.1). A line of text starts with none of them.
constexpr bool is_record(std::byte first) noexcept {
  return first >= std::byte{20} && first <= std::byte{23};
}

}  // namespace

PushWire::PushWire(Bytes announcement, Bytes file, const mbed::SharedSecret* password)
    : announcement_(announcement), file_(file) {
  if (password == nullptr) return;
  channel_ =
      std::make_unique<SecureChannel>(SecureChannel::End::uploader, *password, mbed::system_randomness());
  state_ = PushChannel::silent;
  work({});
}

Bytes PushWire::next() {
  if (!channel_) {
    // The 12 bytes travel alone, as those of the stock uploader do.
    if (done_ < announcement_.size()) return announcement_.subspan(done_);
    return file_.subspan(done_ - announcement_.size());
  }
  if (flown_ < flight_.size()) return Bytes(flight_).subspan(flown_);
  if (channel_->outgoing().empty()) {
    const Bytes left = done_ < announcement_.size() ? announcement_.subspan(done_)
                                                    : file_.subspan(done_ - announcement_.size());
    done_ += channel_->write(left);
  }
  const Bytes out = channel_->outgoing();
  flight_.assign(out.begin(), out.end());
  flown_ = 0;
  if (!out.empty()) channel_->sent(out.size());
  wire_done_ += flight_.size();
  if (done_ > announcement_.size()) marks_.emplace_back(wire_done_, done_ - announcement_.size());
  return flight_;
}

void PushWire::taken(std::size_t bytes) {
  (channel_ ? flown_ : done_) += bytes;
}

bool PushWire::received(Bytes wire) {
  if (!channel_) return words_.take(wire);
  if (wire.empty()) return false;
  if (state_ == PushChannel::silent && !is_record(wire[0])) in_the_clear_ = true;
  if (in_the_clear_) {
    state_ = PushChannel::not_secure;
    return clear_words_.take(wire);
  }
  return work(wire);
}

bool PushWire::work(Bytes wire) {
  std::array<std::byte, SecureChannel::kRecordSize> plain;
  bool news = false;
  if (!wire.empty() && state_ == PushChannel::silent) {
    state_ = PushChannel::opening;
    news = true;
  }
  for (bool again = true; again;) {
    const SecureChannel::Step step = channel_->step(wire, plain);
    wire = wire.subspan(step.consumed);
    if (words_.take(Bytes(plain).first(step.plain))) news = true;
    again = step.again;
  }
  note_state();
  return news;
}

void PushWire::note_state() noexcept {
  using Fault = SecureChannel::Fault;
  switch (channel_->state()) {
    case SecureChannel::State::handshake: return;
    case SecureChannel::State::open:
    case SecureChannel::State::closed: state_ = PushChannel::open; return;
    case SecureChannel::State::failed: break;
  }
  switch (channel_->fault()) {
    case Fault::password: state_ = PushChannel::wrong_password; return;
    case Fault::refused: state_ = PushChannel::others_guess; return;
    default: break;
  }
  state_ = state_ == PushChannel::open ? PushChannel::broken : PushChannel::broken_opening;
}

bool PushWire::failed() const noexcept {
  return channel_ && channel_->state() == SecureChannel::State::failed;
}

std::uint64_t PushWire::file_bytes(std::uint64_t wire) const noexcept {
  if (!channel_) return wire > announcement_.size() ? wire - announcement_.size() : 0;
  const auto after =
      std::upper_bound(marks_.begin(), marks_.end(), wire,
                       [](std::uint64_t bytes, const auto& mark) { return bytes < mark.first; });
  return after == marks_.begin() ? 0 : std::prev(after)->second;
}

}  // namespace otaru::host
