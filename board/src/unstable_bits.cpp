#include <algorithm>

#include <otaru/board/unstable_bits.hpp>

namespace otaru::board {
namespace {

/// Calls `use(mask byte, index in the range)` for every byte of the range that lies in a sector of the map.
template <class Map, class Use>
void for_each_in(Map& sectors, std::uint32_t at, std::size_t length, Use use) {
  if (length == 0) return;
  const std::uint64_t end = std::uint64_t{at} + length;
  for (auto it = sectors.lower_bound(at / flash::kSectorSize); it != sectors.end(); ++it) {
    const std::uint64_t start = std::uint64_t{it->first} * flash::kSectorSize;
    if (start >= end) return;
    const std::uint64_t from = std::max<std::uint64_t>(at, start);
    const std::uint64_t to = std::min<std::uint64_t>(end, start + flash::kSectorSize);
    for (std::uint64_t i = from; i < to; ++i) use(it->second[i - start], static_cast<std::size_t>(i - at));
  }
}

}  // namespace

void UnstableBits::add(std::uint32_t at, std::byte mask) {
  if (mask == std::byte{0}) return;
  sectors_[at / flash::kSectorSize][at % flash::kSectorSize] |= mask;
}

void UnstableBits::programmed(std::uint32_t at, Bytes data) noexcept {
  for_each_in(sectors_, at, data.size(), [&](std::byte& mask, std::size_t i) { mask &= data[i]; });
}

void UnstableBits::erased(std::uint32_t at, std::uint32_t length) noexcept {
  for_each_in(sectors_, at, length, [](std::byte& mask, std::size_t) { mask = std::byte{0}; });
  std::erase_if(sectors_, [&](const auto& sector) {
    const std::uint32_t start = sector.first * flash::kSectorSize;
    return start >= at && start - at + flash::kSectorSize <= length;
  });
}

std::byte UnstableBits::of(std::uint32_t at) const noexcept {
  const auto sector = sectors_.find(at / flash::kSectorSize);
  return sector == sectors_.end() ? std::byte{0} : sector->second[at % flash::kSectorSize];
}

bool UnstableBits::any(std::uint32_t at, std::uint32_t length) const noexcept {
  std::byte found{0};
  for_each_in(sectors_, at, length, [&](std::byte mask, std::size_t) { found |= mask; });
  return found != std::byte{0};
}

void UnstableBits::blur(std::uint32_t at, MutableBytes read, Random& random) const noexcept {
  for_each_in(sectors_, at, read.size(), [&](std::byte mask, std::size_t i) {
    if (mask != std::byte{0}) read[i] = (read[i] & ~mask) | (random.byte() & mask);
  });
}

}  // namespace otaru::board
