#include "lan9118.hpp"

#include "machine/machine.hpp"

namespace otaru::firmware {
namespace {

// Data sheet, 5.1 and 5.3.
constexpr std::uintptr_t kReceived = kEthernet + 0x00;        // RX data FIFO
constexpr std::uintptr_t kTransmit = kEthernet + 0x20;        // TX data FIFO
constexpr std::uintptr_t kReceivedStatus = kEthernet + 0x40;  // RX status FIFO
constexpr std::uintptr_t kSentStatus = kEthernet + 0x48;      // TX status FIFO
constexpr std::uintptr_t kInterruptStatus = kEthernet + 0x58;
constexpr std::uintptr_t kInterrupts = kEthernet + 0x5C;
constexpr std::uintptr_t kByteTest = kEthernet + 0x64;
constexpr std::uintptr_t kReceiveConfig = kEthernet + 0x6C;
constexpr std::uintptr_t kTransmitConfig = kEthernet + 0x70;
constexpr std::uintptr_t kHardwareConfig = kEthernet + 0x74;
constexpr std::uintptr_t kReceiveInfo = kEthernet + 0x7C;   // RX_FIFO_INF
constexpr std::uintptr_t kTransmitInfo = kEthernet + 0x80;  // TX_FIFO_INF
constexpr std::uintptr_t kPower = kEthernet + 0x84;         // PMT_CTRL
constexpr std::uintptr_t kDropped = kEthernet + 0xA0;       // RX_DROP, cleared by reading
constexpr std::uintptr_t kMacCommand = kEthernet + 0xA4;
constexpr std::uintptr_t kMacData = kEthernet + 0xA8;

constexpr std::uint32_t kReady = 1;                                // PMT_CTRL
constexpr std::uint32_t kSoftReset = 1;                            // HW_CFG: SRST
constexpr std::uint32_t kFifoSplit = 1u << 20 | 5u << 16;          // HW_CFG: must be one; 5 KB to send
constexpr std::uint32_t kTransmitOn = 2;                           // TX_CFG
constexpr std::uint32_t kReceiveOffset = 2u << 8;                  // RX_CFG: RXDOFF, bytes before a frame
constexpr std::uint32_t kMacBusy = 1u << 31, kMacRead = 1u << 30;  // MAC_CSR_CMD
constexpr std::uint32_t kStatusError = 1u << 15;                   // of both statuses: ES
constexpr std::uint32_t kFirstSegment = 1u << 13, kLastSegment = 1u << 12;  // TX command A, 3.12.2.1

// The MAC's registers, 5.4.
constexpr std::uint32_t kMacControl = 1, kMacHigh = 2, kMacLow = 3, kPhyAccess = 6, kPhyData = 7;
constexpr std::uint32_t kFullDuplex = 1u << 20, kAllMulticast = 1u << 19, kSenderOn = 1u << 3,
                        kReceiverOn = 1u << 2;
// The PHY's, 5.5; its address is 1.
constexpr std::uint32_t kPhyControl = 0, kPhyStatus = 1, kPhyAbilities = 4, kPartnerAbilities = 5;
constexpr std::uint32_t kNegotiate = 1u << 12 | 1u << 9, kLinkUp = 1u << 2;
constexpr std::uint32_t k100Full = 1u << 8, k100Half = 1u << 7, k10Full = 1u << 6;

constexpr std::size_t kChecksum = 4, kOffset = 2;  // bytes behind and before a frame
constexpr std::size_t kShortest = 14, kLongest = 1514;
constexpr std::size_t kSendOverhead = 8 + 3;  // bytes: two commands, and up to a whole word
constexpr int kPatience = 100'000;            // reads: milliseconds on a bus of 100 MHz

/// Reads the register until the bits are as wanted. @return false if they never are
bool wait_until(std::uintptr_t address, std::uint32_t bits, std::uint32_t wanted) noexcept {
  for (int i = 0; i < kPatience; ++i)
    if ((device(address) & bits) == wanted) return true;
  return false;
}

}  // namespace

bool Lan9118::start() noexcept {
  constexpr std::uint32_t kByteOrder = 0x8765'4321;
  counts_ = {};
  unread_ = unsent_ = in_word_ = 0;
  if (!wait_until(kPower, kReady, kReady) || device(kByteTest) != kByteOrder) return false;
  device(kHardwareConfig) = kSoftReset;
  if (!wait_until(kHardwareConfig, kSoftReset, 0) || !wait_until(kPower, kReady, kReady)) return false;
  device(kInterrupts) = 0;
  device(kInterruptStatus) = ~std::uint32_t{0};
  device(kHardwareConfig) = kFifoSplit;
  device(kReceiveConfig) = kReceiveOffset;
  device(kTransmitConfig) = kTransmitOn;

  const auto low = read_mac(kMacLow);
  const auto high = read_mac(kMacHigh);
  if (!low || !high) return false;
  for (std::size_t i = 0; i < 4; ++i) mac_[i] = static_cast<std::uint8_t>(*low >> (8 * i));
  for (std::size_t i = 0; i < 2; ++i) mac_[4 + i] = static_cast<std::uint8_t>(*high >> (8 * i));
  return write_phy(kPhyControl, kNegotiate) &&
         write_mac(kMacControl, kAllMulticast | kSenderOn | kReceiverOn);
}

bool Lan9118::link() noexcept {
  const auto status = read_phy(kPhyStatus);
  if (!status || (*status & kLinkUp) == 0) return false;
  // Both ends' best: 100 Mbit/s before 10, full duplex before half (IEEE 802.3, 28B.3).
  const std::uint32_t both = read_phy(kPhyAbilities).value_or(0) & read_phy(kPartnerAbilities).value_or(0);
  const bool full = (both & k100Full) != 0 || ((both & k100Half) == 0 && (both & k10Full) != 0);
  const std::uint32_t control = kAllMulticast | kSenderOn | kReceiverOn | (full ? kFullDuplex : 0);
  if (read_mac(kMacControl) != control) (void)write_mac(kMacControl, control);
  return true;
}

std::optional<std::size_t> Lan9118::next_frame() noexcept {
  constexpr int kAtOnce = 64;  // broken frames
  for (int i = 0; i < kAtOnce; ++i) {
    if ((device(kReceiveInfo) >> 16 & 0xFF) == 0) break;  // RXSUSED
    const std::uint32_t status = device(kReceivedStatus);
    const std::size_t length = status >> 16 & 0x3FFF;  // 3.13.3
    unread_ = (kOffset + length + 3) / 4;
    if ((status & kStatusError) == 0 && length >= kShortest + kChecksum && length <= kLongest + kChecksum) {
      counts_.received++;
      return length - kChecksum;
    }
    counts_.lost_broken++;
    finish();
  }
  counts_.lost_in_chip += device(kDropped);
  return std::nullopt;
}

void Lan9118::read(std::uint32_t* out, std::size_t words) noexcept {
  for (; words != 0 && unread_ != 0; --words, --unread_) *out++ = device(kReceived);
}

// Not by RX_DP_CTRL, which can skip a frame: QEMU 7.2 loses count of its FIFO then.
void Lan9118::finish() noexcept {
  for (; unread_ != 0; --unread_) [[maybe_unused]] const std::uint32_t word = device(kReceived);
}

void Lan9118::drop() noexcept {
  finish();
  counts_.received--;
  counts_.lost_no_memory++;
}

bool Lan9118::begin(std::size_t length) noexcept {
  count_sent();
  unsent_ = in_word_ = 0;
  const std::size_t room = device(kTransmitInfo) & 0xFFFF;
  if (length == 0 || length > kLongest || room < length + kSendOverhead) {
    counts_.lost_unsent++;
    return false;
  }
  const auto size = static_cast<std::uint32_t>(length);
  device(kTransmit) = kFirstSegment | kLastSegment | size;  // command A
  device(kTransmit) = size;                                 // command B
  unsent_ = length;
  counts_.sent++;
  return true;
}

void Lan9118::write(const std::uint8_t* bytes, std::size_t length) noexcept {
  if (length > unsent_) length = unsent_;
  unsent_ -= length;
  for (std::size_t i = 0; i < length; ++i) {
    word_ = word_ >> 8 | std::uint32_t{bytes[i]} << 24;
    if (++in_word_ < 4) continue;
    device(kTransmit) = word_;
    in_word_ = 0;
  }
  if (unsent_ != 0 || in_word_ == 0) return;
  device(kTransmit) = word_ >> (8 * (4 - in_word_));
  in_word_ = 0;
}

/// Takes what the chip says about frames that it was given before: it stops when nobody does.
void Lan9118::count_sent() noexcept {
  for (std::uint32_t waiting = device(kTransmitInfo) >> 16 & 0xFF; waiting != 0; --waiting) {
    if ((device(kSentStatus) & kStatusError) == 0) continue;
    counts_.sent--;
    counts_.lost_unsent++;
  }
}

bool Lan9118::command_mac(std::uint32_t command) noexcept {
  if (!wait_until(kMacCommand, kMacBusy, 0)) return false;
  device(kMacCommand) = command | kMacBusy;
  return wait_until(kMacCommand, kMacBusy, 0);
}

std::optional<std::uint32_t> Lan9118::read_mac(std::uint32_t index) noexcept {
  if (!command_mac(index | kMacRead)) return std::nullopt;
  return device(kMacData);
}

bool Lan9118::write_mac(std::uint32_t index, std::uint32_t value) noexcept {
  device(kMacData) = value;
  return command_mac(index);
}

// MII_ACC: bit 0 busy, bit 1 writes, 6 to 10 the register, 11 to 15 the PHY's address.
std::optional<std::uint32_t> Lan9118::read_phy(std::uint32_t index) noexcept {
  constexpr std::uint32_t kBusy = 1, kAddress = 1u << 11;
  if (!write_mac(kPhyAccess, kAddress | index << 6 | kBusy)) return std::nullopt;
  for (int i = 0; i < 1'000; ++i) {
    const auto access = read_mac(kPhyAccess);
    if (!access) return std::nullopt;
    if ((*access & kBusy) == 0) return read_mac(kPhyData);
  }
  return std::nullopt;
}

bool Lan9118::write_phy(std::uint32_t index, std::uint32_t value) noexcept {
  constexpr std::uint32_t kBusy = 1, kWrite = 2, kAddress = 1u << 11;
  if (!write_mac(kPhyData, value) || !write_mac(kPhyAccess, kAddress | index << 6 | kWrite | kBusy))
    return false;
  for (int i = 0; i < 1'000; ++i) {
    const auto access = read_mac(kPhyAccess);
    if (!access) return false;
    if ((*access & kBusy) == 0) return true;
  }
  return false;
}

}  // namespace otaru::firmware
