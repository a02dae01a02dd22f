// The front of a board with a password, driven by a real uploader whose flights are changed, cut and mixed
// with garbage, and by time. Whatever comes: no byte of a stream comes out of the gate unless the channel
// opened to the right password, and then only what was sent, in order; one wrong password for each wait.
//
// The input is a small program: a byte of settings, then operations; see run().
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <otaru/mbed/push_gate.hpp>

namespace {

using namespace otaru;
using mbed::PushGate;
using mbed::SecureChannel;
using Next = PushGate::Step::Next;
using Wire = std::vector<std::byte>;

void must(bool kept, const char* promise) {
  if (kept) return;
  std::fprintf(stderr, "broken: %s\n", promise);
  std::abort();
}

/// Repeats itself, so that an input always does the same. Never for secrets.
std::uint64_t random_state = 1;
constexpr mbed::Randomness kRepeatable{.fill =
                                           [](void*, MutableBytes to) noexcept {
                                             for (std::byte& byte : to) {
                                               random_state = random_state * 6364136223846793005 + 1;
                                               byte = static_cast<std::byte>(random_state >> 56);
                                             }
                                             return true;
                                           },
                                       .context = nullptr};

constexpr std::string_view kStream = "announcement, file header, image: what an uploader sends to a board";

class Game {
 public:
  explicit Game(unsigned settings)
      : knows_(settings % 2 == 0),
        door_(mbed::SharedSecret("open sesame"), kRepeatable),
        gate_(door_),
        uploader_(SecureChannel::End::uploader, mbed::SharedSecret(knows_ ? "open sesame" : "barley"),
                  kRepeatable) {}

  /// The uploader's next bytes, or part of them.
  Wire next_of_uploader(std::size_t most) {
    talk_to_uploader({});
    if (uploader_.state() == SecureChannel::State::open && uploader_.outgoing().empty() &&
        sent_ < kStream.size())
      sent_ += uploader_.write(std::as_bytes(std::span(kStream.substr(sent_, 20))));
    const Bytes out = uploader_.outgoing().first(std::min(most, uploader_.outgoing().size()));
    Wire wire(out.begin(), out.end());
    if (!wire.empty()) uploader_.sent(wire.size());
    return wire;
  }

  /// Gives bytes to the gate, and its answer to the uploader.
  void arrive(const Wire& wire) {
    waiting_.insert(waiting_.end(), wire.begin(), wire.end());
    for (int steps = 0;; ++steps) {
      must(steps < 10'000, "every input ends");
      const Wire given(waiting_);  // a copy of its own, so that a read behind its end is seen
      const PushGate::Step step = gate_.step(given, now_ms_);
      must(step.consumed <= given.size(), "takes no more than it is given");
      waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(step.consumed));
      if (step.next == Next::refuse) refused(step);
      if (step.next == Next::plain) take_plain();
      must(step.next != Next::direct, "the plain dialect does not come in");
      must(!gate_.open() || knows_, "opens to the right password only");
      if (step.next == Next::wait && (step.consumed == 0 || waiting_.empty())) break;
    }
    must(waiting_.size() < push::kDialectBytes || !gate_.undecided(), "decides with six bytes");
    const Bytes out = gate_.outgoing();
    const Wire answer(out.begin(), out.end());
    if (!answer.empty()) gate_.sent(answer.size());
    talk_to_uploader(answer);
  }

  void pass(std::uint32_t ms) { now_ms_ += ms; }

 private:
  void refused(const PushGate::Step& step) {
    must(!refused_, "refuses once");
    must(step.reason != mbed::GateRefusal::none, "says why");
    must(step.wait_s <= 60, "nobody is locked out for ever");
    refused_ = true;
  }

  void take_plain() {
    const Bytes plain = gate_.plain();
    must(!plain.empty() && !refused_ && gate_.open(), "plain bytes come out of an open channel only");
    const std::string said(reinterpret_cast<const char*>(plain.data()), plain.size());
    must(said == kStream.substr(heard_, said.size()), "what comes out is what was sent, in order");
    heard_ += said.size();
    gate_.consume(plain.size());
  }

  void talk_to_uploader(Bytes wire) {
    std::vector<std::byte> plain(SecureChannel::kRecordSize);
    for (bool again = true; again;) {
      const SecureChannel::Step step = uploader_.step(wire, plain);
      wire = wire.subspan(step.consumed);
      again = step.again;
    }
  }

  bool knows_;
  mbed::PushDoor door_;
  PushGate gate_;
  SecureChannel uploader_;
  Wire waiting_;
  std::uint32_t now_ms_ = 0xFFFF'0000;
  std::size_t sent_ = 0, heard_ = 0;
  bool refused_ = false;
};

class Script {
 public:
  Script(const std::uint8_t* data, std::size_t size) : rest_(std::as_bytes(std::span(data, size))) {}

  void run() {
    random_state = 1;
    Game game(byte());
    for (int operations = 0; !rest_.empty() && operations < 40; ++operations) {
      switch (byte() % 4) {
        case 0: game.arrive(game.next_of_uploader(5000)); break;
        case 1: game.arrive(game.next_of_uploader(byte() * 4u)); break;
        case 2: {  // a byte changed
          Wire wire = game.next_of_uploader(5000);
          const unsigned low = byte(), at = low | byte() << 8, flipped = byte();
          if (!wire.empty()) wire[at % wire.size()] ^= static_cast<std::byte>(flipped);
          game.arrive(wire);
          break;
        }
        default: {  // bytes of the input, at any time
          const Bytes raw = rest_.first(std::min<std::size_t>(byte(), rest_.size()));
          rest_ = rest_.subspan(raw.size());
          game.arrive({raw.begin(), raw.end()});
          game.pass(byte() * 10u);
          break;
        }
      }
    }
  }

 private:
  unsigned byte() {
    if (rest_.empty()) return 0;
    const auto value = std::to_integer<unsigned>(rest_[0]);
    rest_ = rest_.subspan(1);
    return value;
  }

  Bytes rest_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size != 0) Script(data, size).run();
  return 0;
}
