#include "judge.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

#include <mbedtls/sha256.h>

namespace powercut {
namespace {

constexpr std::uint32_t kSector = 0x1000;

// BOARD: the default 2 MB map; the 4 MB map of a factory boot loader; a shrunken one for speed.
constexpr std::array<Map, 3> kMaps{
    Map{"ameba-d-2mb",
        0x200000,
        {0, 0x2000},
        {0x2000, 0x1000},
        {0x3000, 0x1000},
        {0x4000, 0x2000},
        {0x100000, 0x6000},
        {{0x6000, 0xFA000}, {0x106000, 0xFA000}}},
    Map{"ameba-d-4mb-factory",
        0x400000,
        {0, 0x2000},
        {0x2000, 0x1000},
        {0x3000, 0x1000},
        {0x4000, 0x2000},
        {0x100000, 0x6000},
        {{0x6000, 0xFA000}, {0x206000, 0xFA000}}},
    Map{"tiny",
        0xF000,
        {0, 0x1000},
        {0x1000, 0x1000},
        {0x2000, 0x1000},
        {0x3000, 0x1000},
        {0x9000, 0x1000},
        {{0x4000, 0x5000}, {0xA000, 0x5000}}},
};

constexpr unsigned char kSignature[8] = {0x38, 0x31, 0x39, 0x35, 0x38, 0x37, 0x31, 0x31};

// The trial record's sector, bytes from its start.
constexpr std::uint32_t kRecordLength = 12;
constexpr std::uint32_t kRecordSha = 32;
constexpr std::uint32_t kRecordCheck = 96;
constexpr std::uint32_t kConfirmed = 256 + 8 * 16;
constexpr std::uint32_t kRejected = kConfirmed + 16;
constexpr unsigned char kRecordStart[8] = {'O', 'T', 'T', 'R', 1, 0, 0, 0};
constexpr unsigned char kConfirmedMark[16] = {0x4F, 0x6B, 0xA5, 0x3C, 0x5A, 0xC3, 0x69, 0x96,
                                              0x0F, 0xF0, 0x33, 0xCC, 0x55, 0xAA, 0x1E, 0xE1};

std::uint32_t word(Raw flash, std::uint32_t at) {
  std::uint32_t value = 0;
  for (std::uint32_t i = 4; i > 0; --i)
    value = value << 8 | std::to_integer<std::uint32_t>(flash[at + i - 1]);
  return value;
}

bool equals(Raw flash, std::uint32_t at, const void* expected, std::size_t length) {
  return std::memcmp(flash.data() + at, expected, length) == 0;
}

std::array<unsigned char, 32> sha256(Raw bytes) {
  std::array<unsigned char, 32> digest{};
  mbedtls_sha256_ret(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data(), 0);
  return digest;
}

/// Some reading gives the signature.
bool may_be_signed(Raw flash, const Flicker& flicker, std::uint32_t at) {
  for (std::uint32_t i = 0; i < 8; ++i) {
    const std::byte wrong = flash[at + i] ^ static_cast<std::byte>(kSignature[i]);
    if ((wrong & ~flicker.of(at + i)) != std::byte{0}) return false;
  }
  return true;
}

/// Every reading gives the signature.
bool is_signed(Raw flash, const Flicker& flicker, std::uint32_t at) {
  return equals(flash, at, kSignature, 8) && !flicker.any(at, 8);
}

}  // namespace

const Map& map_named(std::string_view name) {
  for (const Map& map : kMaps)
    if (map.name == name) return map;
  throw std::out_of_range("no such flash map");
}

Judge::Judge(const Map& map, std::vector<const Content*> images) : map_(&map), images_(std::move(images)) {
  for (const Content* image : images_) digests_.push_back(sha256(*image));
}

void Judge::remember(Raw flash) {
  remembered_.assign(flash.begin(), flash.end());
}

Boot Judge::boot(Raw flash, const Flicker& flicker) const {
  const bool sure[2] = {is_signed(flash, flicker, map_->slot[0].at),
                        is_signed(flash, flicker, map_->slot[1].at)};
  Boot boot;
  boot.slot[1] = may_be_signed(flash, flicker, map_->slot[1].at);
  boot.slot[0] = !sure[1] && may_be_signed(flash, flicker, map_->slot[0].at);
  boot.nothing = !sure[0] && !sure[1];
  return boot;
}

bool Judge::may_be_chosen(Raw flash, const Flicker& flicker, int slot) const {
  return may_be_signed(flash, flicker, map_->slot[slot].at);
}

bool Judge::km4_stands(Raw flash, const Flicker& flicker, int slot) const {
  const Range& range = map_->slot[slot];
  if (flicker.any(range.at + 8, 4)) return false;
  const std::uint64_t ram = 32 + std::uint64_t{word(flash, range.at + 8)};
  if (ram + 32 > range.size || flicker.any(range.at + static_cast<std::uint32_t>(ram) + 8, 4)) return false;
  const std::uint64_t end = ram + 32 + word(flash, range.at + static_cast<std::uint32_t>(ram) + 8);
  const std::uint64_t km4 = (end + kSector - 1) / kSector * kSector;
  return km4 + 32 <= range.size && is_signed(flash, flicker, range.at + static_cast<std::uint32_t>(km4));
}

int Judge::identify(Raw flash, const Flicker& flicker, int slot) const {
  const std::uint32_t at = map_->slot[slot].at;
  for (std::size_t i = 0; i < images_.size(); ++i) {
    const Content& image = *images_[i];
    if (!equals(flash, at + 8, image.data() + 8, image.size() - 8)) continue;
    if (flicker.any(at + 8, static_cast<std::uint32_t>(image.size()) - 8)) continue;
    return static_cast<int>(i);
  }
  return no_image;
}

bool Judge::backup_speaks(Raw flash, const Flicker& flicker) const {
  const std::uint32_t at = map_->backup.at;
  constexpr unsigned char kName[4] = {2, 'O', 'T', 'B'};
  if (!equals(flash, at, kName, 4) || flicker.any(at, kSector)) return false;
  return equals(flash, at + 4, sha256(flash.subspan(at + 8, kSector - 8)).data(), 4);
}

bool Judge::restorable(Raw flash, const Flicker& flicker, int slot, int number) const {
  const Content& image = *images_[static_cast<std::size_t>(number)];
  const std::uint32_t at = map_->slot[slot].at;
  const auto length = static_cast<std::uint32_t>(image.size());
  if (slot == 0)
    return is_signed(flash, flicker, at) && equals(flash, at, image.data(), length) &&
           !flicker.any(at, length);

  const std::uint32_t first = std::min(length, kSector);
  if (length > first) {
    if (!equals(flash, at + first, image.data() + first, length - first)) return false;
    if (flicker.any(at + first, length - first)) return false;
  }
  if (equals(flash, at + 8, image.data() + 8, first - 8) && !flicker.any(at + 8, first - 8)) return true;
  return backup_speaks(flash, flicker) && equals(flash, map_->backup.at + 8, image.data() + 8, first - 8);
}

bool Judge::recorded(Raw flash, const Flicker& flicker, int slot, int number) const {
  const Content& image = *images_[static_cast<std::size_t>(number)];
  const std::uint32_t at = map_->slot[slot].at + map_->slot[slot].size - kSector;
  return equals(flash, at, kRecordStart, 8) && word(flash, at + kRecordLength) == image.size() &&
         equals(flash, at + kRecordSha, digests_[static_cast<std::size_t>(number)].data(), 32) &&
         equals(flash, at + kRecordCheck, sha256(flash.subspan(at, kRecordCheck)).data(), 16) &&
         !flicker.any(at, kRecordCheck + 16);
}

bool Judge::confirmed(Raw flash, const Flicker& flicker, int slot) const {
  const std::uint32_t at = map_->slot[slot].at + map_->slot[slot].size - kSector;
  const std::array<unsigned char, 16> blank = [] {
    std::array<unsigned char, 16> bytes{};
    bytes.fill(0xFF);
    return bytes;
  }();
  return equals(flash, at + kConfirmed, kConfirmedMark, 16) &&
         equals(flash, at + kRejected, blank.data(), 16) && !flicker.any(at + kConfirmed, 32);
}

bool Judge::rejected(Raw flash, const Flicker&, int slot) const {
  const std::uint32_t at = map_->slot[slot].at + map_->slot[slot].size - kSector + kRejected;
  const Raw mark = flash.subspan(at, 16);
  return std::ranges::any_of(mark, [](std::byte b) { return b != std::byte{0xFF}; });
}

bool Judge::same(Raw flash, const Flicker& flicker, Range range) const {
  return equals(flash, range.at, remembered_.data() + range.at, range.size) &&
         !flicker.any(range.at, range.size);
}

std::string_view Judge::foreign_change(Raw flash, const Flicker& flicker) const {
  if (!same(flash, flicker, map_->km0_boot)) return "KM0 boot";
  if (!same(flash, flicker, map_->system_data)) return "system data";
  if (!same(flash, flicker, map_->km4_boot)) return "KM4 boot";
  if (!same(flash, flicker, map_->user_data)) return "user data";
  return {};
}

bool Judge::backup_changed(Raw flash, const Flicker& flicker) const {
  return !same(flash, flicker, map_->backup);
}

}  // namespace powercut
