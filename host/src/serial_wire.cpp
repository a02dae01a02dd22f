#include <algorithm>

#include <otaru/host/serial_wire.hpp>

namespace otaru::host::serial {
namespace {

struct Rate {
  std::uint32_t baud;
  std::uint8_t index;
};
// Tables in other tools are off by one for some of these.
constexpr std::array kRates{Rate{115'200, 0x0D}, Rate{230'400, 0x10},   Rate{460'800, 0x12},
                            Rate{921'600, 0x14}, Rate{1'500'000, 0x18}, Rate{3'000'000, 0x1D}};

void store_le24(MutableBytes to, std::uint32_t value) noexcept {
  for (std::size_t i = 0; i < 3; ++i) to[i] = static_cast<std::byte>(value >> (8 * i));
}

std::array<std::byte, 6> sector_command(std::uint8_t command, std::uint32_t offset,
                                        std::uint16_t sectors) noexcept {
  std::array<std::byte, 6> bytes{std::byte{command}};
  store_le24(MutableBytes(bytes).subspan(1), offset);
  bytes[4] = static_cast<std::byte>(sectors);
  bytes[5] = static_cast<std::byte>(sectors >> 8);
  return bytes;
}

}  // namespace

Frame data_frame(std::uint8_t sequence, std::uint32_t address, Bytes data) noexcept {
  Frame frame;
  frame.fill(std::byte{0xFF});
  frame[0] = std::byte{kFrameStart};
  frame[1] = std::byte{sequence};
  frame[2] = ~frame[1];
  const MutableBytes rest = MutableBytes(frame).subspan(3);
  store_le32(rest, address);
  std::ranges::copy(data, rest.subspan(4).begin());
  rest.back() = static_cast<std::byte>(byte_sum(rest.first(4 + kFrameData)));
  return frame;
}

std::optional<Bytes> read_frame_data(Bytes frame, std::uint8_t sequence) noexcept {
  if (frame.size() != kReadFrameSize || frame[0] != std::byte{kFrameStart}) return std::nullopt;
  if (frame[1] != std::byte{sequence} || frame[2] != ~std::byte{sequence}) return std::nullopt;
  const Bytes data = frame.subspan(3, kFrameData);
  if (static_cast<std::byte>(byte_sum(data)) != frame.back()) return std::nullopt;
  return data;
}

std::array<std::byte, 6> erase_command(std::uint32_t offset, std::uint16_t sectors) noexcept {
  return sector_command(kErase, offset, sectors);
}

std::array<std::byte, 6> read_command(std::uint32_t offset, std::uint16_t sectors) noexcept {
  return sector_command(kRead, offset, sectors);
}

std::array<std::byte, 7> checksum_command(std::uint32_t offset, std::uint32_t length) noexcept {
  std::array<std::byte, 7> bytes{std::byte{kChecksum}};
  store_le24(MutableBytes(bytes).subspan(1), offset);
  store_le24(MutableBytes(bytes).subspan(4), length);
  return bytes;
}

std::uint32_t word_sum(Bytes bytes) noexcept {
  std::uint32_t sum = 0;
  for (; bytes.size() >= 4; bytes = bytes.subspan(4)) sum += load_le32(bytes);
  for (std::size_t i = 0; i < bytes.size(); ++i) sum += std::to_integer<std::uint32_t>(bytes[i]) << (8 * i);
  return sum;
}

std::optional<std::uint8_t> baud_index(std::uint32_t baud) noexcept {
  for (const Rate& rate : kRates)
    if (rate.baud == baud) return rate.index;
  return std::nullopt;
}

std::string known_bauds() {
  std::string text;
  for (const Rate& rate : kRates) text += (text.empty() ? "" : ", ") + std::to_string(rate.baud);
  return text;
}

}  // namespace otaru::host::serial
