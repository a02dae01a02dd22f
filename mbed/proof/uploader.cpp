// The other end of a board with a password that runs on an emulated machine: pushes a file through the secure
// channel, by standard input and output. Started by scripts/run_m33.py.
//
//   otaru_m33_uploader PASSWORD FILE     exit code: 0 sent all and got an answer, 1 another password, 2
//   anything else
#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

#include <otaru/mbed/secure_channel.hpp>

namespace {

using otaru::Bytes;
using otaru::MutableBytes;
using otaru::mbed::SecureChannel;
using State = SecureChannel::State;

/// The same in every run, so that its figures are the same too. Never for secrets.
bool made_randomness(void*, MutableBytes to) noexcept {
  static std::minstd_rand made;
  for (std::byte& byte : to) byte = static_cast<std::byte>(made() >> 8);
  return true;
}

void flush(SecureChannel& channel) {
  const Bytes out = channel.outgoing();
  std::fwrite(out.data(), 1, out.size(), stdout);
  std::fflush(stdout);
  channel.sent(out.size());
}

/// Works while the channel is in `state`, until no more comes. @return plain bytes that came
std::size_t listen(SecureChannel& channel, State state) {
  std::array<std::byte, SecureChannel::kRecordSize> plain{};
  std::size_t heard = 0;
  std::byte byte{};
  Bytes wire;
  while (channel.state() == state) {
    const SecureChannel::Step step = channel.step(wire, plain);
    wire = wire.subspan(step.consumed);
    heard += step.plain;
    flush(channel);
    if (step.again || channel.state() != state) continue;
    if (std::fread(&byte, 1, 1, stdin) != 1) break;
    wire = {&byte, 1};
  }
  return heard;
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) {
    std::fputs("usage: otaru_m33_uploader PASSWORD FILE\n", stderr);
    return 2;
  }
  std::ifstream file(words[2], std::ios::binary);
  const std::vector<char> all{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  SecureChannel channel(SecureChannel::End::uploader, otaru::mbed::SharedSecret(words[1]),
                        {made_randomness, nullptr});
  listen(channel, State::handshake);
  for (Bytes left = std::as_bytes(std::span(all)); channel.state() == State::open && !left.empty();) {
    left = left.subspan(channel.write(left));
    flush(channel);
  }
  if (listen(channel, State::open) > 0) return 0;
  return channel.fault() == SecureChannel::Fault::password ? 1 : 2;
}
