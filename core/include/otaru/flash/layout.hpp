// Where things are in flash: named tables, never constants spread over the code.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <otaru/flash/flash.hpp>

namespace otaru::flash {

/// CPU address of flash offset 0 (RTL8721D).
inline constexpr std::uint32_t kFlashBase = 0x0800'0000;

/// A range of flash: offset from the start of the part and size, in bytes.
struct Region {
  std::uint32_t offset;
  std::uint32_t size;

  constexpr std::uint32_t end() const noexcept { return offset + size; }
  /// CPU address of the first byte.
  constexpr std::uint32_t address() const noexcept { return kFlashBase + offset; }
};

enum class SlotId : std::uint8_t { ota1, ota2 };

constexpr SlotId other(SlotId slot) noexcept {
  return slot == SlotId::ota1 ? SlotId::ota2 : SlotId::ota1;
}
constexpr std::string_view name(SlotId slot) noexcept {
  using namespace std::string_view_literals;  // lengths from the compiler: a board has no strlen
  return slot == SlotId::ota1 ? "OTA1"sv : "OTA2"sv;
}

/// A slot holds one image 2; its last sector is Otaru's (the trial record), so images end before it.
struct Slot : Region {
  constexpr std::uint32_t capacity() const noexcept { return size - kSectorSize; }  ///< largest image, bytes
  constexpr std::uint32_t record() const noexcept { return end() - kSectorSize; }   ///< offset of the record
};

/// The flash map of a board.
struct Layout {
  std::string_view name;
  std::uint32_t size;  ///< of the part, bytes
  Region km0_boot;     ///< never written by an update
  Region backup;       ///< scratch sector for safe rewrites of another sector
  Region system_data;  ///< never written by an update
  Region km4_boot;     ///< never written by an update; holds radio calibration too
  Region user_data;    ///< the sketch's: Wi-Fi settings, FlashMemory; never written by an update
  Slot ota1;           ///< where a serial upload lands
  Slot ota2;

  constexpr const Slot& slot(SlotId id) const noexcept { return id == SlotId::ota1 ? ota1 : ota2; }
};

/// 2 MB parts: the default of the AmebaD SDK and Arduino package.
inline constexpr Layout kAmebaD2Mb{
    .name = "ameba-d-2mb",
    .size = 0x20'0000,
    .km0_boot = {0x0000, 0x2000},
    .backup = {0x2000, 0x1000},
    .system_data = {0x3000, 0x1000},
    .km4_boot = {0x4000, 0x2000},
    .user_data = {0x10'0000, 0x6000},
    .ota1 = {{0x6000, 0xF'A000}},
    .ota2 = {{0x10'6000, 0xF'A000}},
};

/// 4 MB parts whose factory boot loader looks for OTA2 at 0x206000 (seen on BW16 modules).
inline constexpr Layout kAmebaD4MbFactory{
    .name = "ameba-d-4mb-factory",
    .size = 0x40'0000,
    .km0_boot = {0x0000, 0x2000},
    .backup = {0x2000, 0x1000},
    .system_data = {0x3000, 0x1000},
    .km4_boot = {0x4000, 0x2000},
    .user_data = {0x10'0000, 0x6000},
    .ota1 = {{0x6000, 0xF'A000}},
    .ota2 = {{0x20'6000, 0xF'A000}},
};

inline constexpr std::array kLayouts{&kAmebaD2Mb, &kAmebaD4MbFactory};

/// The layout of that name, or nullptr.
constexpr const Layout* find_layout(std::string_view name) noexcept {
  for (const Layout* layout : kLayouts)
    if (layout->name == name) return layout;
  return nullptr;
}

}  // namespace otaru::flash
